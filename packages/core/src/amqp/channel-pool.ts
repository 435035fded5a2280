import type { Channel } from "amqplib";
import { toRabbitError } from "./amqp-failure.ts";
import type { Connection } from "./connection.ts";
import { pause, remainingMs, withDeadline, type Deadline } from "./deadline.ts";
import { RabbitError, type RabbitErrorCode } from "./rabbit-error.ts";

const MAX_IDLE = 4;
const AGAIN: ReadonlySet<RabbitErrorCode> = new Set<RabbitErrorCode>(["connection-lost", "queue-unavailable"]);
const RETRY_PAUSE_MS = 50;

/**
 * Channels for declaring and probing. An AMQP error closes the channel that it happens on, so such work never shares a
 * channel with deliveries or publishes; a channel that survived its work is kept for the next.
 */
export class ChannelPool {
  readonly #connection: Connection;
  #idle: Channel[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onLoss(() => {
      this.#idle = [];
    });
  }

  /**
   * Runs `work` on a channel of its own; again, until the deadline, when the connection is lost meanwhile or the node of
   * the queue is still starting. So it must be work that may be done twice.
   * @param action what is being done and on what, for errors: `declare queue "orders"`
   * @throws RabbitError what the broker answered, or `timeout`.
   */
  async use<T>(action: string, deadline: Deadline, work: (channel: Channel) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.#useOnce(action, deadline, work);
      } catch (error) {
        const again = error instanceof RabbitError && AGAIN.has(error.code) && remainingMs(deadline) > RETRY_PAUSE_MS;
        if (!again || this.#connection.status() === "closed") throw error;
        await pause(RETRY_PAUSE_MS);
      }
    }
  }

  async #useOnce<T>(action: string, deadline: Deadline, work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = this.#idle.pop() ?? (await this.#connection.channel(deadline));
    let closeReason: unknown;
    const onError = (error: unknown): void => {
      closeReason = error;
    };
    channel.on("error", onError);
    try {
      const result = await withDeadline(work(channel), deadline, action);
      channel.off("error", onError);
      this.#giveBack(channel);
      return result;
    } catch (error) {
      if (error instanceof RabbitError && error.code === "timeout") void channel.close().catch(() => undefined);
      throw toRabbitError(closeReason ?? error, action);
    }
  }

  #giveBack(channel: Channel): void {
    if (this.#idle.length < MAX_IDLE) {
      this.#idle.push(channel);
      return;
    }
    void channel.close().catch(() => undefined);
  }
}
