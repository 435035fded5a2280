import type { DeleteMessageCommandInput } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { validateDeleteMessage } from "../model/validate/delete-message.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";
import { requireReceiptHandle } from "./receipt-handles.ts";

/** DeleteMessage: acknowledges the delivery; after its visibility timeout, the next one. */
export const deleteMessage: Operation<SqsContext, DeleteMessageCommandInput, undefined> = {
  status: "partial",
  difference: "Only the process that received a message can delete it, for now.",
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const handle = requireReceiptHandle(context, queue.name, validateDeleteMessage(input));
    context.sqs.deliveries(queue.name).delete(handle);
    await context.sqs.fifo(queue.name)?.deletesArrived();
    return undefined;
  },
};
