/** A message that was sent, as the log keeps it. */
export interface LoggedMessage {
  readonly messageId: string;
  readonly groupId: string;
  readonly deduplicationId: string;
}

/** What stands in the log of a FIFO queue. */
export type FifoLogRecord =
  /**
   * Messages that are in their partition queues, in the order in which they were sent. `base`: every record before this
   * offset had been read by the sender when it published the first of them, so the messages of those records lie before
   * them in the queue.
   */
  | { readonly type: "send"; readonly at: number; readonly base: number; readonly messages: readonly LoggedMessage[] }
  /** PurgeQueue: what was sent before is forgotten by deduplication. */
  | { readonly type: "purge" };

/** Most messages in one record; a sequence number has three digits for the place in it. */
export const MOST_PER_RECORD = 500;

type Packed = readonly [messageId: string, groupId: string, deduplicationId: string];

/** Encodes a record as it lies on the stream: one JSON object. */
export function encodeFifoLogRecord(record: FifoLogRecord): Buffer {
  if (record.type !== "send") return Buffer.from(JSON.stringify({ v: 1, ...record }));
  const messages = record.messages.map(({ messageId, groupId, deduplicationId }): Packed => [
    messageId,
    groupId,
    deduplicationId,
  ]);
  return Buffer.from(JSON.stringify({ v: 1, ...record, messages }));
}

/** Decodes a record; `undefined` for anything that is not one. Position marks are empty. */
export function decodeFifoLogRecord(content: Buffer): FifoLogRecord | undefined {
  if (content.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(content.toString());
    if (typeof value !== "object" || value === null) return undefined;
    const { v, type, at, base, messages }: Partial<Record<string, unknown>> = { ...value };
    if (v !== 1) return undefined;
    if (type === "purge") return { type };
    if (type !== "send" || typeof at !== "number" || typeof base !== "number" || !Array.isArray(messages)) {
      return undefined;
    }
    return { type, at, base, messages: messages.filter(isPacked).slice(0, MOST_PER_RECORD).map(unpack) };
  } catch {
    return undefined;
  }
}

function isPacked(value: unknown): value is Packed {
  return Array.isArray(value) && value.length === 3 && value.every((item) => typeof item === "string");
}

function unpack([messageId, groupId, deduplicationId]: Packed): LoggedMessage {
  return { messageId, groupId, deduplicationId };
}
