import type { ConfirmChannel } from "amqplib";
import { toRabbitError } from "./amqp-failure.ts";
import { confirmChannelInternals, type ConfirmChannelInternals } from "./amqplib-internals.ts";
import { flushWrites } from "./coalesce-writes.ts";
import type { Connection } from "./connection.ts";
import type { Deadline } from "./deadline.ts";
import { methodFrame, publishFrames, type FrameTarget } from "./frames/publish-frames.ts";
import type { Publication } from "./publication.ts";
import { RabbitError } from "./rabbit-error.ts";

/** How often outstanding publishes are checked against their deadlines. One timer for all: a timer each costs more than the publish. */
const SWEEP_MS = 100;

/** A message on its way to the broker, and who waits for it. Exactly one of the two functions is called, once. */
export interface PendingPublish {
  readonly publication: Publication;
  readonly deadline: Deadline;
  readonly confirmed: () => void;
  /** Gets a RabbitError, or what the encoder said of a property that AMQP cannot carry. */
  readonly failed: (error: unknown) => void;
}

/** The method frame of the last publish: most channels have one destination. */
interface Destination {
  readonly exchange: string;
  readonly routingKey: string;
  readonly mandatory: boolean;
  readonly frame: Buffer;
}

/**
 * One AMQP channel in confirm mode: pairs each publish with its confirm, its return (unroutable) or its deadline. Nobody
 * else may publish on the channel: the frames go past amqplib's encoder, straight to the socket.
 */
export class PublishChannel {
  readonly #channel: ConfirmChannel;
  readonly #internals: ConfirmChannelInternals;
  readonly #target: FrameTarget;
  readonly #connection: Connection;
  readonly #outstanding = new Set<PendingPublish>();
  /** Message ids that came back as unroutable; the confirm that settles them follows (AMQP sends the return first). */
  readonly #returned = new Set<string>();
  #destination: Destination | undefined;
  #open = true;
  #closeReason: unknown = new RabbitError(
    "connection-lost",
    "Lost the connection to RabbitMQ before the message was confirmed.",
  );
  #sweeper: NodeJS.Timeout | undefined;

  constructor(channel: ConfirmChannel, connection: Connection) {
    this.#channel = channel;
    this.#internals = confirmChannelInternals(channel);
    this.#target = { channel: this.#internals.ch, maxFrameBytes: this.#internals.connection.frameMax };
    this.#connection = connection;
    channel.on("error", (error) => {
      this.#closeReason = toRabbitError(error, "publish");
    });
    channel.on("close", () => this.#closed());
    channel.on("return", (message) => this.#returned.add(String(message.properties.messageId)));
  }

  /** Whether the channel can take publishes. */
  isOpen(): boolean {
    return this.#open;
  }

  /** Sends the message, and tells `pending` what came of it. Errors are those of `ConfirmedPublisher.publish`. */
  publish(pending: PendingPublish): void {
    const { stream } = this.#internals.connection;
    // The connection is being closed, and `close` follows.
    if (!stream.writable) return pending.failed(this.#closeReason);
    try {
      const frames = publishFrames(this.#target, this.#methodFrame(pending.publication), pending.publication);
      this.#internals.pushConfirmCallback((error) => this.#settle(pending, error));
      stream.write(frames);
      // A lone message goes at once, and the broker stores it while its sender works out the answer.
      if (this.#outstanding.size === 0) flushWrites(stream);
    } catch (error) {
      return pending.failed(error);
    }
    this.#outstanding.add(pending);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  #methodFrame(publication: Publication): Buffer {
    const { exchange, routingKey, mandatory = false } = publication;
    const last = this.#destination;
    if (last?.routingKey === routingKey && last.exchange === exchange && last.mandatory === mandatory)
      return last.frame;
    const frame = methodFrame(this.#target, publication);
    this.#destination = { exchange, routingKey, mandatory, frame };
    return frame;
  }

  #settle(pending: PendingPublish, error: unknown): void {
    if (!this.#outstanding.delete(pending)) return;
    if (error !== null) pending.failed(error instanceof RabbitError ? error : this.#failure(error));
    else if (this.#wasReturned(pending.publication)) pending.failed(unroutable(pending.publication));
    else pending.confirmed();
  }

  #wasReturned({ properties: { messageId } }: Publication): boolean {
    return this.#returned.size > 0 && messageId !== undefined && this.#returned.delete(messageId);
  }

  #failure(error: unknown): unknown {
    if (error instanceof Error && error.message === "message nacked") {
      return new RabbitError(
        "publish-nacked",
        "RabbitMQ refused to store the message (queue without quorum, or full). Retry later.",
        { cause: error },
      );
    }
    return this.#closeReason;
  }

  #sweep(): void {
    const now = performance.now();
    for (const pending of this.#outstanding) {
      if (pending.deadline > now) continue;
      this.#settle(pending, unconfirmed(this.#connection));
      // The broker's channel may be talking to a leader that is gone, after a split of its cluster, and never confirm anything
      // again (measured on 4.3.6, streams): the next message gets another channel.
      if (this.#connection.blockedReason() === undefined) this.#open = false;
    }
    if (this.#outstanding.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    if (!this.#open) void this.#channel.close().catch(() => undefined); // closed already
  }

  #closed(): void {
    this.#open = false;
    clearInterval(this.#sweeper);
    for (const pending of this.#outstanding) this.#settle(pending, this.#closeReason);
  }
}

function unroutable({ exchange, routingKey }: Publication): RabbitError {
  const where = exchange === "" ? `queue "${routingKey}"` : `exchange "${exchange}" with key "${routingKey}"`;
  return new RabbitError("unroutable", `No queue received the message sent to ${where}.`);
}

/** The error for a publish that was not confirmed before its deadline. */
function unconfirmed(connection: Connection): RabbitError {
  const reason = connection.blockedReason();
  if (reason !== undefined) {
    return new RabbitError(
      "connection-blocked",
      `RabbitMQ accepts no messages for now (${reason}). Free memory or disk on the broker, then retry.`,
    );
  }
  return new RabbitError(
    "confirm-timeout",
    "RabbitMQ did not confirm the message in time; it may or may not have stored it. Retry: a retry may deliver it twice.",
  );
}
