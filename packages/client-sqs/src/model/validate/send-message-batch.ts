import { OperationError } from "@warrenmq/core/internal";
import { attributesByteLength, invalidParameterValue } from "@warrenmq/core/queues";
import { optionalString } from "../json-types.ts";
import { validateEach, validateEntries, type BatchEntry, type ValidBatch } from "./batch.ts";
import { validateMessageAttributes } from "./message-attributes.ts";
import {
  deduplicationMissing,
  requireMessageBody,
  validateMessage,
  type SendQueueFacts,
  type ValidSendMessage,
} from "./send-message.ts";

const ENTRY_TYPE = "SendMessageBatchRequestEntry";
const OPERATION = "SendMessageBatch";
const MAX_BATCH_BYTES = 1_048_576;

/** A message of a batch that may be sent. */
export interface ValidBatchMessage extends ValidSendMessage {
  readonly id: string;
}

/**
 * Checks a SendMessageBatch as SQS does. A fault of one message fails that entry; the shape of the batch, its total
 * size, and a message without group or deduplication id on a FIFO queue fail the whole call.
 */
export function validateSendMessageBatch(
  input: { readonly Entries?: unknown },
  queue: SendQueueFacts,
): ValidBatch<ValidBatchMessage> {
  const entries = validateEntries(input.Entries, ENTRY_TYPE);
  for (const { members } of entries) {
    requireMessageBody(members["MessageBody"]);
    if (queue.fifo) checkFifoEntry(members, queue);
  }
  const batch = validateEach(entries, (entry) => ({
    id: entry.id,
    ...validateMessage(entry.members, queue, OPERATION),
  }));
  checkTotalSize(entries, batch);
  return withoutOversized(batch, queue.maximumMessageSize);
}

function checkFifoEntry(members: BatchEntry["members"], queue: SendQueueFacts): void {
  if (optionalString(members["MessageGroupId"]) === undefined) {
    // InvalidParameterValue, where SendMessage answers MissingParameter (recorded).
    throw invalidParameterValue("The request must contain the parameter MessageGroupId.");
  }
  if (queue.contentBasedDeduplication) return;
  if (optionalString(members["MessageDeduplicationId"]) === undefined) throw deduplicationMissing();
}

/** Every entry counts, also one that fails by itself. */
function checkTotalSize(entries: readonly BatchEntry[], batch: ValidBatch<ValidBatchMessage>): void {
  const sizes = new Map(batch.valid.map(({ id, sizeBytes }) => [id, sizeBytes]));
  let total = 0;
  for (const { id, members } of entries) total += sizes.get(id) ?? sizeOfInvalid(members);
  if (total <= MAX_BATCH_BYTES) return;
  throw new OperationError(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${total} bytes.`,
  );
}

function sizeOfInvalid(members: BatchEntry["members"]): number {
  const body = Buffer.byteLength(requireMessageBody(members["MessageBody"]));
  try {
    return body + attributesByteLength(validateMessageAttributes(members["MessageAttributes"], OPERATION));
  } catch {
    return body;
  }
}

function withoutOversized(
  batch: ValidBatch<ValidBatchMessage>,
  maximumMessageSize: number,
): ValidBatch<ValidBatchMessage> {
  if (batch.valid.every(({ sizeBytes }) => sizeBytes <= maximumMessageSize)) return batch;
  const oversized = batch.valid.filter(({ sizeBytes }) => sizeBytes > maximumMessageSize);
  const message = `One or more parameters cannot be validated. Reason: Message must be shorter than ${maximumMessageSize} bytes.`;
  const failed = oversized.map(({ id }) => ({
    Id: id,
    SenderFault: true,
    Code: "InvalidParameterValue",
    Message: message,
  }));
  return { valid: batch.valid.filter((entry) => !oversized.includes(entry)), failed: [...batch.failed, ...failed] };
}
