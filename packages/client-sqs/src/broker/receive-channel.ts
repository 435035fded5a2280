import {
  deadlineIn,
  pause,
  RabbitError,
  withDeadline,
  type Broker,
  type Channel,
  type ConsumeMessage,
  type Deadline,
} from "@warrenmq/core/internal";
import { decodeMessage, type IncomingMessage } from "@warrenmq/core/queues";

/** One message delivered to this process, with the channel that it must be settled on. */
export interface Delivery {
  readonly message: ConsumeMessage;
  /** The same, read as an SQS message; what costs something is worked out when it is asked for. */
  readonly incoming: IncomingMessage;
  readonly channel: ReceiveChannel;
  /** `performance.now()` at arrival. */
  readonly arrivedMs: number;
}

/** What a {@link ReceiveChannel} tells its owner. */
export interface ReceiveChannelEvents {
  delivered(delivery: Delivery): void;
  /** The broker ended a consumer: the queue is gone, or a consumer timed out. */
  cancelledByBroker(): void;
  /** The channel is gone and every delivery on it is stale; the broker requeues them. */
  closed(channel: ReceiveChannel): void;
}

/**
 * How long a channel stays open after its last acknowledgement. RabbitMQ's channel keeps acknowledgements back while more
 * than 32 of a quorum queue are not yet applied, and drops those when it is closed (measured on 3.10.8, 4.0.5 and 4.3.6:
 * 67 of 100 messages deleted just before the process ended came back).
 */
export const SETTLING_MS = 150;

/** A broker that is that late may be busy; giving a channel up gives its messages back, so that they come again. */
const LEAST_PATIENCE_MS = 10_000;

/** Credit of one consumer: AMQP's prefetch counts deliveries that are not settled yet. */
interface Credit {
  readonly prefetch: number;
  outstanding: number;
}

/** More live consumers than this are not kept; those without free credit go first. */
const MAX_CONSUMERS = 8;

/**
 * The channel on which one queue is consumed. It dispatches deliveries itself instead of through amqplib's consumer
 * table, because a delivery that crosses a `basic.cancel` would make amqplib close the channel.
 *
 * A channel on which the broker leaves a question unanswered is given up at last, as if it had been lost: its connection may
 * be alive, and nothing would ever come. Who waits for the answer sets a limit of its own.
 */
export class ReceiveChannel {
  readonly #channel: Channel;
  readonly #queueName: string;
  readonly #events: ReceiveChannelEvents;
  readonly #patienceMs: number;
  readonly #credits = new Map<string, Credit>();
  #tagNumber = 0;
  #open = true;
  #over = false;
  #closeReason: unknown;
  #stopping: Promise<void> | undefined;
  #lastReturnMs = Number.NEGATIVE_INFINITY;
  #lastAckMs = Number.NEGATIVE_INFINITY;
  /** Delivery tags that the broker waits to be settled, in the order in which they came. */
  readonly #unsettled = new Set<number>();
  /** Acknowledgements of this turn of the event loop. */
  #acks: ConsumeMessage[] = [];
  #barrier: Promise<void> | undefined;
  #nextBarrier: Promise<void> | undefined;

  private constructor(channel: Channel, queueName: string, events: ReceiveChannelEvents, patienceMs: number) {
    this.#channel = channel;
    this.#queueName = queueName;
    this.#events = events;
    this.#patienceMs = patienceMs;
    channel.removeAllListeners("delivery");
    channel.removeAllListeners("cancel");
    channel.on("delivery", (message) => this.#delivered(message));
    channel.on("cancel", ({ consumerTag }) => this.#cancelled(consumerTag));
    channel.on("error", (error) => {
      this.#closeReason = error;
    });
    channel.on("close", () => this.#closed());
  }

  /** Opens a channel; nothing is consumed yet. @throws RabbitError */
  static async open(
    broker: Broker,
    queueName: string,
    events: ReceiveChannelEvents,
    deadline: Deadline,
  ): Promise<ReceiveChannel> {
    const channel = await broker.consuming.channel(deadline);
    return new ReceiveChannel(channel, queueName, events, Math.max(LEAST_PATIENCE_MS, broker.options.timeoutMs));
  }

  /** Whether deliveries of this channel can still be settled. */
  isOpen(): boolean {
    return this.#open;
  }

  /** Why the broker closed the channel, if it did. */
  closeReason(): unknown {
    return this.#closeReason;
  }

  /** How many more messages the broker may push. */
  freeCredit(): number {
    let free = 0;
    for (const credit of this.#credits.values()) free += credit.prefetch - credit.outstanding;
    return free;
  }

  /** Whether any consumer is live. */
  isConsuming(): boolean {
    return this.#credits.size > 0;
  }

  /** Adds a consumer that takes up to `prefetch` messages; resolves when the broker has registered it. */
  async consume(prefetch: number): Promise<void> {
    const consumerTag = `warrenmq-${++this.#tagNumber}`;
    this.#credits.set(consumerTag, { prefetch, outstanding: 0 });
    this.#trim(consumerTag);
    const limited = this.#channel.prefetch(prefetch);
    const consuming = this.#channel.consume(this.#queueName, () => undefined, { consumerTag });
    await this.#answered(Promise.all([limited, consuming]));
  }

  /**
   * Cancels every consumer; resolves when the broker has confirmed this for all of them. Until then messages may still
   * arrive, and a message that goes back may be pushed here again. Deliveries stay valid.
   */
  stopConsuming(): Promise<void> {
    const tags = [...this.#credits.keys()];
    if (tags.length === 0) return this.#stopping ?? Promise.resolve();
    this.#credits.clear();
    this.#lastReturnMs = performance.now();
    // amqplib sends each cancel when the one before is answered.
    const cancelled = Promise.all([this.#stopping, ...tags.map((tag) => this.#channel.cancel(tag))]);
    const stopping = this.#answered(cancelled)
      .then(() => undefined)
      .finally(() => {
        // What the queue had pushed to a consumer that its channel no longer knows goes back inside the broker.
        this.#lastReturnMs = performance.now();
        if (this.#stopping === stopping) this.#stopping = undefined;
      });
    this.#stopping = stopping;
    return stopping;
  }

  /** Whether cancelled consumers may still be pushed messages. */
  isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /**
   * `performance.now()` when messages last went back to the queue from here, or may have: a message is neither ready nor
   * delivered for a moment then.
   */
  lastReturnMs(): number {
    return this.#lastReturnMs;
  }

  /** Waits for one answer of the broker on this channel, behind everything it had sent before. */
  async barrier(): Promise<void> {
    await this.#answered(this.#channel.prefetch(1));
  }

  /** Deletes the message from the queue. What one turn of the event loop acknowledges is sent together. */
  ack(message: ConsumeMessage): void {
    this.#settled(message);
    if (!this.#open) return;
    this.#lastAckMs = performance.now();
    this.#acks.push(message);
    if (this.#acks.length === 1) queueMicrotask(() => this.#sendAcks());
  }

  /**
   * Resolves when the broker's channel has taken all acknowledgements so far. It resolves as well when the channel is
   * lost before: whether the broker got them cannot be known then.
   */
  acksTaken(): Promise<void> {
    this.#nextBarrier ??= (this.#barrier ?? Promise.resolve()).then(() => {
      this.#barrier = this.#nextBarrier;
      this.#nextBarrier = undefined;
      return this.#open ? this.barrier().catch(() => undefined) : undefined; // the channel is gone
    });
    return this.#nextBarrier;
  }

  /** Puts a message back that somebody had received: the broker counts this as a failed delivery. */
  reject(message: ConsumeMessage): void {
    this.#settled(message);
    this.#lastReturnMs = performance.now();
    if (this.#open) this.#channel.reject(message, true);
  }

  /** Puts a message back that nobody has seen: RabbitMQ 4.3 does not count this (earlier versions do). */
  handBack(message: ConsumeMessage): void {
    this.#settled(message);
    this.#lastReturnMs = performance.now();
    if (this.#open) this.#channel.nack(message, false, true);
  }

  /** Sends a message on to where its queue dead-letters to. */
  deadLetter(message: ConsumeMessage): void {
    this.#settled(message);
    if (this.#open) this.#channel.nack(message, false, false);
  }

  /** Whether the broker counts {@link ReceiveChannel.handBack} as a failed delivery. */
  countsHandBacks(): boolean {
    return isOlderThan43(this.#channel);
  }

  /** Closes the channel; the broker requeues what is outstanding on it. */
  async close(): Promise<void> {
    if (!this.#open) return;
    await pause(Math.max(0, this.#lastAckMs + SETTLING_MS - performance.now()));
    if (!this.#open) return;
    this.#open = false;
    await this.#answered(this.#channel.close()).catch(() => undefined); // closed already: that is what was wanted
  }

  async #answered<T>(answer: Promise<T>): Promise<T> {
    try {
      return await withDeadline(answer, deadlineIn(this.#patienceMs), `use queue "${this.#queueName}"`);
    } catch (error) {
      if (error instanceof RabbitError) this.#giveUp();
      throw error;
    }
  }

  #giveUp(): void {
    if (this.#open) void this.#channel.close().catch(() => undefined); // closed already: that is what was wanted
    this.#closed();
  }

  #delivered(message: ConsumeMessage): void {
    if (!this.#open) return;
    const credit = this.#credits.get(message.fields.consumerTag);
    if (credit !== undefined) credit.outstanding++;
    this.#unsettled.add(message.fields.deliveryTag);
    this.#events.delivered({
      message,
      incoming: decodeMessage(message),
      channel: this,
      arrivedMs: performance.now(),
    });
  }

  /** One frame for all acknowledgements below which nothing is unsettled: each frame costs the queue a Raft command. */
  #sendAcks(): void {
    const acks = this.#acks;
    this.#acks = [];
    if (!this.#open) return;
    const [oldest = Number.POSITIVE_INFINITY] = this.#unsettled;
    let upTo: ConsumeMessage | undefined;
    for (const message of acks) {
      const tag = message.fields.deliveryTag;
      if (tag > oldest) this.#channel.ack(message);
      else if (upTo === undefined || tag > upTo.fields.deliveryTag) upTo = message;
    }
    if (upTo !== undefined) this.#channel.ack(upTo, true);
  }

  #settled(message: ConsumeMessage): void {
    this.#unsettled.delete(message.fields.deliveryTag);
    const credit = this.#credits.get(message.fields.consumerTag);
    if (credit !== undefined) credit.outstanding--;
  }

  #trim(keep: string): void {
    if (this.#credits.size <= MAX_CONSUMERS) return;
    for (const [tag, credit] of this.#credits) {
      if (tag === keep || credit.outstanding < credit.prefetch) continue;
      this.#credits.delete(tag);
      void this.#channel.cancel(tag).catch(() => undefined);
      return;
    }
  }

  #cancelled(consumerTag: string): void {
    this.#credits.delete(consumerTag);
    if (this.#open && !isOlderThan43(this.#channel)) void this.#channel.cancel(consumerTag).catch(() => undefined);
    this.#events.cancelledByBroker();
  }

  #closed(): void {
    if (this.#over) return;
    this.#over = true;
    this.#open = false;
    this.#credits.clear();
    this.#events.closed(this);
  }
}

/**
 * RabbitMQ 4.3 keeps a consumer that it cancelled for a timeout, and would deliver to it again; it does not count what is
 * handed back with `nack`. Earlier versions forget the consumer (3.10 crashes the channel when a consumer of a deleted
 * queue is cancelled), and count.
 */
function isOlderThan43(channel: Channel): boolean {
  const [major = 0, minor = 0] = channel.connection.serverProperties.version.split(".").map(Number);
  return major < 4 || (major === 4 && minor < 3);
}
