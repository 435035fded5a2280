import { OperationError } from "@warrenmq/core/internal";
import type { ValidVisibilityChange } from "../model/validate/change-message-visibility.ts";
import type { SqsContext } from "./context.ts";
import { requireReceiptHandle } from "./receipt-handles.ts";

/** What differs in ChangeMessageVisibility and ChangeMessageVisibilityBatch. */
export const VISIBILITY_DIFFERENCE =
  "When the process that received a message dies, the message is visible again and counts as not in flight. A message that was hidden for more than 15 minutes comes back at the end of its queue. FIFO: RabbitMQ 3.10 and 3.11 end every visibility timeout at their consumer_timeout, 30 minutes unless configured; see docs/decisions/023-long-visibility.md.";

/**
 * Changes the visibility timeout of one message.
 * @throws OperationError `ReceiptHandleIsInvalid`, or `InvalidParameterValue` when the message is not in flight or would
 * be invisible for more than 12 hours; RabbitError when the process that received the message does not answer.
 */
export async function changeVisibility(
  { sqs, deadline }: SqsContext,
  queue: string,
  { receiptHandle, visibilityTimeoutSeconds }: ValidVisibilityChange,
): Promise<void> {
  const key = sqs.receiptKeys.current() ?? (await sqs.receiptKeys.look(deadline));
  const handle = requireReceiptHandle(queue, receiptHandle, key);
  const outcome = sqs.receipts.changeVisibility({ queue, handle, visibilityMs: visibilityTimeoutSeconds * 1_000 });
  switch (await outcome) {
    case "changed":
      return;
    case "not-in-flight":
      throw invalid(
        "ReceiptHandle",
        receiptHandle,
        "Message does not exist or is not available for visibility timeout change.",
      );
    case "beyond-limit":
      throw invalid(
        "VisibilityTimeout",
        String(visibilityTimeoutSeconds),
        "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
      );
  }
}

function invalid(parameter: string, value: string, reason: string): OperationError {
  return new OperationError(
    "InvalidParameterValue",
    `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );
}
