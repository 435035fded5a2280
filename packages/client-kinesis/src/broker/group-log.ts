import { CommandLog, type Broker, type CommandRecord, type Deadline } from "@warrenmq/core/internal";
import { applyGroupCommand, parseGroupCommand, type GroupCommand, type GroupState } from "../model/group-state.ts";

/** Some 50,000 heartbeats and checkpoints; the whole state is written again long before they are over. */
const LIMITS = { "x-max-length-bytes": 20_000_000, "x-stream-max-segment-size-bytes": 2_000_000 };
/** Commands after which one of the workers writes the whole state. */
const STATE_EVERY = 2_000;
const SERVICE = "kinesis-group";

/** The log of a consumer group: who reads which shard and how far, for every worker the same. It is a stream on the broker. */
export class GroupLog {
  readonly #log: CommandLog;
  readonly #state: GroupState = new Map();
  readonly #outcomes = new Map<string, boolean | undefined>();
  readonly #seenAtMs = new Map<string, number>();
  readonly #onChange: () => void;
  #sinceState = 0;

  /**
   * @param name of the group; the stream is `warrenmq.kinesis.group.<name>`
   * @param onChange called when it has changed who reads, or may read, which shard
   */
  constructor(broker: Broker, name: string, onChange: () => void) {
    this.#onChange = onChange;
    const stream = { name: groupStream(name), limits: LIMITS };
    this.#log = new CommandLog(broker, stream, {
      record: (record) => this.#read(record),
      restarted: () => this.#state.clear(),
    });
  }

  /** The shards of the group, as far as this process has read. */
  get state(): GroupState {
    return this.#state;
  }

  /** Reads the log up to its end, and follows it from then on. @throws RabbitError */
  follow(deadline: Deadline): Promise<void> {
    return this.#log.follow(deadline);
  }

  /** Workers that have written something in the last `withinMs` milliseconds, by this process' clock, and not left. */
  alive(withinMs: number): Set<string> {
    const since = performance.now() - withinMs;
    return new Set([...this.#seenAtMs].filter(([, atMs]) => atMs >= since).map(([worker]) => worker));
  }

  /** Writes a command; resolves to whether it changed the state, once it has been read back. @throws RabbitError */
  async append(command: GroupCommand, deadline: Deadline): Promise<boolean> {
    const id = crypto.randomUUID();
    this.#outcomes.set(id, undefined);
    try {
      await this.#log.append({ id, at: Date.now(), service: SERVICE, data: command }, deadline);
      return this.#outcomes.get(id) ?? false;
    } finally {
      this.#outcomes.delete(id);
    }
  }

  /** The command that writes the whole state, when it is time for one. */
  stateIfDue(worker: string): GroupCommand | undefined {
    if (this.#sinceState < STATE_EVERY || this.#state.size === 0) return undefined;
    return { type: "state", worker, leases: [...this.#state.values()] };
  }

  #read({ id, data, service }: CommandRecord): void {
    const command = service === SERVICE ? parseGroupCommand(data) : undefined;
    if (command === undefined) return;
    // Whoever gives everything back leaves.
    if (command.type === "release" && command.shardId === undefined) this.#seenAtMs.delete(command.worker);
    else this.#seenAtMs.set(command.worker, performance.now());
    this.#sinceState = command.type === "state" ? 0 : this.#sinceState + 1;
    const changed = applyGroupCommand(this.#state, command);
    if (this.#outcomes.has(id)) this.#outcomes.set(id, changed);
    if (changed && command.type !== "checkpoint" && this.#log.isFollowing()) this.#onChange();
  }
}

/** The stream that holds the log of a group. */
export function groupStream(name: string): string {
  return `warrenmq.kinesis.group.${name}`;
}
