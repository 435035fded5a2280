import type { Broker } from "../amqp/broker.ts";
import type { Deadline } from "../amqp/deadline.ts";
import type { CommandLog, LogPosition } from "./command-log.ts";
import type { CommandRecord } from "./command-record.ts";
import type { StateSnapshot } from "./fold.ts";
import type { SnapshotRecord } from "./snapshot-record.ts";
import { SnapshotSchedule } from "./snapshot-schedule.ts";
import { SnapshotStream } from "./snapshot-stream.ts";

/** Names the claims in the log, of all services. */
export const SNAPSHOT_CLAIM = "registry.snapshot";

/** Whose state is written down. */
export interface SnapshotSubject<State> {
  readonly service: string;
  readonly snapshot: StateSnapshot<State>;
  readonly log: CommandLog;
  readonly state: () => State;
}

/**
 * The snapshots of one service's state: read when a process starts, written now and then by one of the processes that
 * write commands. They only save reading. The log stays whole, so a snapshot that is missing, unreadable, or of another
 * log costs time and nothing else. See docs/decisions/001-registry-stream.md.
 */
export class Snapshots<State> {
  readonly #broker: Broker;
  readonly #subject: SnapshotSubject<State>;
  /** What claims of this service and version carry, and the end of the stream's name. */
  readonly #name: string;
  readonly #stream: SnapshotStream;
  readonly #schedule = new SnapshotSchedule();
  #claim: string | undefined;
  #claiming: Promise<unknown> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();

  constructor(broker: Broker, subject: SnapshotSubject<State>) {
    this.#broker = broker;
    this.#subject = subject;
    this.#name = `${subject.service}.v${subject.snapshot.version}`;
    this.#stream = new SnapshotStream(broker, `warrenmq.registry.${this.#name}`);
  }

  /** The newest snapshot's state and place. @throws RabbitError when the broker cannot be reached */
  async load(deadline: Deadline): Promise<{ readonly state: State; readonly position: LogPosition } | undefined> {
    const record = await this.#stream.read(deadline);
    const state = record && this.#subject.snapshot.load(record.state);
    if (record === undefined || state === undefined) return undefined;
    this.#schedule.taken(record.position.offset);
    return { state, position: record.position };
  }

  /** The log is another one than was loaded. */
  restarted(): void {
    this.#schedule.restarted();
  }

  /** To be told of each claim that is read. The state is still as of its place. */
  claimed({ id, at, data }: CommandRecord): void {
    const { log, snapshot, state } = this.#subject;
    const position = log.position();
    if (data !== this.#name || position === undefined || !this.#schedule.accepts(position.offset, at)) return;
    // One that was claimed before this process started may never have been written.
    if (log.isFollowing()) this.#schedule.taken(position.offset);
    if (id === this.#claim) this.#writing = this.#write({ position, state: snapshot.dump(state()) });
  }

  /** To be called after this process has written to the log: claims the next snapshot when it is due. */
  claimIfDue(): void {
    const { log } = this.#subject;
    if (this.#claim !== undefined || !this.#schedule.isDue(log.offset(), Date.now())) return;
    const id = crypto.randomUUID();
    this.#claim = id;
    this.#broker.hold();
    const record = { id, at: Date.now(), service: SNAPSHOT_CLAIM, data: this.#name };
    const claimed = log.append(record, this.#broker.deadline()).catch(() => undefined); // others will claim it
    this.#claiming = claimed.finally(() => {
      this.#claim = undefined;
      this.#broker.release();
    });
  }

  /** Resolves when what was claimed is written: until others may claim it again, every process that starts waits for it in vain. */
  async close(): Promise<void> {
    await this.#claiming;
    await this.#writing;
  }

  async #write(record: SnapshotRecord): Promise<void> {
    this.#broker.hold();
    // Whatever keeps it from being written: others read more of the log until the next one.
    await this.#stream.write(record, this.#broker.deadline()).catch(() => undefined);
    this.#broker.release();
  }
}
