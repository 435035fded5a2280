import { toRabbitError } from "./amqp-failure.ts";
import type { Connection } from "./connection.ts";
import { pause, remainingMs, type Deadline } from "./deadline.ts";
import type { Publication } from "./publication.ts";
import { PublishChannel, type PendingPublish } from "./publish-channel.ts";
import { RabbitError, type RabbitErrorCode } from "./rabbit-error.ts";

/** More channels than this are not opened: further destinations share them. */
const MAX_CHANNELS = 64;
/** Pause before a message is offered again to a broker that refused it or dropped the channel. */
const RETRY_PAUSE_MS = 50;
const AGAIN: ReadonlySet<RabbitErrorCode> = new Set<RabbitErrorCode>([
  "connection-lost",
  "publish-nacked",
  "queue-unavailable",
]);

/**
 * Publishes with publisher confirms: a publish resolves when the broker has taken the message over. A message whose
 * connection is lost before that is published again, with the same properties, until the deadline; so it may arrive
 * twice, and is never lost silently.
 *
 * Each destination has a channel of its own (up to 64), because one slow quorum queue blocks its whole channel.
 */
export class ConfirmedPublisher {
  readonly #connection: Connection;
  readonly #hasQueue: (name: string, deadline: Deadline) => Promise<boolean>;
  readonly #channels = new Map<string, PublishChannel>();
  readonly #opening = new Map<string, Promise<PublishChannel>>();
  readonly #stopListening: () => void;

  /** @param hasQueue whether the broker has a queue; asked when it has returned a message that was sent to one */
  constructor(connection: Connection, hasQueue: (name: string, deadline: Deadline) => Promise<boolean>) {
    this.#connection = connection;
    this.#hasQueue = hasQueue;
    this.#stopListening = connection.onLoss(() => this.#channels.clear());
  }

  /**
   * Resolves when the broker has confirmed the message.
   * @throws RabbitError `unroutable` (mandatory, and no queue is bound), `confirm-timeout`, `connection-blocked`,
   * `publish-nacked`, `queue-unavailable`, `not-found` (no such exchange), or why no connection can be had.
   */
  publish(publication: Publication, deadline: Deadline): Promise<void> {
    return new Promise<void>((confirmed, reject) => {
      const failed = (error: unknown): void => void this.#startAgain(pending, error, reject);
      const pending: PendingPublish = { publication, deadline, confirmed, failed };
      this.#start(pending);
    });
  }

  /**
   * As {@link ConfirmedPublisher.publish}, but a message that may have reached the broker is not sent a second time: for
   * writers that look for themselves whether it arrived.
   * @throws RabbitError `connection-lost` and `publish-nacked` besides: the message may be stored or not.
   */
  publishOnce(publication: Publication, deadline: Deadline): Promise<void> {
    return new Promise<void>((confirmed, reject) => {
      const failed = (error: unknown): void => void this.#giveUp(pending, error, reject);
      const pending: PendingPublish = { publication, deadline, confirmed, failed };
      this.#start(pending);
    });
  }

  /** Stops listening to the connection. Outstanding publishes fail with the connection. */
  close(): void {
    this.#stopListening();
  }

  /** At once where a channel is open: every promise between a send and the socket costs. */
  #start(pending: PendingPublish): void {
    const channel = this.#openChannel(pending.publication);
    if (channel === undefined || this.#connection.blockedReason() !== undefined) void this.#startLater(pending);
    else channel.publish(pending);
  }

  async #startLater(pending: PendingPublish): Promise<void> {
    const { publication, deadline } = pending;
    try {
      await this.#connection.unblocked(deadline);
      const channel = this.#openChannel(publication) ?? (await this.#channelFor(publication, deadline));
      channel.publish(pending);
    } catch (error) {
      pending.failed(error);
    }
  }

  async #startAgain(pending: PendingPublish, error: unknown, giveUp: (failure: RabbitError) => void): Promise<void> {
    const failure = await this.#failure(pending, error);
    const again = AGAIN.has(failure.code) && remainingMs(pending.deadline) > RETRY_PAUSE_MS;
    if (!again || this.#connection.status() === "closed") {
      giveUp(failure);
      return;
    }
    await pause(RETRY_PAUSE_MS);
    this.#start(pending);
  }

  async #giveUp(pending: PendingPublish, error: unknown, reject: (failure: RabbitError) => void): Promise<void> {
    reject(await this.#failure(pending, error));
  }

  /** What a channel's error means. */
  async #failure({ publication, deadline }: PendingPublish, error: unknown): Promise<RabbitError> {
    const failure = toRabbitError(error, "publish");
    const { exchange, routingKey } = publication;
    if (failure.code !== "unroutable" || exchange !== "") return failure;
    // For a moment after a restart RabbitMQ's routing does not know streams that it has (measured: 3.10.8 and 4.0.5, 0.3 s
    // after it took connections). Whoever took such a queue for deleted would forget its messages.
    if (!(await this.#hasQueue(routingKey, deadline))) return failure;
    const message = `RabbitMQ has the queue "${routingKey}" and does not route messages to it yet. Retry later.`;
    return new RabbitError("queue-unavailable", message, { cause: failure });
  }

  #openChannel(publication: Publication): PublishChannel | undefined {
    const channel = this.#channels.get(this.#slot(publication));
    return channel?.isOpen() === true ? channel : undefined;
  }

  async #channelFor(publication: Publication, deadline: Deadline): Promise<PublishChannel> {
    const slot = this.#slot(publication);
    const opening = this.#opening.get(slot) ?? this.#open(slot, deadline);
    return opening;
  }

  #open(slot: string, deadline: Deadline): Promise<PublishChannel> {
    const opening = this.#connection
      .confirmChannel(deadline)
      .then((channel) => {
        const opened = new PublishChannel(channel, this.#connection);
        this.#channels.set(slot, opened);
        return opened;
      })
      .finally(() => this.#opening.delete(slot));
    this.#opening.set(slot, opening);
    return opening;
  }

  /** The channel a destination uses. Once 64 are open, new destinations are spread over shared ones. */
  #slot({ exchange, routingKey }: Publication): string {
    const destination = exchange === "" ? routingKey : `exchange ${exchange}`;
    if (this.#channels.size < MAX_CHANNELS || this.#channels.has(destination)) return destination;
    return `shared ${hash(destination) % MAX_CHANNELS}`;
  }
}

function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index++) value = (value * 31 + text.charCodeAt(index)) >>> 0;
  return value;
}
