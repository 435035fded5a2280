import type { DeleteQueueCommandInput } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";

/** DeleteQueue: deletes the queue and all its messages, at once. */
export const deleteQueue: Operation<SqsContext, DeleteQueueCommandInput, undefined> = {
  status: "supported",
  difference: "Takes effect at once; AWS takes up to 60 seconds.",
  async run(context, input) {
    const queue = await requireQueue(context, input);
    await context.sqs.deleteQueue(queue.name, context.deadline);
    return undefined;
  },
};
