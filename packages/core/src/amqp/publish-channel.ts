import type { ConfirmChannel } from "amqplib";
import { toRabbitError } from "./amqp-failure.ts";
import type { Connection } from "./connection.ts";
import type { Deadline } from "./deadline.ts";
import type { Publication } from "./publication.ts";
import { RabbitError } from "./rabbit-error.ts";

/** How often outstanding publishes are checked against their deadlines. One timer for all: a timer each costs more than the publish. */
const SWEEP_MS = 100;

/** A publish that the broker has not confirmed yet. */
interface Outstanding {
  readonly deadline: Deadline;
  settle(error: unknown): void;
}

/**
 * One AMQP channel in confirm mode: pairs each publish with its confirm, its return (unroutable) or its deadline.
 */
export class PublishChannel {
  readonly #channel: ConfirmChannel;
  readonly #connection: Connection;
  readonly #outstanding = new Set<Outstanding>();
  /** Message ids that came back as unroutable; the confirm that settles them follows (AMQP sends the return first). */
  readonly #returned = new Set<string>();
  #open = true;
  #closeReason: unknown = new RabbitError(
    "connection-lost",
    "Lost the connection to RabbitMQ before the message was confirmed.",
  );
  #sweeper: NodeJS.Timeout | undefined;

  constructor(channel: ConfirmChannel, connection: Connection) {
    this.#channel = channel;
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

  /** Resolves at the broker's confirm. @throws RabbitError as {@link ConfirmedPublisher.publish}. */
  publish(publication: Publication, deadline: Deadline): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const outstanding: Outstanding = {
        deadline,
        settle: (error: unknown): void => {
          this.#outstanding.delete(outstanding);
          if (error !== null) reject(error instanceof RabbitError ? error : this.#failure(error));
          else if (this.#wasReturned(publication)) reject(unroutable(publication));
          else resolve();
        },
      };
      try {
        const { exchange, routingKey, content, options } = publication;
        this.#channel.publish(exchange, routingKey, content, options, (error) => outstanding.settle(error));
      } catch (error) {
        reject(this.#open ? error : this.#failure(error));
        return;
      }
      this.#outstanding.add(outstanding);
      this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    });
  }

  #wasReturned({ options }: Publication): boolean {
    return this.#returned.size > 0 && options.messageId !== undefined && this.#returned.delete(options.messageId);
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
    for (const outstanding of this.#outstanding) {
      if (outstanding.deadline <= now) outstanding.settle(unconfirmed(this.#connection));
    }
    if (this.#outstanding.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #closed(): void {
    this.#open = false;
    clearInterval(this.#sweeper);
    for (const outstanding of this.#outstanding) outstanding.settle(this.#closeReason);
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
