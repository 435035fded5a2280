import { OperationError } from "@warrenmq/core/internal";
import { parseReceiptHandle, queueHash, type ReceiptHandle } from "../model/receipt-handle.ts";
import type { SqsContext } from "./context.ts";

/**
 * Reads a request's ReceiptHandle.
 * @throws OperationError `ReceiptHandleIsInvalid` for a handle that is malformed or of another queue.
 */
export function requireReceiptHandle({ sqs }: SqsContext, queueName: string, text: string): ReceiptHandle {
  const handle = parseReceiptHandle(text);
  if (handle === undefined || handle.queue !== queueHash(queueName)) {
    throw new OperationError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${text}" is not a valid receipt handle.`,
    );
  }
  if (handle.owner === sqs.owner) return handle;
  throw new OperationError(
    "UnsupportedOperation",
    "The message was received by another process; deleting it or changing its visibility from here is not supported yet. See docs/support/sqs.md.",
  );
}
