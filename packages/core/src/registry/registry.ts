import type { Broker, BrokerPart } from "../amqp/broker.ts";
import type { Deadline } from "../amqp/deadline.ts";
import { CommandLog, REGISTRY_STREAM } from "./command-log.ts";
import type { CommandRecord } from "./command-record.ts";
import type { RegistryFold } from "./fold.ts";

/** One service's side of the registry. */
export interface RegistryView<State, Command, Outcome> {
  /** The state as far as this process has read; current to a few milliseconds once {@link RegistryView.ready} resolved. */
  readonly state: State;
  /** Whether the log is being followed; when it is, {@link RegistryView.ready} need not be awaited. */
  isReady(): boolean;
  /** Reads the log up to its end, and follows it from then on. @throws RabbitError */
  ready(deadline: Deadline): Promise<void>;
  /** Resolves when all that any process had written before the call has been applied here. @throws RabbitError */
  sync(deadline: Deadline): Promise<void>;
  /** Writes a command; resolves with what came of it, in the order that all processes agree on. @throws RabbitError */
  append(command: Command, deadline: Deadline): Promise<Outcome>;
  /** Calls `listener` after each command of any process, once it is applied. Not for commands read at start-up. */
  onApplied(listener: (command: Command, outcome: Outcome) => void): void;
}

interface Follower {
  apply(record: CommandRecord): void;
  restart(): void;
}

/**
 * The registry of one broker: what RabbitMQ itself cannot hold (attributes, tags, subscriptions, shard maps), as a log
 * of commands in a stream that all processes fold alike. See docs/decisions/001-registry-stream.md.
 */
export class Registry implements BrokerPart {
  readonly #log: CommandLog;
  readonly #followers = new Map<string, Follower>();
  readonly #views = new Map<string, unknown>();
  /** Records of services whose client has not been made in this process (yet). */
  readonly #unclaimed = new Map<string, CommandRecord[]>();

  constructor(broker: Broker) {
    this.#log = new CommandLog(broker, REGISTRY_STREAM, {
      record: (record) => this.#dispatch(record),
      restarted: () => this.#restart(),
    });
  }

  /** The view of a service; the same one for every caller. */
  view<State, Command, Outcome>(fold: RegistryFold<State, Command, Outcome>): RegistryView<State, Command, Outcome> {
    const existing = this.#views.get(fold.service);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one service has one fold, so the view under its name has that fold's types
    if (existing !== undefined) return existing as RegistryView<State, Command, Outcome>;
    const view = this.#makeView(fold);
    this.#views.set(fold.service, view);
    return view;
  }

  /** Nothing to close: the log's channel ends with the connection. */
  close(): void {}

  #makeView<State, Command, Outcome>(
    fold: RegistryFold<State, Command, Outcome>,
  ): RegistryView<State, Command, Outcome> {
    let state = fold.initial();
    const outcomes = new Map<string, Outcome | undefined>();
    const listeners: ((command: Command, outcome: Outcome) => void)[] = [];
    const apply = (record: CommandRecord): void => {
      const command = fold.parse(record.data);
      if (command === undefined) return;
      const outcome = fold.apply(state, command, record);
      if (outcomes.has(record.id)) outcomes.set(record.id, outcome);
      if (this.#log.isFollowing()) for (const listener of listeners) listener(command, outcome);
    };
    for (const record of this.#unclaimed.get(fold.service) ?? []) apply(record);
    this.#unclaimed.delete(fold.service);
    const restart = (): void => {
      state = fold.initial();
    };
    this.#followers.set(fold.service, { apply, restart });
    const log = this.#log;
    return {
      get state() {
        return state;
      },
      isReady: () => log.isFollowing(),
      ready: (deadline) => log.follow(deadline),
      sync: (deadline) => log.sync(crypto.randomUUID(), deadline),
      append: async (command, deadline) => {
        const id = crypto.randomUUID();
        outcomes.set(id, undefined);
        try {
          await log.append({ id, at: Date.now(), service: fold.service, data: command }, deadline);
          const outcome = outcomes.get(id);
          if (outcome === undefined) throw new Error(`The registry did not apply its own command ${id}.`);
          return outcome;
        } finally {
          outcomes.delete(id);
        }
      },
      onApplied: (listener) => {
        listeners.push(listener);
      },
    };
  }

  #restart(): void {
    this.#unclaimed.clear();
    for (const follower of this.#followers.values()) follower.restart();
  }

  #dispatch(record: CommandRecord): void {
    const follower = this.#followers.get(record.service);
    if (follower !== undefined) {
      follower.apply(record);
      return;
    }
    const unclaimed = this.#unclaimed.get(record.service) ?? [];
    unclaimed.push(record);
    this.#unclaimed.set(record.service, unclaimed);
  }
}

/** The registry of a broker link, shared by all clients on it. */
export function registryOf(broker: Broker): Registry {
  return broker.part("registry", (owner) => new Registry(owner));
}
