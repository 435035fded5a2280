import type { Channel, ChannelModel, ConfirmChannel } from "amqplib";
import { toRabbitError } from "./amqp-failure.ts";
import { backOffMs } from "./back-off.ts";
import { isConnectionChannelUsed, publishConnection } from "./connection-channel.ts";
import { deadlineIn, pause, remainingMs, withDeadline, type Deadline } from "./deadline.ts";
import { dial } from "./dial.ts";
import type { ResolvedRabbitMQOptions } from "./options.ts";
import { RabbitError } from "./rabbit-error.ts";

/**
 * State of one connection, as users see it.
 *
 * - `idle`: not connected, and nobody has asked yet. Leads to `connecting` with the first call.
 * - `connecting`: dialling the addresses in turn, after a pause if the last attempts failed. Leads to `open`, or back to `idle`.
 * - `open`: usable. Leads to `blocked` on a broker alarm, to `idle` when the connection is lost.
 * - `blocked`: connected, but the broker accepts no publishes until its memory or disk alarm ends. Leads to `open` or `idle`.
 * - `closed`: closed by us, for good.
 * @public
 */
export type ConnectionStatus = "idle" | "connecting" | "open" | "blocked" | "closed";

/** A connection lost sooner than this after it was opened counts as a failed attempt. */
const SHORT_LIVED_MS = 1_000;

/** The state machine behind {@link Connection}: each state carries only its own data. */
type State =
  | { readonly type: "idle"; readonly failures: number }
  | { readonly type: "connecting"; readonly outcome: Promise<RabbitError | undefined> }
  | {
      readonly type: "open";
      readonly model: ChannelModel;
      readonly sinceMs: number;
      readonly blockedReason: string | undefined;
    }
  | { readonly type: "closed" };

/**
 * One supervised AMQP connection. It connects when somebody needs it, tries every address in turn with back-off and
 * jitter, and after a loss connects again as soon as it is needed: no timer and no socket keeps the process alive.
 *
 *     idle ──acquire──▶ connecting ──dialled──▶ open ◀──blocked/unblocked──▶ open(blocked)
 *      ▲                    │failed               │lost
 *      └────────────────────┴─────────────────────┘              close() from anywhere ──▶ closed
 */
export class Connection {
  readonly #options: ResolvedRabbitMQOptions;
  readonly #role: string;
  readonly #lossListeners = new Set<() => void>();
  readonly #statusListeners = new Set<(status: ConnectionStatus) => void>();
  #state: State = { type: "idle", failures: 0 };
  #nextAddress = 0;
  #lastDialError: RabbitError | undefined;

  /** @param role `publish` or `consume`; shown in the connection's name on the broker. */
  constructor(options: ResolvedRabbitMQOptions, role: string) {
    this.#options = options;
    this.#role = role;
  }

  /** The current state. */
  status(): ConnectionStatus {
    if (this.#state.type !== "open") return this.#state.type;
    return this.#state.blockedReason === undefined ? "open" : "blocked";
  }

  /** Why the broker blocks publishing, while it does. */
  blockedReason(): string | undefined {
    return this.#state.type === "open" ? this.#state.blockedReason : undefined;
  }

  /** Calls `listener` whenever an open connection is lost or closed. Returns the function that stops this. */
  onLoss(listener: () => void): () => void {
    this.#lossListeners.add(listener);
    return () => this.#lossListeners.delete(listener);
  }

  /** Calls `listener` with each new status. Returns the function that stops this. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /**
   * A new channel, connecting first if necessary. An `error` listener is attached, so a channel error never crashes
   * the process; `close` tells its user.
   * @throws RabbitError when no connection can be had before the deadline, at once when the credentials are refused.
   */
  async channel(deadline: Deadline): Promise<Channel> {
    const model = await this.#acquire(deadline);
    return this.#opened(model.createChannel(), deadline);
  }

  /** A new channel in confirm mode; otherwise as {@link Connection.channel}. */
  async confirmChannel(deadline: Deadline): Promise<ConfirmChannel> {
    const model = await this.#acquire(deadline);
    return this.#opened(model.createConfirmChannel(), deadline);
  }

  /**
   * Waits until the broker accepts publishes again.
   * @throws RabbitError `connection-blocked` when it still does not at the deadline.
   */
  async unblocked(deadline: Deadline): Promise<void> {
    while (this.blockedReason() !== undefined) {
      if (remainingMs(deadline) === 0) {
        throw new RabbitError(
          "connection-blocked",
          `RabbitMQ accepts no messages for now (${this.blockedReason() ?? "resource alarm"}). Free memory or disk on the broker, then retry.`,
        );
      }
      await this.#statusChange(deadline);
    }
  }

  /** Closes for good. Outstanding work on the connection fails; the broker requeues what was not acknowledged. */
  async close(): Promise<void> {
    const state = this.#state;
    this.#enter({ type: "closed" });
    if (state.type !== "open") return;
    this.#notifyLoss();
    // A broker that no longer answers must not hold up a shutdown.
    await withDeadline(state.model.close(), deadlineIn(2_000), "close the connection").catch(() => undefined);
  }

  async #acquire(deadline: Deadline): Promise<ChannelModel> {
    for (;;) {
      const state = this.#state;
      switch (state.type) {
        case "open":
          return state.model;
        case "closed":
          throw new RabbitError("destroyed", "The client was destroyed.");
        case "idle":
          this.#enter({ type: "connecting", outcome: this.#connect(state.failures) });
          break;
        case "connecting":
          await this.#connected(state.outcome, deadline);
          break;
      }
    }
  }

  /** Waits for an attempt. Its failure is that of all calls that wait for it, unless another attempt may do better. */
  async #connected(outcome: Promise<RabbitError | undefined>, deadline: Deadline): Promise<void> {
    const labels = this.#options.addresses.map((address) => address.label).join(", ");
    const failure = await withDeadline(outcome, deadline, `connect to ${labels}`).catch(
      (error: unknown) =>
        this.#lastDialError ??
        new RabbitError(
          "connection-failed",
          `Cannot connect to RabbitMQ at ${labels} in time. Check that it runs and can be reached.`,
          { cause: error },
        ),
    );
    if (failure !== undefined && (!failure.retryable || remainingMs(deadline) === 0)) throw failure;
  }

  /** Never rejects: resolves to why it failed, once the next state is entered. */
  async #connect(failures: number): Promise<RabbitError | undefined> {
    if (failures > 0) await pause(backOffMs(failures));
    for (let tried = 0; tried < this.#options.addresses.length; tried++) {
      const address = this.#options.addresses[this.#nextAddress % this.#options.addresses.length];
      if (address === undefined || this.#state.type === "closed") return undefined;
      try {
        this.#opens(await dial(address, this.#options, this.#role));
        return undefined;
      } catch (error) {
        this.#lastDialError = toRabbitError(error, `connect to ${address.label}`);
        this.#nextAddress++;
      }
    }
    if (this.#state.type === "closed") return undefined;
    this.#enter({ type: "idle", failures: failures + 1 });
    return this.#lastDialError;
  }

  #opens(model: ChannelModel): void {
    model.on("error", () => undefined); // `close` follows and carries the consequence
    if (this.#state.type === "closed") {
      void model.close().catch(() => undefined);
      return;
    }
    this.#lastDialError = undefined;
    const sinceMs = performance.now();
    model.on("close", () => this.#lost(model));
    model.on("blocked", (reason: string) => this.#enter({ type: "open", model, sinceMs, blockedReason: reason }));
    model.on("unblocked", () => this.#enter({ type: "open", model, sinceMs, blockedReason: undefined }));
    this.#enter({ type: "open", model, sinceMs, blockedReason: undefined });
  }

  #lost(model: ChannelModel): void {
    if (this.#state.type !== "open" || this.#state.model !== model) return;
    this.#nextAddress++;
    // A broker that accepts and drops at once (while it boots, say) must not be dialled in a tight loop.
    const failures = performance.now() - this.#state.sinceMs < SHORT_LIVED_MS ? 1 : 0;
    this.#enter({ type: "idle", failures });
    this.#notifyLoss();
  }

  #enter(next: State): void {
    this.#state = next;
    const status = this.status();
    if (isConnectionChannelUsed()) {
      const { connectionName, addresses } = this.#options;
      const labels = addresses.map(({ label }) => label);
      const error = this.#lastDialError;
      publishConnection({ connectionName, role: this.#role, status, addresses: labels, error });
    }
    for (const listener of this.#statusListeners) listener(status);
  }

  #notifyLoss(): void {
    for (const listener of this.#lossListeners) listener();
  }

  async #opened<C extends Channel>(opening: Promise<C>, deadline: Deadline): Promise<C> {
    try {
      const channel = await withDeadline(opening, deadline, "open a channel");
      channel.on("error", () => undefined); // `close` follows, and pending calls are rejected with the reason
      return channel;
    } catch (error) {
      throw toRabbitError(error, "open a channel");
    }
  }

  async #statusChange(deadline: Deadline): Promise<void> {
    const stopping: (() => void)[] = [];
    const changed = new Promise<void>((resolve) => {
      stopping.push(this.onStatus(() => resolve()));
    });
    await withDeadline(changed, deadline, "a change of the connection").catch(() => undefined);
    for (const stop of stopping) stop();
  }
}
