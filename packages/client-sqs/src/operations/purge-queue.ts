import type { PurgeQueueCommandInput } from "@aws-sdk/client-sqs";
import { OperationError, type Operation } from "@warrenmq/core/internal";
import type { SqsContext } from "./context.ts";
import { onQueue, requireQueue } from "./queue-lookup.ts";

/** PurgeQueue: deletes what is queued and, in every process, what is in flight. */
export const purgeQueue: Operation<SqsContext, PurgeQueueCommandInput, undefined> = {
  status: "supported",
  difference: "Takes effect at once; AWS takes up to 60 seconds.",
  async run(context, input) {
    const { name } = await requireQueue(context, input);
    const outcome = await onQueue(context, name, context.sqs.purgeQueue(name, context.deadline));
    if (outcome.type === "purge-in-progress") {
      throw new OperationError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
      );
    }
    return undefined;
  },
};
