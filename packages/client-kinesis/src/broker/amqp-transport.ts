import {
  beginConsuming,
  RabbitError,
  toRabbitError,
  type Broker,
  type Channel,
  type ConsumeMessage,
  type Deadline,
} from "@warrenmq/core/internal";
import { sureStart } from "./end-mark.ts";
import { fromDelivery, toPublication } from "./amqp-message.ts";
import type { ReadFrom, ReadOptions, ShardMessage, StreamReading, StreamTransport } from "./stream-transport.ts";

/** Shards over AMQP 0-9-1: what every RabbitMQ can do, without a plugin. */
export class AmqpTransport implements StreamTransport {
  readonly name = "amqp";
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  publish(stream: string, message: ShardMessage, deadline: Deadline): Promise<void> {
    return this.#broker.publisher.publishOnce(toPublication(stream, message), deadline);
  }

  close(): void {
    // The channels are closed by their readings, the connections with the broker link.
  }

  async read(stream: string, options: ReadOptions, deadline: Deadline): Promise<StreamReading> {
    const from = await this.#start(stream, options.from, deadline);
    const channel = await this.#broker.consuming.channel(deadline);
    const reading = new AmqpReading(channel, stream, { ...options, from });
    await reading.start(deadline);
    return reading;
  }

  async #start(stream: string, from: ReadFrom, deadline: Deadline): Promise<ReadFrom> {
    const isBlocked = this.#broker.publishing.blockedReason() !== undefined;
    // No mark is taken before the alarm is over, and reading must not wait for that.
    return isBlocked && from.type === "time" ? { type: "first" } : sureStart(this, stream, from, deadline);
  }
}

/** How long what was taken last stays unacknowledged: far less than any broker's `consumer_timeout`, which ends a channel. */
const ACKNOWLEDGE_AFTER_MS = 1_000;

/** One consumer, on a channel of its own. */
class AmqpReading implements StreamReading {
  readonly #channel: Channel;
  readonly #stream: string;
  readonly #options: ReadOptions;
  /** Every half window one delivery, to be acknowledged with all before it when as many have been taken. */
  readonly #milestones: { readonly count: number; readonly delivery: ConsumeMessage }[] = [];
  #delivered = 0;
  #taken = 0;
  #acknowledged = 0;
  #lastDelivery: ConsumeMessage | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextOffset: number;
  #state: "starting" | "reading" | "closed" = "starting";

  constructor(channel: Channel, stream: string, options: ReadOptions) {
    this.#channel = channel;
    this.#stream = stream;
    this.#options = options;
    this.#nextOffset = options.from.type === "offset" ? options.from.offset : 0;
  }

  async start(deadline: Deadline): Promise<void> {
    let closeReason: unknown;
    this.#channel.on("error", (error) => {
      closeReason = error;
    });
    this.#channel.on("close", () => this.#end(toRabbitError(closeReason, `read "${this.#stream}"`)));
    try {
      const options = { arguments: { "x-stream-offset": offsetArgument(this.#options.from) } };
      const onMessage = (delivery: ConsumeMessage | null): void => this.#read(delivery);
      const start = { queue: this.#stream, prefetch: this.#options.window, onMessage, options };
      await beginConsuming(this.#channel, start, deadline);
    } catch (error) {
      this.close();
      throw toRabbitError(closeReason ?? error, `read "${this.#stream}"`);
    }
    if (this.#state === "closed") throw toRabbitError(closeReason, `read "${this.#stream}"`);
    this.#state = "reading";
  }

  taken(messages: number): void {
    this.#taken += messages;
    let last: { readonly count: number; readonly delivery: ConsumeMessage } | undefined;
    while ((this.#milestones[0]?.count ?? Infinity) <= this.#taken) last = this.#milestones.shift();
    if (last !== undefined) this.#acknowledge(last.delivery, last.count);
    if (this.#taken > this.#acknowledged) {
      this.#timer ??= setTimeout(() => this.#acknowledgeRest(), ACKNOWLEDGE_AFTER_MS).unref();
    }
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    clearTimeout(this.#timer);
    void this.#channel.close().catch(() => undefined); // closed already: that is what was wanted
  }

  /** When all that was delivered has been taken, the broker is to know, however little it is. */
  #acknowledgeRest(): void {
    this.#timer = undefined;
    const isAll = this.#taken === this.#delivered && this.#taken > this.#acknowledged;
    if (isAll && this.#lastDelivery !== undefined) this.#acknowledge(this.#lastDelivery, this.#delivered);
  }

  #acknowledge(delivery: ConsumeMessage, count: number): void {
    if (this.#state === "closed") return;
    this.#acknowledged = count;
    try {
      this.#channel.ack(delivery, true);
    } catch {
      // The channel is being closed, and its `close` comes later: nothing is left to acknowledge.
    }
  }

  #read(delivery: ConsumeMessage | null): void {
    if (this.#state === "closed") return;
    if (delivery === null) {
      this.#end(new RabbitError("not-found", `The stream "${this.#stream}" was deleted.`));
      return;
    }
    this.#delivered++;
    this.#lastDelivery = delivery;
    const half = Math.max(1, Math.floor(this.#options.window / 2));
    if (this.#delivered % half === 0) this.#milestones.push({ count: this.#delivered, delivery });
    const message = fromDelivery(delivery);
    // A chunk may begin before the offset that was asked for.
    if (message.offset < this.#nextOffset) return this.taken(1);
    this.#nextOffset = message.offset + 1;
    this.#options.onMessage(message, this);
  }

  #end(reason: RabbitError): void {
    const wasReading = this.#state === "reading";
    this.close();
    if (wasReading) this.#options.onEnd(reason);
  }
}

/** `x-stream-offset`; AMQP's timestamps have seconds only. */
function offsetArgument(from: ReadFrom): string | number | { readonly "!": "timestamp"; readonly value: number } {
  switch (from.type) {
    case "first":
    case "last":
      return from.type;
    case "offset":
      return from.offset;
    case "time":
      return { "!": "timestamp", value: Math.max(0, Math.floor(from.timeMs / 1000)) };
  }
}
