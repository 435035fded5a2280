import { OperationError } from "@warrenmq/core/internal";
import { queueHash } from "@warrenmq/core/queues";
import { parseReceiptHandle, type ReceiptHandle } from "../model/receipt-handle.ts";

/**
 * Reads a request's ReceiptHandle.
 * @throws OperationError `ReceiptHandleIsInvalid` for a handle that is malformed or of another queue.
 */
export function requireReceiptHandle(queueName: string, text: string): ReceiptHandle {
  const handle = parseReceiptHandle(text);
  if (handle !== undefined && handle.queue === queueHash(queueName)) return handle;
  throw new OperationError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${text}" is not a valid receipt handle.`,
  );
}
