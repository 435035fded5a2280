import { backOffMs, pause, RabbitError, remainingMs, withDeadline, type Deadline } from "@warrenmq/core/internal";
import type { ResolvedStreamOptions } from "../connection/options.ts";
import { dial } from "../connection/dial.ts";
import type { StreamConnection } from "../connection/stream-connection.ts";
import type { Query } from "../connection/wire.ts";

/**
 * The connection that questions go over: where streams are, and creating and deleting them. Any node answers them. It connects with the
 * first question, and again after a loss. The connection is the one that streams of its node are read over, too: questions are rare.
 */
export class Locator {
  readonly #options: ResolvedStreamOptions;
  readonly #onConnected: (connection: StreamConnection) => void;
  #connection: StreamConnection | undefined;
  #dialling: Promise<StreamConnection> | undefined;
  #nextAddress = 0;
  #isClosed = false;

  /** @param onConnected is given each connection that was made */
  constructor(options: ResolvedStreamOptions, onConnected: (connection: StreamConnection) => void) {
    this.#options = options;
    this.#onConnected = onConnected;
  }

  /** Connects to the first address that answers; resolves with the broker's version. @throws RabbitError why the last one did not */
  async connectOnce(deadline: Deadline): Promise<string> {
    for (let left = this.#options.addresses.length; ; left--) {
      try {
        return (await this.#connect(deadline)).brokerVersion;
      } catch (error) {
        if (left <= 1 || remainingMs(deadline) === 0) throw error;
      }
    }
  }

  /**
   * Asks until there is an answer: a question that a lost connection swallowed is put again.
   * @throws RabbitError why the broker refused, or what stood in the way when the deadline came
   */
  async ask<T>(query: Query<T>, deadline: Deadline): Promise<T> {
    let reason: unknown;
    for (let failures = 1; ; failures++) {
      try {
        const connection = await this.#connect(deadline);
        return await connection.ask(query, deadline);
      } catch (error) {
        if (!isConnectionTrouble(error)) throw error;
        const isLate = remainingMs(deadline) === 0;
        // That the time is over says less than why it was of no use before.
        if (!isLate || reason === undefined) reason = error;
        if (this.#isClosed || isLate) throw reason;
        await pause(Math.min(backOffMs(failures), remainingMs(deadline)));
      }
    }
  }

  async close(deadline: Deadline): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close(deadline);
  }

  async #connect(deadline: Deadline): Promise<StreamConnection> {
    if (this.#isClosed) throw new RabbitError("destroyed", "The stream client was closed.");
    if (this.#connection?.isOpen === true) return this.#connection;
    this.#dialling ??= this.#dial(deadline).finally(() => (this.#dialling = undefined));
    // Somebody else may have begun it, with a later deadline.
    return withDeadline(this.#dialling, deadline, "connect to RabbitMQ's stream port");
  }

  async #dial(deadline: Deadline): Promise<StreamConnection> {
    const { addresses } = this.#options;
    const address = addresses[this.#nextAddress % addresses.length];
    if (address === undefined) throw new RabbitError("invalid-address", "No RabbitMQ address is configured.");
    try {
      const connection = await dial(address, this.#options, "consume", deadline);
      if (this.#isClosed) await connection.close(deadline);
      else this.#onConnected(connection);
      this.#connection = connection;
      return connection;
    } catch (error) {
      this.#nextAddress++;
      throw error;
    }
  }
}

const CONNECTION_TROUBLE: ReadonlySet<string> = new Set(["connection-failed", "connection-lost", "timeout"]);

function isConnectionTrouble(error: unknown): boolean {
  return error instanceof RabbitError && CONNECTION_TROUBLE.has(error.code);
}
