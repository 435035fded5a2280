import type { Broker } from "../amqp/broker.ts";
import type { Deadline } from "../amqp/deadline.ts";
import { CommandLog, REGISTRY_STREAM, type LogPosition } from "./command-log.ts";
import type { CommandRecord } from "./command-record.ts";
import type { RegistryFold } from "./fold.ts";
import { SNAPSHOT_CLAIM, Snapshots } from "./snapshots.ts";

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

/**
 * Folds the commands of one service. It reads the registry's log on its own, because each service's newest snapshot is at
 * another place of it.
 */
export class ServiceView<State, Command, Outcome> implements RegistryView<State, Command, Outcome> {
  readonly #fold: RegistryFold<State, Command, Outcome>;
  readonly #log: CommandLog;
  readonly #snapshots: Snapshots<State> | undefined;
  readonly #outcomes = new Map<string, Outcome | undefined>();
  readonly #listeners: ((command: Command, outcome: Outcome) => void)[] = [];
  #state: State;

  constructor(broker: Broker, fold: RegistryFold<State, Command, Outcome>) {
    this.#fold = fold;
    this.#state = fold.initial();
    this.#log = new CommandLog(broker, REGISTRY_STREAM, {
      startingPoint: (deadline) => this.#load(deadline),
      record: (record) => this.#read(record),
      restarted: () => this.#restart(),
    });
    const { service, snapshot } = fold;
    const subject = { service, log: this.#log, state: () => this.#state };
    this.#snapshots = snapshot && new Snapshots(broker, { ...subject, snapshot });
  }

  get state(): State {
    return this.#state;
  }

  isReady(): boolean {
    return this.#log.isFollowing();
  }

  async ready(deadline: Deadline): Promise<void> {
    await this.#log.follow(deadline);
    this.#snapshots?.claimIfDue();
  }

  async sync(deadline: Deadline): Promise<void> {
    await this.#log.sync(crypto.randomUUID(), deadline);
    this.#snapshots?.claimIfDue();
  }

  async append(command: Command, deadline: Deadline): Promise<Outcome> {
    const id = crypto.randomUUID();
    this.#outcomes.set(id, undefined);
    try {
      await this.#log.append({ id, at: Date.now(), service: this.#fold.service, data: command }, deadline);
      const outcome = this.#outcomes.get(id);
      if (outcome === undefined) throw new Error(`The registry did not apply its own command ${id}.`);
      return outcome;
    } finally {
      this.#outcomes.delete(id);
      this.#snapshots?.claimIfDue();
    }
  }

  onApplied(listener: (command: Command, outcome: Outcome) => void): void {
    this.#listeners.push(listener);
  }

  /** What this process has begun to write is written. The log's channel ends with the connection. */
  async close(): Promise<void> {
    await this.#snapshots?.close();
  }

  async #load(deadline: Deadline): Promise<LogPosition | undefined> {
    const loaded = await this.#snapshots?.load(deadline);
    if (loaded !== undefined) this.#state = loaded.state;
    return loaded?.position;
  }

  #read(record: CommandRecord): void {
    if (record.service === SNAPSHOT_CLAIM) this.#snapshots?.claimed(record);
    if (record.service !== this.#fold.service) return;
    const command = this.#fold.parse(record.data);
    if (command === undefined) return;
    const outcome = this.#fold.apply(this.#state, command, record);
    if (this.#outcomes.has(record.id)) this.#outcomes.set(record.id, outcome);
    if (this.#log.isFollowing()) for (const listener of this.#listeners) listener(command, outcome);
  }

  #restart(): void {
    this.#state = this.#fold.initial();
    this.#snapshots?.restarted();
  }
}
