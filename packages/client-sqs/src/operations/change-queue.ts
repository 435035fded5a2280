import type { QueueCommand, QueueOutcome } from "@warrenmq/core/queues";
import type { SqsContext } from "./context.ts";
import { queueDoesNotExist } from "./queue-lookup.ts";

/**
 * Writes a command on an existing queue.
 * @throws OperationError `QueueDoesNotExist` when another process deleted the queue first.
 */
export async function changeQueue(context: SqsContext, command: QueueCommand): Promise<QueueOutcome> {
  const outcome = await context.sqs.registry.append(command, context.deadline);
  if (outcome.type === "no-such-queue") throw queueDoesNotExist();
  return outcome;
}
