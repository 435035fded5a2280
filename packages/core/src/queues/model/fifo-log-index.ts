import type { FifoLayout } from "./fifo-layout.ts";
import type { FifoLogRecord, LoggedMessage } from "./fifo-log-record.ts";

/** AWS: a MessageDeduplicationId is remembered for five minutes after the first message that was accepted with it. */
export const DEDUPLICATION_WINDOW_MS = 300_000;
const PER_OFFSET = 1_000;
const CLOCK_TOLERANCE_MS = 30_000;

/** A sent message with its place in the order of its queue. */
export interface SentMessage {
  readonly messageId: string;
  readonly groupId: string;
  /** Rises from message to message; {@link sequenceNumber} shows it. */
  readonly position: number;
  /** The log offset that the sender had read up to: see `FifoLogRecord`. */
  readonly base: number;
  /** When it was sent: milliseconds since the epoch, by the sender's clock. */
  readonly at: number;
  /** The earlier message that this one repeats, which is why nobody may receive it. */
  readonly original: SentMessage | undefined;
}

/**
 * What the log of a FIFO queue says. Any process may begin anywhere in the log and comes to the same verdicts about the
 * messages whose `base` it has read: a sender looks for earlier messages with its deduplication id before it publishes,
 * so the only originals that it can have missed have records between its base and its own.
 */
export class FifoLogIndex {
  readonly #scope: FifoLayout["deduplicationScope"];
  readonly #byId = new Map<string, SentMessage>();
  readonly #lastAccepted = new Map<string, SentMessage>();
  #inOrder: SentMessage[] = [];
  #purgedBefore = 0;

  constructor(scope: FifoLayout["deduplicationScope"]) {
    this.#scope = scope;
  }

  /** Reads one record. A message that was logged before keeps its first place. */
  add(record: FifoLogRecord, offset: number): void {
    if (record.type === "purge") {
      this.#lastAccepted.clear();
      this.#purgedBefore = offset;
      return;
    }
    for (const [index, message] of record.messages.entries()) {
      if (!this.#byId.has(message.messageId)) this.#place(record, message, offset * PER_OFFSET + index);
    }
  }

  /** The message of that id, if its record has been read. */
  find(messageId: string): SentMessage | undefined {
    return this.#byId.get(messageId);
  }

  /** The message that one sent now with this group and deduplication id would repeat. */
  originalOf(groupId: string, deduplicationId: string, now: number): SentMessage | undefined {
    const last = this.#lastAccepted.get(this.#key(groupId, deduplicationId));
    return last !== undefined && Math.abs(now - last.at) < DEDUPLICATION_WINDOW_MS ? last : undefined;
  }

  /**
   * Messages of the same group that were sent earlier and may all the same lie behind this one in its queue, because
   * the senders did not know of each other.
   */
  overtaken({ base, groupId, position }: SentMessage): SentMessage[] {
    const found: SentMessage[] = [];
    for (let index = this.#firstAt(base * PER_OFFSET); index < this.#inOrder.length; index++) {
      const earlier = this.#inOrder[index];
      if (earlier === undefined || earlier.position >= position) break;
      if (earlier.groupId === groupId && earlier.original === undefined) found.push(earlier);
    }
    return found;
  }

  /** Messages sent before this offset were purged. */
  purgedBefore(): number {
    return this.#purgedBefore;
  }

  /** How many messages were sent after that time (epoch, ms), without those that repeat others or were purged. */
  countSentAfter(at: number): number {
    let count = 0;
    for (let index = this.#inOrder.length - 1; index >= 0; index--) {
      const sent = this.#inOrder[index];
      if (sent === undefined || offsetOf(sent.position) < this.#purgedBefore) break;
      // The senders' clocks differ, so the times are not quite in order.
      if (sent.at < at - CLOCK_TOLERANCE_MS) break;
      if (sent.at > at && sent.original === undefined) count++;
    }
    return count;
  }

  /** Forgets messages sent before that time. Returns the offset from which on everything is still known. */
  forgetBefore(at: number): number | undefined {
    const kept = this.#inOrder.findIndex((message) => message.at >= at);
    const dropped = this.#inOrder.splice(0, kept < 0 ? this.#inOrder.length : kept);
    for (const message of dropped) this.#byId.delete(message.messageId);
    for (const [key, message] of this.#lastAccepted) {
      if (message.at < at) this.#lastAccepted.delete(key);
    }
    const last = dropped.at(-1);
    return last === undefined ? undefined : offsetOf(last.position) + 1;
  }

  #place({ at, base }: FifoLogRecord & { type: "send" }, message: LoggedMessage, position: number): void {
    const { messageId, groupId, deduplicationId } = message;
    const key = this.#key(groupId, deduplicationId);
    const last = this.#lastAccepted.get(key);
    const repeats =
      last !== undefined && offsetOf(last.position) >= base && Math.abs(at - last.at) < DEDUPLICATION_WINDOW_MS;
    const sent = { messageId, groupId, position, base, at, original: repeats ? last : undefined };
    this.#byId.set(messageId, sent);
    this.#inOrder.push(sent);
    if (!repeats) this.#lastAccepted.set(key, sent);
  }

  #key(groupId: string, deduplicationId: string): string {
    // Neither part can hold a space.
    return this.#scope === "messageGroup" ? `${groupId} ${deduplicationId}` : deduplicationId;
  }

  #firstAt(position: number): number {
    let low = 0;
    let high = this.#inOrder.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#inOrder[middle]?.position ?? Infinity) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The log offset of a position. */
export function offsetOf(position: number): number {
  return Math.floor(position / PER_OFFSET);
}

/**
 * A place for the `ordinal`-th message whose record is not kept any more: behind all that its sender knew, in the order
 * in which the queue has them.
 */
export function positionWithoutRecord(base: number, ordinal: number): number {
  return base * PER_OFFSET + PER_OFFSET / 2 + (ordinal % (PER_OFFSET / 2));
}

/** AWS's SequenceNumber: 20 digits that rise within a group. Here they rise within the queue. */
export function sequenceNumber(position: number): string {
  return `1${String(position).padStart(19, "0")}`;
}
