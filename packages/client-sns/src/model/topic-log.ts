import { parseJsonMap } from "@warrenmq/core/queues";

/** AWS: a MessageDeduplicationId is remembered for five minutes. */
export const DEDUPLICATION_WINDOW_MS = 300_000;
/** How much room the log's offsets leave for messages that were published at the same one. */
const PER_OFFSET = 1_000_000;
/** The last digits differ from process to process, so that two which publish at once do not give out the same number. */
const STEP = 1_000;

/** A message that a FIFO topic has accepted. */
export interface AcceptedMessage {
  readonly messageId: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly sequenceNumber: string;
}

/** What stands in the log of a FIFO topic: messages that all its subscribers have. */
export interface TopicLogRecord {
  /** Milliseconds since the epoch, by the publisher's clock. */
  readonly at: number;
  readonly messages: readonly AcceptedMessage[];
}

/** Writes a record as it lies on the stream. */
export function encodeTopicLogRecord({ at, messages }: TopicLogRecord): Buffer {
  const packed = messages.map((message) => [
    message.messageId,
    message.groupId,
    message.deduplicationId,
    message.sequenceNumber,
  ]);
  return Buffer.from(JSON.stringify({ v: 1, at, messages: packed }));
}

/** Reads a record; `undefined` for anything else. */
export function decodeTopicLogRecord(content: Buffer): TopicLogRecord | undefined {
  const record = parseJsonMap(content.toString());
  const at = record?.get("at");
  const packed = record?.get("messages");
  if (record?.get("v") !== 1 || typeof at !== "number" || !Array.isArray(packed)) return undefined;
  const messages: AcceptedMessage[] = [];
  for (const item of packed) {
    const [messageId, groupId, deduplicationId, sequenceNumber]: readonly unknown[] = Array.isArray(item) ? item : [];
    if (typeof messageId !== "string" || typeof groupId !== "string") return undefined;
    if (typeof deduplicationId !== "string" || typeof sequenceNumber !== "string") return undefined;
    messages.push({ messageId, groupId, deduplicationId, sequenceNumber });
  }
  return { at, messages };
}

interface Remembered {
  readonly message: AcceptedMessage;
  readonly at: number;
}

/** The messages that a FIFO topic has accepted lately, by deduplication id. */
export class TopicLogIndex {
  readonly #byKey = new Map<string, Remembered>();

  /** Reads one record. */
  add({ at, messages }: TopicLogRecord, scopedToGroup: boolean): void {
    for (const message of messages) {
      const key = deduplicationKey(message, scopedToGroup);
      this.#byKey.delete(key); // so that the map stays in order of time
      this.#byKey.set(key, { message, at });
    }
    for (const [key, remembered] of this.#byKey) {
      if (at - remembered.at < DEDUPLICATION_WINDOW_MS) break;
      this.#byKey.delete(key);
    }
  }

  /** The message that one published now with this key would repeat. */
  original(key: string, now: number): AcceptedMessage | undefined {
    const remembered = this.#byKey.get(key);
    return remembered !== undefined && now - remembered.at < DEDUPLICATION_WINDOW_MS ? remembered.message : undefined;
  }
}

/** What makes two messages of a topic the same. */
export function deduplicationKey(
  { groupId, deduplicationId }: Pick<AcceptedMessage, "groupId" | "deduplicationId">,
  scopedToGroup: boolean,
): string {
  // Neither part can hold a space.
  return scopedToGroup ? `${groupId} ${deduplicationId}` : deduplicationId;
}

/**
 * Gives out AWS's SequenceNumbers: 20 digits that rise. They are made of the offset up to which the topic's log is
 * known, so whoever publishes after having seen another message gets a higher number than that has.
 */
export class SequenceNumbers {
  readonly #ending = Math.floor(Math.random() * STEP);
  #last = 0;

  /** The next number. */
  next(logOffset: number): string {
    this.#last = Math.max(logOffset * PER_OFFSET, this.#last + STEP);
    return `1${String(this.#last + this.#ending).padStart(19, "0")}`;
  }
}
