import { OperationError } from "@warrenmq/core/internal";
import type { ValidVisibilityChange } from "../model/validate/change-message-visibility.ts";
import type { SqsContext } from "./context.ts";
import { requireReceiptHandle } from "./receipt-handles.ts";

/**
 * Changes the visibility timeout of one message.
 * @throws OperationError `ReceiptHandleIsInvalid`, or `InvalidParameterValue` when the message is not in flight or would
 * be invisible for more than 12 hours.
 */
export function changeVisibility(context: SqsContext, queueName: string, change: ValidVisibilityChange): void {
  const { receiptHandle, visibilityTimeoutSeconds } = change;
  const handle = requireReceiptHandle(context, queueName, receiptHandle);
  const outcome = context.sqs.deliveries(queueName).changeVisibility(handle, visibilityTimeoutSeconds * 1_000);
  switch (outcome) {
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
