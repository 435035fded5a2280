import { withDeadline, type Broker, type Deadline } from "@warrenmq/core/internal";
import { settledReadyMessages, type FifoLog, type IncomingMessage } from "@warrenmq/core/queues";
import { RememberedIds } from "../model/remembered-ids.ts";
import { FifoPlacing, type FifoArrival } from "./fifo-placing.ts";
import type { FifoReceivers } from "./fifo-receivers.ts";
import { ReceiveChannel, type Delivery } from "./receive-channel.ts";

/** A message that this process holds, in its place. */
export interface FifoMessage {
  readonly messageId: string;
  readonly groupId: string;
  readonly position: number;
  readonly incoming: IncomingMessage;
  readonly delivery: Delivery;
  readonly partition: FifoPartition;
  /** How often it has been received from this queue, as far as this process knows. */
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

/** What the processes of a FIFO queue know together. */
export interface FifoStreams {
  readonly log: FifoLog;
  readonly receivers: FifoReceivers;
}

/** Most messages held at once: so far a receive looks past the messages of locked groups. */
const PREFETCH = 1_000;
const REMEMBERED_ACKS = 20_000;

/**
 * One partition queue of a FIFO queue, of which this process is the single active consumer or waits to be. It tells the
 * messages in the order in which they were sent, group by group, and deletes them from the broker.
 */
export class FifoPartition {
  readonly queueName: string;
  readonly index: number;
  readonly #broker: Broker;
  readonly #events: FifoPartitionEvents;
  readonly #placing: FifoPlacing;
  readonly #log: FifoLog;
  #channel: ReceiveChannel | undefined;
  #attaching: Promise<void> | undefined;
  /** Messages delivered on the channel and not settled. */
  readonly #unsettled = new Set<string>();
  readonly #acked = new RememberedIds(REMEMBERED_ACKS);
  #acksUnderWay = false;

  constructor(
    broker: Broker,
    queueName: string,
    index: number,
    { log, receivers }: FifoStreams,
    events: FifoPartitionEvents,
  ) {
    this.queueName = queueName;
    this.index = index;
    this.#broker = broker;
    this.#log = log;
    this.#events = events;
    this.#placing = new FifoPlacing(broker, log, receivers, {
      placed: (arrival, position) => this.#placed(arrival, position),
      dropped: (arrival) => this.ack(arrival),
      isKnown: (messageId) => this.#unsettled.has(messageId) || this.#acked.has(messageId),
      hasEverything: (deadline) => this.#hasEverything(deadline),
    });
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
    return this.#placing.isBusy();
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
  async barrier(deadline: Deadline): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined) return;
    const answered = withDeadline(channel.barrier(), deadline, `receive from queue "${this.queueName}"`);
    await answered.catch((error: unknown) => {
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
    this.#placing.logged(messageId);
  }

  async #attach(deadline: Deadline): Promise<void> {
    const events = {
      delivered: (delivery: Delivery): void => this.#delivered(delivery),
      cancelledByBroker: (): void => void channel.close(),
      closed: (closed: ReceiveChannel): void => this.#lost(closed),
    };
    const channel = await ReceiveChannel.open(this.#broker, this.queueName, events, deadline);
    this.#channel = channel;
    try {
      await withDeadline(channel.consume(PREFETCH), deadline, `receive from queue "${this.queueName}"`);
    } catch (error) {
      this.#lost(channel);
      void channel.close();
      throw channel.closeReason() ?? error;
    }
  }

  #lost(channel: ReceiveChannel): void {
    if (this.#channel !== channel) return;
    this.#channel = undefined;
    this.#unsettled.clear();
    this.#placing.clear();
    this.#events.lost(this);
  }

  #delivered(delivery: Delivery): void {
    if (delivery.channel !== this.#channel) return;
    const { incoming } = delivery;
    const { messageId } = incoming;
    // Published twice because its first confirm was lost, or deleted by an acknowledgement that was lost.
    if (this.#unsettled.has(messageId) || this.#acked.has(messageId)) {
      delivery.channel.ack(delivery.message);
      return;
    }
    this.#unsettled.add(messageId);
    const groupId = incoming.messageGroupId ?? this.queueName;
    const base = incoming.logOffset ?? this.#log.nextOffset();
    this.#placing.arrived({ messageId, groupId, base, incoming, delivery });
  }

  #placed({ messageId, groupId, incoming, delivery }: FifoArrival, position: number): void {
    const { firstReceiveTimestampMs: firstReceivedAt } = incoming;
    this.#events.arrived({
      messageId,
      groupId,
      position,
      incoming,
      delivery,
      partition: this,
      receives: 0,
      firstReceivedAt,
    });
  }

  async #hasEverything(deadline: Deadline): Promise<boolean> {
    if ((await settledReadyMessages(this.#broker, this.queueName, deadline)) !== 0) return false;
    await this.barrier(deadline);
    return true;
  }
}
