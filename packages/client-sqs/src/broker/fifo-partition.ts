import { pause, type Broker, type Deadline } from "@warrenmq/core/internal";
import {
  decodeMessage,
  type FifoLog,
  type FifoLogIndex,
  type IncomingMessage,
  type LookedBack,
  offsetOf,
  positionWithoutRecord,
  readyMessages,
  type SentMessage,
} from "@warrenmq/core/queues";
import { RememberedIds } from "../model/remembered-ids.ts";
import { ReceiveChannel, type Delivery } from "./receive-channel.ts";

/** A message that this process holds, in its place. */
export interface FifoMessage {
  readonly messageId: string;
  readonly groupId: string;
  readonly position: number;
  readonly incoming: IncomingMessage;
  readonly delivery: Delivery;
  readonly partition: FifoPartition;
  /** How often this process has handed it out. */
  receives: number;
  /** ApproximateFirstReceiveTimestamp: milliseconds since the epoch. */
  firstReceivedAt: number | undefined;
}

/** What a {@link FifoPartition} tells its owner. */
export interface FifoPartitionEvents {
  /** A message is in its place: everything of its group that was sent before has been told or is gone. */
  arrived(message: FifoMessage): void;
  /** The channel is gone: every message of this partition belongs to whoever consumes it next. */
  lost(partition: FifoPartition): void;
}

/** A message whose place is not known yet. */
interface Arrival {
  readonly messageId: string;
  readonly groupId: string;
  readonly base: number;
  readonly incoming: IncomingMessage;
  readonly delivery: Delivery;
  /** Whether the older part of the log was searched for it. */
  lookedBack: boolean;
}

/** A message that others, sent before it, may still follow in the queue. */
interface HeldBack {
  readonly arrival: Arrival;
  readonly sent: SentMessage;
  readonly overtaken: readonly SentMessage[];
}

/** Most messages held at once: so far a receive looks past the messages of locked groups. */
const PREFETCH = 1_000;
const REMEMBERED_ACKS = 20_000;
/** A message whose sender has not logged it by then is logged by us: the sender may be gone. */
const ADOPT_AFTER_MS = 1_000;
const REVIEW_EVERY_MS = 25;

/**
 * One partition queue of a FIFO queue, of which this process is the single active consumer or waits to be. It finds each
 * message's place in the log, drops those that repeat an earlier one, and tells the rest in the order in which they
 * were sent, group by group.
 */
export class FifoPartition {
  readonly queueName: string;
  readonly index: number;
  readonly #broker: Broker;
  readonly #log: FifoLog;
  readonly #events: FifoPartitionEvents;
  #channel: ReceiveChannel | undefined;
  #attaching: Promise<void> | undefined;
  /** Messages delivered on the channel and not settled. */
  readonly #unsettled = new Set<string>();
  readonly #acked = new RememberedIds(REMEMBERED_ACKS);
  readonly #withoutPlace = new Map<string, Arrival>();
  readonly #heldBack = new Map<string, HeldBack>();
  readonly #gone = new Set<string>();
  /** Messages logged before this offset and not seen here are not in the queue any more. */
  #clearedBelow = 0;
  #placedWithoutRecord = 0;
  #acksUnderWay = false;
  #reviewing = false;

  constructor(broker: Broker, queueName: string, index: number, log: FifoLog, events: FifoPartitionEvents) {
    this.#broker = broker;
    this.queueName = queueName;
    this.index = index;
    this.#log = log;
    this.#events = events;
  }

  /** Whether this process consumes, or waits to. */
  isAttached(): boolean {
    return this.#channel !== undefined && this.#attaching === undefined;
  }

  /** Messages that this process holds. */
  held(): number {
    return this.#unsettled.size;
  }

  /** Whether messages are here whose place is being found. */
  isPlacing(): boolean {
    return this.#withoutPlace.size + this.#heldBack.size > 0;
  }

  /** Begins to consume, or stands in line for it. @throws RabbitError `not-found` when there is no such queue */
  attach(deadline: Deadline): Promise<void> {
    if (this.isAttached()) return Promise.resolve();
    this.#attaching ??= this.#attach(deadline).finally(() => {
      this.#attaching = undefined;
    });
    return this.#attaching;
  }

  /** Gives everything back to the broker, in order, and lets the next in line consume. */
  async release(): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined) return;
    this.#lost(channel);
    await channel.close();
  }

  /** Waits for what the broker had sent before; not if the partition is given away meanwhile. */
  async barrier(): Promise<void> {
    const channel = this.#channel;
    await channel?.barrier().catch((error: unknown) => {
      if (this.#channel === channel) throw error;
    });
  }

  /** Deletes a message from the queue. */
  ack({ messageId, delivery }: Pick<FifoMessage, "messageId" | "delivery">): void {
    this.#unsettled.delete(messageId);
    this.#acked.add(messageId);
    this.#acksUnderWay = true;
    delivery.channel.ack(delivery.message);
  }

  /**
   * Resolves when the broker has got every {@link FifoPartition.ack} so far: after that no other process is given the
   * message, even if this one is killed. Does not fail when the connection is lost: we remember what was deleted.
   */
  async acksArrived(): Promise<void> {
    if (!this.#acksUnderWay) return;
    this.#acksUnderWay = false;
    await this.#channel?.acksTaken();
  }

  /** The log holds this message now. */
  logged(messageId: string): void {
    const arrival = this.#withoutPlace.get(messageId);
    const sent = arrival === undefined ? undefined : this.#log.index.find(messageId);
    if (arrival === undefined || sent === undefined) return;
    this.#withoutPlace.delete(messageId);
    this.#place(arrival, sent, this.#log.index.overtaken(sent));
  }

  async #attach(deadline: Deadline): Promise<void> {
    const opened = await this.#broker.consuming.channel(deadline);
    const channel = new ReceiveChannel(opened, this.queueName, {
      delivered: (delivery) => this.#delivered(delivery),
      cancelledByBroker: () => void channel.close(),
      closed: (closed) => this.#lost(closed),
    });
    this.#channel = channel;
    this.#clearedBelow = 0;
    try {
      await channel.consume(PREFETCH);
    } catch (error) {
      this.#lost(channel);
      throw channel.closeReason() ?? error;
    }
  }

  #lost(channel: ReceiveChannel): void {
    if (this.#channel !== channel) return;
    this.#channel = undefined;
    this.#unsettled.clear();
    this.#withoutPlace.clear();
    this.#heldBack.clear();
    this.#gone.clear();
    this.#events.lost(this);
  }

  #delivered(delivery: Delivery): void {
    if (delivery.channel !== this.#channel) return;
    const incoming = decodeMessage(delivery.message);
    const { messageId } = incoming;
    const base = incoming.logOffset ?? this.#log.nextOffset();
    this.#clearedBelow = Math.max(this.#clearedBelow, incoming.logOffset ?? 0);
    // Published twice because its first confirm was lost, or deleted by an acknowledgement that was lost.
    if (this.#unsettled.has(messageId) || this.#acked.has(messageId)) {
      delivery.channel.ack(delivery.message);
      return;
    }
    this.#unsettled.add(messageId);
    const groupId = incoming.messageGroupId ?? this.queueName;
    const arrival = { messageId, groupId, base, incoming, delivery, lookedBack: false };
    const sent = this.#log.index.find(messageId);
    if (sent !== undefined) this.#place(arrival, sent, this.#log.index.overtaken(sent));
    else this.#withoutPlace.set(messageId, arrival);
    if (this.isPlacing()) this.#review();
  }

  #place(arrival: Arrival, sent: SentMessage, overtaken: readonly SentMessage[]): void {
    if (sent.original !== undefined || offsetOf(sent.position) < this.#log.purgedBefore()) {
      this.ack(arrival);
      return;
    }
    this.#heldBack.set(arrival.messageId, { arrival, sent, overtaken });
    this.#tellThoseInPlace();
  }

  /** Tells the messages that nothing sent earlier can follow any more, earlier ones first. */
  #tellThoseInPlace(): void {
    const inOrder = [...this.#heldBack.values()].toSorted((a, b) => a.sent.position - b.sent.position);
    for (const { arrival, sent, overtaken } of inOrder) {
      if (overtaken.some((earlier) => this.#mayFollow(earlier))) continue;
      this.#heldBack.delete(arrival.messageId);
      this.#tell(arrival, sent.position);
    }
    if (this.#heldBack.size === 0) this.#gone.clear();
    else this.#review();
  }

  #mayFollow({ messageId, position }: SentMessage): boolean {
    if (this.#heldBack.has(messageId) || this.#withoutPlace.has(messageId)) return true;
    if (this.#unsettled.has(messageId) || this.#acked.has(messageId)) return false;
    return offsetOf(position) >= this.#clearedBelow && !this.#gone.has(messageId);
  }

  #tell({ messageId, groupId, incoming, delivery }: Arrival, position: number): void {
    this.#events.arrived({
      messageId,
      groupId,
      position,
      incoming,
      delivery,
      partition: this,
      receives: 0,
      firstReceivedAt: undefined,
    });
  }

  /** Looks after messages without a place until there are none. */
  #review(): void {
    if (this.#reviewing) return;
    this.#reviewing = true;
    void this.#reviewUntilPlaced().finally(() => {
      this.#reviewing = false;
    });
  }

  async #reviewUntilPlaced(): Promise<void> {
    while (this.#channel !== undefined && this.isPlacing()) {
      await pause(REVIEW_EVERY_MS);
      try {
        const deadline = this.#broker.deadline();
        await this.#log.follow(deadline);
        await this.#lookBack(deadline);
        await this.#adopt(deadline);
        await this.#askForOvertaken(deadline);
      } catch {
        // The connection is lost or the broker slow: tried again, or over with the channel.
      }
    }
  }

  /** Finds the places of messages that were sent before the part of the log that this process has in memory. */
  async #lookBack(deadline: Deadline): Promise<void> {
    const knownFrom = this.#log.knownFrom();
    const old = [...this.#withoutPlace.values()].filter(({ base, lookedBack }) => base < knownFrom && !lookedBack);
    if (old.length === 0) return;
    const start = Math.min(...old.map(({ base }) => base));
    const found = await this.#log.lookBack(start, new Set(old.map(({ messageId }) => messageId)), deadline);
    for (const arrival of old) {
      arrival.lookedBack = true;
      if (this.#withoutPlace.get(arrival.messageId) === arrival) this.#placeOld(arrival, found);
    }
  }

  #placeOld(arrival: Arrival, { index, firstOffset, purgedBefore }: LookedBack): void {
    const sent = index.find(arrival.messageId) ?? this.#log.index.find(arrival.messageId);
    if (sent === undefined && arrival.base >= firstOffset) {
      // Never logged, because its sender died. Sent again since, perhaps.
      if (isRepeated(arrival, index)) this.#drop(arrival);
      return;
    }
    this.#withoutPlace.delete(arrival.messageId);
    if (sent === undefined) {
      // The stream was cut: the order of the queue must do.
      this.#tell(arrival, positionWithoutRecord(arrival.base, this.#placedWithoutRecord++));
    } else if (offsetOf(sent.position) < purgedBefore) {
      this.ack(arrival);
    } else {
      this.#place(arrival, sent, index.overtaken(sent));
    }
  }

  #drop(arrival: Arrival): void {
    this.#withoutPlace.delete(arrival.messageId);
    this.ack(arrival);
  }

  /** Logs messages whose senders have not done so. */
  async #adopt(deadline: Deadline): Promise<void> {
    const due = performance.now() - ADOPT_AFTER_MS;
    for (const arrival of this.#withoutPlace.values()) {
      if (arrival.delivery.arrivedMs > due) continue;
      const { messageId, groupId, base, incoming } = arrival;
      const logged = { messageId, groupId, deduplicationId: deduplicationIdOf(incoming) };
      const at = incoming.sentTimestampMs ?? Date.now();
      const [sent] = await this.#log.record([logged], { at, base }, deadline);
      if (sent === undefined || this.#withoutPlace.get(messageId) !== arrival) continue;
      this.#withoutPlace.delete(messageId);
      this.#place(arrival, sent, []);
    }
  }

  /** When the queue has nothing more for us, messages that we wait for are gone: somebody received and deleted them. */
  async #askForOvertaken(deadline: Deadline): Promise<void> {
    if (this.#heldBack.size === 0) return;
    const missing = [...this.#heldBack.values()].flatMap(({ overtaken }) => overtaken);
    if ((await readyMessages(this.#broker, this.queueName, deadline)) !== 0) return;
    await this.barrier();
    for (const { messageId } of missing) {
      if (!this.#unsettled.has(messageId)) this.#gone.add(messageId);
    }
    this.#tellThoseInPlace();
  }
}

function isRepeated({ groupId, incoming }: Arrival, index: FifoLogIndex): boolean {
  return index.originalOf(groupId, deduplicationIdOf(incoming), incoming.sentTimestampMs ?? Date.now()) !== undefined;
}

/** A native producer may not have given one. */
function deduplicationIdOf({ messageId, messageDeduplicationId }: IncomingMessage): string {
  return messageDeduplicationId ?? messageId;
}
