import { OperationError } from "@warrenmq/core/internal";
import { queueHash } from "@warrenmq/core/queues";
import { verifyReceiptHandle, type ReceiptHandle } from "../model/receipt-handle.ts";

/**
 * Reads a request's ReceiptHandle.
 * @param key what this virtual host's handles are made with; `undefined` while there are none
 * @throws OperationError `ReceiptHandleIsInvalid` for a handle that is malformed, forged or of another queue.
 */
export function requireReceiptHandle(queueName: string, text: string, key: string | undefined): ReceiptHandle {
  const handle = key === undefined ? undefined : verifyReceiptHandle(text, key);
  if (handle !== undefined && handle.queue === queueHash(queueName)) return handle;
  throw new OperationError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${text}" is not a valid receipt handle.`,
  );
}
