import type { Channel, ConsumeMessage } from "amqplib";
import type { Broker } from "../amqp/broker.ts";
import { toRabbitError } from "../amqp/amqp-failure.ts";
import { beginConsuming } from "../amqp/begin-consuming.ts";
import { deadlineIn, pause, remainingMs, withDeadline, type Deadline } from "../amqp/deadline.ts";
import { quietWhileBlocked } from "../amqp/quiet-while-blocked.ts";
import { RabbitError } from "../amqp/rabbit-error.ts";
import { StreamAcknowledgements } from "../amqp/stream-acknowledgements.ts";
import { decodeRecord, encodeRecord, type CommandRecord } from "./command-record.ts";

/** The stream that holds a log. */
export interface LogStream {
  /** One per virtual host. */
  readonly name: string;
  /** Queue arguments that limit how much the broker keeps; none: it keeps everything. */
  readonly limits: Readonly<Record<string, string | number>>;
}

/** The stream that holds the registry. */
export const REGISTRY_STREAM: LogStream = { name: "warrenmq.registry", limits: {} };
/** Stream credit: how many records may be on their way to us. */
const PREFETCH = 500;
const POSITION_MARK = "registry";
/** A record published twice (its first confirm was lost) arrives twice within this many records. */
const DUPLICATE_WINDOW = 1_000;

/** How long re-attaching waits for a record that must be there, before the stream counts as another one. */
const REPLACED_AFTER_MS = 2_000;
const RETRY_PAUSE_MS = 50;

/** Whether this process follows the end of the log. */
type State =
  | { readonly type: "detached" }
  | { readonly type: "attaching"; readonly done: Promise<void> }
  | { readonly type: "following"; readonly reading: Reading };

/** One consumer of the stream. */
interface Reading {
  readonly channel: Channel;
  /** Settles when nothing more can come. */
  readonly ended: Promise<"ended">;
  readonly end: () => void;
  /** Settles when the record that was read last before has turned out to be still where it was. */
  readonly begun: Promise<"begun">;
  readonly begin: () => void;
  /** Id of the record that marks the end of the log as it was when reading began. */
  readonly markId: string;
  readonly acknowledgements: StreamAcknowledgements;
}

/** The record that was read last: where reading goes on, and how to tell that the stream is still the same one. */
interface Position {
  readonly offset: number;
  readonly id: string | undefined;
}

/** How far a log was read: enough for another process to go on from there. */
export interface LogPosition extends Position {
  /** What was read lately, in order: a record that comes a second time is no second command. */
  readonly recentIds: readonly string[];
}

/** What a {@link CommandLog} tells its owner. */
export interface CommandLogEvents {
  /**
   * Asked once, before anything is read: where to begin instead of at the first record. The owner then knows already what
   * the log says up to there.
   */
  startingPoint?(deadline: Deadline): Promise<LogPosition | undefined>;
  /** Called once for each record, in log order. */
  record(record: CommandRecord): void;
  /** The stream was deleted or replaced: everything is read anew, from its first record. */
  restarted(): void;
}

/**
 * A replicated command log in a stream queue. Appends are confirmed publishes; every process reads the whole log in
 * the same order. After a lost connection reading goes on behind the last record that was seen.
 */
export class CommandLog {
  readonly #broker: Broker;
  readonly #stream: LogStream;
  readonly #events: CommandLogEvents;
  readonly #awaited = new Map<string, () => void>();
  #state: State = { type: "detached" };
  readonly #recentIds = new Set<string>();
  #position: Position | undefined;
  #recordsRead = 0;
  #startingPointAsked = false;

  constructor(broker: Broker, stream: LogStream, events: CommandLogEvents) {
    this.#broker = broker;
    this.#stream = stream;
    this.#events = events;
  }

  /** Whether the log is being followed, so that what was read is current. */
  isFollowing(): boolean {
    return this.#state.type === "following";
  }

  /** How far the log was read; in the callback for a record that record included. `undefined` before the first. */
  position(): LogPosition | undefined {
    return this.#position && { ...this.#position, recentIds: [...this.#recentIds] };
  }

  /** Offset of the record that was read last; -1 before the first. */
  offset(): number {
    return this.#position?.offset ?? -1;
  }

  /**
   * Follows the log and has read all that was in it at the time of the call.
   * @throws RabbitError when the broker cannot be reached, or cannot declare streams.
   */
  async follow(deadline: Deadline): Promise<void> {
    if (this.#state.type === "following") return;
    if (this.#state.type === "attaching")
      return withDeadline(this.#state.done, deadline, `read "${this.#stream.name}"`);
    const done = this.#attach(deadline);
    this.#state = { type: "attaching", done };
    return done;
  }

  /** Appends a record; resolves when this process has read it back, so everything before it has been applied too. */
  async append(record: CommandRecord, deadline: Deadline): Promise<void> {
    let appended = false;
    const readBack = this.#readBack(record.id);
    try {
      for (;;) {
        await this.follow(deadline);
        appended ||= await this.#append(record, deadline);
        // Not followed any more: what was appended is read after the next attachment.
        const { ended } = appended && this.#state.type === "following" ? this.#state.reading : ENDED;
        const outcome = await withDeadline(Promise.race([readBack, ended]), deadline, `read "${this.#stream.name}"`);
        if (outcome === "read") return;
        await pause(RETRY_PAUSE_MS);
      }
    } finally {
      this.#awaited.delete(record.id);
    }
  }

  /** Resolves when everything that any process had appended before the call has been applied. */
  async sync(id: string, deadline: Deadline): Promise<void> {
    await this.append({ id, at: Date.now(), service: POSITION_MARK, data: null }, deadline);
  }

  async #attach(deadline: Deadline): Promise<void> {
    try {
      for (;;) {
        const reading = await this.#tryAttach(deadline);
        if (reading !== undefined) {
          this.#state = { type: "following", reading };
          return;
        }
        await pause(RETRY_PAUSE_MS);
      }
    } catch (error) {
      this.#state = { type: "detached" };
      throw error;
    }
  }

  /** Reads up to the end; `undefined` when the connection went away meanwhile, or the stream turned out to be another. */
  async #tryAttach(deadline: Deadline): Promise<Reading | undefined> {
    const mark = { id: crypto.randomUUID(), at: Date.now(), service: POSITION_MARK, data: null };
    const readBack = this.#readBack(mark.id);
    try {
      await this.#askStartingPoint(deadline);
      const reading = await this.#startReading(mark.id, deadline);
      const end = await this.#endOfLog(mark, deadline);
      const patience = Math.min(deadline, deadlineIn(REPLACED_AFTER_MS));
      const begun = Promise.race([reading.begun, reading.ended]);
      if ((await withDeadline(begun, patience, `read "${this.#stream.name}"`).catch(() => "silence")) === "silence") {
        this.#restart(reading);
        return undefined;
      }
      if (end === "quiet") return reading;
      const outcome = await withDeadline(
        Promise.race([readBack, reading.ended]),
        deadline,
        `read "${this.#stream.name}"`,
      );
      return outcome === "read" ? reading : undefined;
    } catch (error) {
      if (!mayRetry(error, deadline)) throw error;
      return undefined;
    } finally {
      this.#awaited.delete(mark.id);
    }
  }

  /**
   * Marks the end of the log. While the broker takes no publishes nobody can append either, so the end is where nothing
   * more comes: otherwise no process could start to receive, and so drain a broker that is full.
   */
  async #endOfLog(mark: CommandRecord, deadline: Deadline): Promise<"marked" | "quiet"> {
    let over = false;
    const marked = this.#publish(mark, deadline)
      .then(() => "marked" as const)
      .finally(() => {
        over = true;
      });
    marked.catch(() => undefined); // when the log was quiet first, the mark may come too late
    const quiet = quietWhileBlocked(
      () => this.#broker.publishing.blockedReason() !== undefined,
      () => this.#recordsRead,
      () => over,
    );
    return Promise.race([marked, quiet.then(() => "quiet" as const)]);
  }

  async #askStartingPoint(deadline: Deadline): Promise<void> {
    if (this.#startingPointAsked) return;
    const start = await this.#events.startingPoint?.(deadline);
    this.#startingPointAsked = true;
    if (start === undefined) return;
    this.#position = { offset: start.offset, id: start.id };
    for (const id of start.recentIds) this.#recentIds.add(id);
  }

  async #startReading(markId: string, deadline: Deadline): Promise<Reading> {
    const { name, limits } = this.#stream;
    await this.#broker.channels.use(`declare the stream "${name}"`, deadline, (channel) =>
      channel.assertQueue(name, { durable: true, arguments: { "x-queue-type": "stream", ...limits } }),
    );
    const channel = await this.#broker.consuming.channel(deadline);
    const reading = newReading(channel, markId);
    if (this.#position === undefined) reading.begin();
    channel.on("close", () => this.#ended(reading));
    try {
      const options = { arguments: { "x-stream-offset": this.#position?.offset ?? "first" } };
      const onMessage = (message: ConsumeMessage | null): void => this.#read(reading, message);
      await beginConsuming(channel, { queue: name, prefetch: PREFETCH, onMessage, options }, deadline);
    } catch (error) {
      throw toRabbitError(error, `read "${name}"`);
    }
    return reading;
  }

  /** Whether the stream took the record; if not, it is gone and the next attachment declares it again. */
  async #append(record: CommandRecord, deadline: Deadline): Promise<boolean> {
    try {
      await this.#publish(record, deadline);
      return true;
    } catch (error) {
      if (!mayRetry(error, deadline)) throw error;
      return false;
    }
  }

  async #publish(record: CommandRecord, deadline: Deadline): Promise<void> {
    await this.#broker.publisher.publish(
      {
        exchange: "",
        routingKey: this.#stream.name,
        content: encodeRecord(record),
        properties: { persistent: true, messageId: record.id, contentType: "application/json" },
        mandatory: true,
      },
      deadline,
    );
  }

  #readBack(id: string): Promise<"read"> {
    return new Promise((resolve) => this.#awaited.set(id, () => resolve("read")));
  }

  #read(reading: Reading, message: ConsumeMessage | null): void {
    if (message === null) {
      this.#restart(reading); // the stream was deleted, or its node went away
      return;
    }
    reading.acknowledgements.read(message);
    this.#recordsRead++;
    const offset = Number(message.properties.headers?.["x-stream-offset"]);
    const record = decodeRecord(message.content);
    // After a re-attach a chunk begins at or before the offset that was asked for.
    if (this.#position !== undefined && offset <= this.#position.offset) {
      if (offset < this.#position.offset) {
        // What was written after the record that was read last lies before it: this is another, shorter stream.
        if (record?.id === reading.markId) this.#restart(reading);
        return;
      }
      if (record?.id === this.#position.id) reading.begin();
      else this.#restart(reading);
      return;
    }
    reading.begin(); // also when the stream's limits have taken the record that was read last
    this.#position = { offset, id: record?.id };
    if (record === undefined || this.#isDuplicate(record.id)) return;
    if (record.service !== POSITION_MARK) this.#events.record(record);
    this.#awaited.get(record.id)?.();
  }

  #isDuplicate(id: string): boolean {
    if (this.#recentIds.has(id)) return true;
    this.#recentIds.add(id);
    if (this.#recentIds.size <= DUPLICATE_WINDOW) return false;
    for (const oldest of this.#recentIds) {
      this.#recentIds.delete(oldest);
      break;
    }
    return false;
  }

  /** Forgets what was read: the next attachment begins at the first record. */
  #restart(reading: Reading): void {
    this.#ended(reading);
    this.#position = undefined;
    this.#recentIds.clear();
    this.#events.restarted();
    void reading.channel.close().catch(() => undefined); // closed already: that is what was wanted
  }

  #ended(reading: Reading): void {
    reading.end();
    if (this.#state.type === "following" && this.#state.reading === reading) this.#state = { type: "detached" };
  }
}

/** Stands for the reading of a log that nobody follows. */
const ENDED = { ended: Promise.resolve("ended" as const) };

function newReading(channel: Channel, markId: string): Reading {
  const settle: (() => void)[] = [];
  const ended = new Promise<"ended">((resolve) => settle.push(() => resolve("ended")));
  const begun = new Promise<"begun">((resolve) => settle.push(() => resolve("begun")));
  const [end = nothing, begin = nothing] = settle;
  return { channel, ended, end, begun, begin, markId, acknowledgements: new StreamAcknowledgements(channel, PREFETCH) };
}

function nothing(): void {}

/** The connection went away, or the stream did: both may be there again a moment later. */
function mayRetry(error: unknown, deadline: Deadline): boolean {
  if (!(error instanceof RabbitError) || remainingMs(deadline) <= RETRY_PAUSE_MS) return false;
  return error.code === "connection-lost" || error.code === "unroutable" || error.code === "queue-unavailable";
}
