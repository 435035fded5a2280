import { pause, type Broker, type Deadline } from "@warrenmq/core/internal";
import {
  offsetOf,
  positionWithoutRecord,
  type FifoLog,
  type FifoLogIndex,
  type IncomingMessage,
  type LookedBack,
  type SentMessage,
} from "@warrenmq/core/queues";
import type { FifoReceivers } from "./fifo-receivers.ts";
import type { Delivery } from "./receive-channel.ts";

/** A message that the broker has delivered. */
export interface FifoArrival {
  readonly messageId: string;
  readonly groupId: string;
  /** Up to which offset its sender had read the log. */
  readonly base: number;
  readonly incoming: IncomingMessage;
  readonly delivery: Delivery;
}

/** What a {@link FifoPlacing} needs of its partition. */
export interface FifoPlacingOwner {
  /** The message has its place: everything of its group that was sent before has been told or is gone. */
  placed(arrival: FifoArrival, position: number): void;
  /** The message repeats another one, or was purged. */
  dropped(arrival: FifoArrival): void;
  /** Whether the message is here, or was deleted here. */
  isKnown(messageId: string): boolean;
  /** Whether everything that lies in the queue now has been delivered here. @throws RabbitError */
  hasEverything(deadline: Deadline): Promise<boolean>;
}

/** A message that others, sent before it, may still follow in the queue. */
interface HeldBack {
  readonly arrival: FifoArrival;
  readonly sent: SentMessage;
  readonly overtaken: readonly SentMessage[];
}

/** A message whose sender has not logged it by then is logged by us: the sender may be gone. */
const ADOPT_AFTER_MS = 1_000;
const REVIEW_EVERY_MS = 25;

/**
 * Finds the place of each message of one partition in the log, and tells them group by group in the order in which they
 * were sent, however they lie in the queue. Messages that repeat an earlier one are dropped.
 *
 * A message that was delivered before, or sent before the part of the log that is in memory, needs reading first; the
 * others of its group wait for it, because it may be the first of them.
 */
export class FifoPlacing {
  readonly #broker: Broker;
  readonly #log: FifoLog;
  readonly #receivers: FifoReceivers;
  readonly #owner: FifoPlacingOwner;
  readonly #withoutRecord = new Map<string, FifoArrival>();
  readonly #unread = new Map<string, FifoArrival>();
  readonly #heldBack = new Map<string, HeldBack>();
  /** Messages that turned out not to be in the queue any more. */
  readonly #gone = new Set<string>();
  /** Messages logged before this offset and not seen here are not in the queue any more. */
  #clearedBelow = 0;
  #placedWithoutRecord = 0;
  #reviewing = false;
  #reading = false;

  constructor(broker: Broker, log: FifoLog, receivers: FifoReceivers, owner: FifoPlacingOwner) {
    this.#broker = broker;
    this.#log = log;
    this.#receivers = receivers;
    this.#owner = owner;
  }

  /** Whether messages are here whose place is being found. */
  isBusy(): boolean {
    return this.#withoutRecord.size + this.#unread.size + this.#heldBack.size > 0;
  }

  /** A message was delivered. */
  arrived(arrival: FifoArrival): void {
    const { messageId, incoming } = arrival;
    this.#clearedBelow = Math.max(this.#clearedBelow, incoming.logOffset ?? 0);
    const sent = this.#log.index.find(messageId);
    if (wasDeliveredBefore(arrival) || (sent === undefined && arrival.base < this.#log.knownFrom())) {
      this.#unread.set(messageId, arrival);
      this.#readSoon();
    } else if (sent === undefined) {
      this.#withoutRecord.set(messageId, arrival);
      this.#reviewSoon();
    } else {
      this.#place(arrival, sent, this.#log.index);
    }
  }

  /** The log holds this message now. */
  logged(messageId: string): void {
    const arrival = this.#withoutRecord.get(messageId);
    const sent = arrival === undefined ? undefined : this.#log.index.find(messageId);
    if (arrival === undefined || sent === undefined) return;
    this.#withoutRecord.delete(messageId);
    this.#place(arrival, sent, this.#log.index);
  }

  /** The partition is not this process's any more. */
  clear(): void {
    this.#withoutRecord.clear();
    this.#unread.clear();
    this.#heldBack.clear();
    this.#gone.clear();
    this.#clearedBelow = 0;
  }

  #place(arrival: FifoArrival, sent: SentMessage, index: FifoLogIndex): void {
    if (sent.original !== undefined || offsetOf(sent.position) < this.#log.purgedBefore()) {
      this.#owner.dropped(arrival);
      return;
    }
    const held = { arrival, sent, overtaken: index.overtaken(sent) };
    if (this.#heldBack.size === 0 && this.#mayBeTold(held)) {
      this.#owner.placed(arrival, sent.position);
      return;
    }
    this.#heldBack.set(arrival.messageId, held);
    this.#tellThoseInPlace();
  }

  /** Tells the messages that nothing sent earlier can follow any more, earlier ones first. */
  #tellThoseInPlace(): void {
    if (this.#heldBack.size === 0) return;
    const inOrder = [...this.#heldBack.values()].toSorted((a, b) => a.sent.position - b.sent.position);
    for (const held of inOrder) {
      if (!this.#mayBeTold(held)) continue;
      this.#heldBack.delete(held.arrival.messageId);
      this.#owner.placed(held.arrival, held.sent.position);
    }
    if (this.#heldBack.size === 0) this.#gone.clear();
    else this.#reviewSoon();
  }

  #mayBeTold({ arrival: { groupId }, overtaken }: HeldBack): boolean {
    if (overtaken.some((earlier) => this.#mayFollow(earlier))) return false;
    for (const unread of this.#unread.values()) if (unread.groupId === groupId) return false;
    return true;
  }

  #mayFollow({ messageId, position }: SentMessage): boolean {
    if (this.#heldBack.has(messageId) || this.#withoutRecord.has(messageId)) return true;
    if (this.#owner.isKnown(messageId)) return false;
    return offsetOf(position) >= this.#clearedBelow && !this.#gone.has(messageId);
  }

  #readSoon(): void {
    if (this.#reading) return;
    this.#reading = true;
    // All that was delivered in one packet is looked up together.
    setImmediate(() => {
      void this.#readAll().finally(() => {
        this.#reading = false;
      });
    });
  }

  async #readAll(): Promise<void> {
    while (this.#unread.size > 0) {
      const arrivals = [...this.#unread.values()];
      try {
        const deadline = this.#broker.deadline();
        await this.#readReceives(arrivals.filter(wasDeliveredBefore), deadline);
        const found = await this.#readRecords(arrivals, deadline);
        const read = arrivals.filter((arrival) => this.#unread.get(arrival.messageId) === arrival);
        for (const { messageId } of read) this.#unread.delete(messageId);
        for (const arrival of read) this.#placeRead(arrival, found);
        this.#tellThoseInPlace();
      } catch {
        await pause(REVIEW_EVERY_MS); // the connection is lost or the broker slow: tried again, or over with the channel
      }
    }
  }

  /** What other processes have told about messages that they had before. */
  async #readReceives(arrivals: readonly FifoArrival[], deadline: Deadline): Promise<void> {
    if (arrivals.length === 0) return;
    const sentAt = Math.min(...arrivals.map(({ incoming }) => incoming.sentTimestampMs ?? Date.now()));
    await this.#receivers.know(sentAt, deadline);
  }

  /** Finds the places of messages that were sent before the part of the log that this process has in memory. */
  async #readRecords(arrivals: readonly FifoArrival[], deadline: Deadline): Promise<LookedBack | undefined> {
    const { index } = this.#log;
    const knownFrom = this.#log.knownFrom();
    const old = arrivals.filter(({ messageId, base }) => base < knownFrom && index.find(messageId) === undefined);
    if (old.length === 0) return undefined;
    const start = Math.min(...old.map(({ base }) => base));
    return this.#log.lookBack(start, new Set(old.map(({ messageId }) => messageId)), deadline);
  }

  #placeRead(arrival: FifoArrival, found: LookedBack | undefined): void {
    const { messageId, base } = arrival;
    const known = this.#log.index.find(messageId);
    if (known !== undefined) return this.#place(arrival, known, this.#log.index);
    const sent = found?.index.find(messageId);
    if (found === undefined || (sent === undefined && base >= found.firstOffset)) {
      // Never logged, because its sender died. Sent again since, perhaps.
      if (found !== undefined && isRepeated(arrival, found.index)) this.#owner.dropped(arrival);
      else this.#waitForRecord(arrival);
    } else if (sent === undefined) {
      // The log was cut: the order of the queue must do.
      this.#owner.placed(arrival, positionWithoutRecord(base, this.#placedWithoutRecord++));
    } else if (offsetOf(sent.position) < found.index.purgedBefore()) {
      this.#owner.dropped(arrival);
    } else {
      this.#place(arrival, sent, found.index);
    }
  }

  #waitForRecord(arrival: FifoArrival): void {
    this.#withoutRecord.set(arrival.messageId, arrival);
    this.#reviewSoon();
  }

  /** Looks after messages without a place until there are none. */
  #reviewSoon(): void {
    if (this.#reviewing) return;
    this.#reviewing = true;
    void this.#reviewUntilPlaced().finally(() => {
      this.#reviewing = false;
    });
  }

  async #reviewUntilPlaced(): Promise<void> {
    while (this.#withoutRecord.size + this.#heldBack.size > 0) {
      await pause(REVIEW_EVERY_MS);
      try {
        const deadline = this.#broker.deadline();
        await this.#log.follow(deadline);
        await this.#adopt(deadline);
        await this.#askForOvertaken(deadline);
      } catch {
        // The connection is lost or the broker slow: tried again, or over with the channel.
      }
    }
  }

  /** Logs messages whose senders have not done so. */
  async #adopt(deadline: Deadline): Promise<void> {
    const due = performance.now() - ADOPT_AFTER_MS;
    for (const arrival of this.#withoutRecord.values()) {
      if (arrival.delivery.arrivedMs > due) continue;
      const { messageId, groupId, base, incoming } = arrival;
      const logged = { messageId, groupId, deduplicationId: deduplicationIdOf(arrival) };
      const at = incoming.sentTimestampMs ?? Date.now();
      // Reading the record back places the message.
      await this.#log.record([logged], { at, base }, deadline);
    }
  }

  /** When the queue has nothing more for us, messages that we wait for are gone: somebody received and deleted them. */
  async #askForOvertaken(deadline: Deadline): Promise<void> {
    if (this.#heldBack.size === 0) return;
    const missing = [...this.#heldBack.values()].flatMap(({ overtaken }) => overtaken);
    if (!(await this.#owner.hasEverything(deadline))) return;
    for (const { messageId } of missing) {
      if (!this.#owner.isKnown(messageId)) this.#gone.add(messageId);
    }
    this.#tellThoseInPlace();
  }
}

/** Whether the broker has delivered the message before, to whomever: then receives of it may be known elsewhere. */
function wasDeliveredBefore({ delivery, incoming }: FifoArrival): boolean {
  return delivery.message.fields.redelivered || (incoming.deliveryCount ?? 0) > 0 || (incoming.acquiredCount ?? 0) > 0;
}

function isRepeated(arrival: FifoArrival, index: FifoLogIndex): boolean {
  const { groupId, incoming } = arrival;
  return index.originalOf(groupId, deduplicationIdOf(arrival), incoming.sentTimestampMs ?? Date.now()) !== undefined;
}

/** A native producer may not have given one. */
function deduplicationIdOf({ messageId, incoming }: FifoArrival): string {
  return incoming.messageDeduplicationId ?? messageId;
}
