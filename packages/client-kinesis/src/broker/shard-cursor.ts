import { pause, RabbitError, remainingMs, type Deadline } from "@warrenmq/core/internal";
import type { ShardPosition } from "../model/shard-iterator.ts";
import { recordsOf } from "../model/stored-records.ts";
import type { FramedRecord } from "../model/wire/batch-frame.ts";
import { mayReadAgain, newMark } from "./shard-writer.ts";
import type { ReadFrom, StoredMessage, StreamReading, StreamTransport } from "./stream-transport.ts";

/** Records that shared a message, or the part of them that was asked for. */
export interface RecordRun {
  /** Offset of their message. */
  readonly offset: number;
  /** Place of the first of them in the message. */
  readonly firstIndex: number;
  readonly records: readonly FramedRecord[];
  /** Milliseconds since the epoch; `undefined` when a foreign client did not say. */
  readonly arrivedAt: number | undefined;
  /** Milliseconds since the epoch at which the broker stored it, where the transport tells. */
  readonly storedAt: number | undefined;
}

/** What one read gave. */
export interface Taken {
  readonly runs: readonly RecordRun[];
  /** Milliseconds since the epoch at which the next record arrived, when there is one already. */
  readonly nextArrivedAt: number | undefined;
  /** Whether it ends with the newest record of the shard. */
  readonly atTip: boolean;
  /** Whether the shard's end was reached. */
  readonly ended: boolean;
}

/** How much one read may give. */
export interface TakeLimits {
  readonly records: number;
  readonly bytes: number;
  /** How long to wait for a record at the newest end of the shard. */
  readonly waitMs: number;
  /** Whether the shard takes no records any more. Before "nothing more" is said of it, its end is looked for afresh. */
  readonly isClosed: boolean;
}

/** What a cursor reads. */
export interface CursorOptions {
  readonly stream: string;
  readonly transport: StreamTransport;
  readonly position: ShardPosition;
  /** Milliseconds since the epoch: records that arrived earlier have been trimmed. */
  readonly trimmedBefore: () => number;
  /** The last offset that a writer of this process, who follows the stream, has seen in it; -1 without one. */
  readonly knownTip: () => number;
}

/** Messages on their way or waiting here; more when they turn out to be small. */
const WINDOW = 16;
const SMALL_MESSAGES_WINDOW = 400;
const SMALL_MESSAGE_BYTES = 4_096;
const SAMPLE = 64;
/** The broker has this long to send something before it is asked where the end is. */
const QUIET_MS = 15;
const RETRY_PAUSE_MS = 50;
/** Between our clock and the broker's. A later start would miss records; an earlier one only costs reading. */
const CLOCK_SLACK_MS = 10_000;

interface Buffered {
  readonly message: StoredMessage;
  readonly records: readonly FramedRecord[];
}

/**
 * Reads one shard from a position on. What was read ahead waits here. To know whether the newest record was read it
 * writes a mark behind it once; from then on the broker sends what comes as it comes.
 */
export class ShardCursor {
  readonly #options: CursorOptions;
  readonly #buffer: Buffered[] = [];
  #position: ShardPosition;
  #reading: StreamReading | undefined;
  #failure: RabbitError | undefined;
  #ended = false;
  /** Whether everything that was in the stream at some time since reading began has been read. */
  #isLive = false;
  /** Whether reading has begun after the shard was closed. */
  #isSettled = false;
  /** The offset of the newest message that has come, of whatever kind. */
  #lastRead = -1;
  #markId: string | undefined;
  #wake: (() => void) | undefined;
  #sampled = 0;
  #sampledBytes = 0;
  #window = WINDOW;

  constructor(options: CursorOptions) {
    this.#options = options;
    this.#position = options.position;
  }

  /** Where the next read begins. */
  position(): ShardPosition {
    return this.#position;
  }

  /** Begins to read, unless that has been done. @throws RabbitError `not-found`, or why the broker cannot be reached */
  async open(deadline: Deadline): Promise<void> {
    if (this.#reading !== undefined || this.#ended) return;
    const { transport, stream } = this.#options;
    this.#buffer.length = 0;
    this.#failure = undefined;
    this.#isLive = false;
    this.#markId = undefined;
    this.#lastRead = -1;
    this.#reading = await transport.read(
      stream,
      {
        from: this.#from(),
        window: this.#window,
        onMessage: (message, reading) => this.#read(message, reading),
        onTip: () => this.#reachedTip(),
        onEnd: (reason) => this.#lost(reason),
      },
      deadline,
    );
  }

  /**
   * Gives the next records that are there. An empty answer means that there are none, not that they are late. When the
   * connection is lost meanwhile, reading goes on over the next one.
   * @throws RabbitError as {@link ShardCursor.open}; the cursor then stands where it stood.
   */
  async take(limits: TakeLimits, deadline: Deadline): Promise<Taken> {
    this.#widen();
    for (;;) {
      const failure = await this.#ready(limits, deadline);
      if (failure === undefined) break;
      if (!mayReadAgain(failure) || remainingMs(deadline) <= RETRY_PAUSE_MS) throw failure;
      await pause(RETRY_PAUSE_MS);
    }
    const runs = this.#takeRuns(limits);
    const next = this.#buffer[0];
    return {
      runs,
      nextArrivedAt: next?.message.arrivedAt ?? next?.message.storedAt,
      atTip: next === undefined && (this.#isLive || this.#isAtKnownTip()),
      ended: this.#ended && next === undefined,
    };
  }

  /** Stops reading. */
  close(): void {
    this.#reading?.close();
    this.#reading = undefined;
    this.#wake?.();
  }

  /** Resolves when there is something to say, or with what went wrong. */
  async #ready({ waitMs, isClosed }: TakeLimits, deadline: Deadline): Promise<unknown> {
    if (isClosed && !this.#isSettled && this.#isEmpty()) {
      // What was known of the end is from before it was closed, and records may be on their way.
      this.close();
      this.#isSettled = true;
    }
    try {
      await this.open(deadline);
    } catch (error) {
      return error;
    }
    if (this.#isEmpty()) await this.#arrival(waitMs, deadline);
    return this.#buffer.length > 0 ? undefined : this.#failure;
  }

  #isEmpty(): boolean {
    return this.#buffer.length === 0 && !this.#ended && this.#failure === undefined;
  }

  /** Reads on with a wider window when messages turned out to be small. At the tip nothing would be gained. */
  #widen(): void {
    if (this.#window !== WINDOW || this.#isLive || this.#buffer.length > 0 || this.#sampled < SAMPLE) return;
    if (this.#sampledBytes / this.#sampled > SMALL_MESSAGE_BYTES) return;
    this.#window = SMALL_MESSAGES_WINDOW;
    this.close();
  }

  /** Resolves when there is something to say: a record, the end of the shard, or that there is no newer record. */
  async #arrival(waitMs: number, deadline: Deadline): Promise<void> {
    if (!this.#isLive) await this.#woken(QUIET_MS);
    while (this.#isEmpty() && !this.#isLive && remainingMs(deadline) > 0) {
      // Where the protocol tells where the end is, reading says so by itself.
      if (this.#options.transport.endOffset === undefined) this.#mark(deadline);
      await this.#woken(remainingMs(deadline));
    }
    // What this process has just written is on its way to us too.
    while (this.#isEmpty() && this.#nextOffset() <= this.#options.knownTip() && remainingMs(deadline) > 0) {
      await this.#woken(remainingMs(deadline));
    }
    // Never without a turn of the event loop: a caller that polls in a tight loop would keep everything from coming in.
    if (this.#isEmpty()) await this.#woken(Math.max(1, waitMs));
  }

  /** Everything before it has been read, records and the rest. */
  #nextOffset(): number {
    return Math.max(this.#lastRead + 1, this.#position.type === "record" ? this.#position.offset : 0);
  }

  #isAtKnownTip(): boolean {
    const tip = this.#options.knownTip();
    return tip >= 0 && this.#nextOffset() > tip;
  }

  /** Has the end of the stream marked. */
  #mark(deadline: Deadline): void {
    if (this.#markId !== undefined) return;
    const mark = newMark();
    this.#markId = mark.id;
    this.#options.transport.publish(this.#options.stream, mark, deadline).catch((error: unknown) => {
      if (this.#markId !== mark.id) return;
      this.#markId = undefined;
      // Where we cannot write (for lack of permission, or under an alarm), what has come is taken for all that there is.
      if (!(error instanceof RabbitError) || error.code !== "connection-lost") this.#isLive = true;
      this.#wake?.();
    });
  }

  #woken(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), timeoutMs).unref();
      this.#wake = () => {
        this.#wake = undefined;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #reachedTip(): void {
    this.#isLive = true;
    this.#wake?.();
  }

  #read(message: StoredMessage, reading: StreamReading): void {
    if (this.#ended) return;
    this.#lastRead = message.offset;
    this.#sampled++;
    this.#sampledBytes += message.content.length;
    const records = this.#wanted(message) ? recordsOf(message) : [];
    if (message.kind === "end") this.#ended = true;
    if (message.id !== undefined && message.id === this.#markId) this.#isLive = true;
    // None is wanted of a message whose last record the position lies behind.
    const isWanted = records.length > this.#startIn(message.offset);
    if (isWanted) this.#buffer.push({ message, records });
    else this.#skip(message, reading);
    if (isWanted || this.#ended || this.#isLive) this.#wake?.();
    // The consumer would read on behind the end, where there is nothing for us.
    if (this.#ended) this.close();
  }

  #skip({ offset }: StoredMessage, reading: StreamReading): void {
    reading.taken(1);
    if (this.#buffer.length > 0) return;
    // A time stays the position until a record is found or there is none to be found.
    if (this.#position.type === "time" && !this.#isLive) return;
    this.#position = { type: "record", offset: offset + 1, index: 0 };
  }

  #wanted({ kind, arrivedAt: saidAt, storedAt = Infinity }: StoredMessage): boolean {
    const arrivedAt = saidAt ?? storedAt;
    if (kind === "end" || kind === "mark" || arrivedAt < this.#options.trimmedBefore()) return false;
    return this.#position.type !== "time" || this.#buffer.length > 0 || arrivedAt >= this.#position.timeMs;
  }

  #takeRuns({ records: maxRecords, bytes: maxBytes }: TakeLimits): RecordRun[] {
    const runs: RecordRun[] = [];
    let left = maxRecords;
    let bytesLeft = maxBytes;
    while (left > 0) {
      const first = this.#buffer[0];
      if (first === undefined) break;
      const { message, records } = first;
      const start = this.#startIn(message.offset);
      const end = fitting(records, start, left, bytesLeft, runs.length === 0);
      const part = start === 0 && end === records.length ? records : records.slice(start, end);
      if (part.length > 0) {
        const { offset, arrivedAt, storedAt } = message;
        runs.push({ offset, firstIndex: start, records: part, arrivedAt, storedAt });
      }
      for (const { data } of part) bytesLeft -= data.length;
      left -= part.length;
      if (end < records.length) {
        this.#position = { type: "record", offset: message.offset, index: end };
        break;
      }
      this.#buffer.shift();
      this.#reading?.taken(1);
      this.#position = { type: "record", offset: message.offset + 1, index: 0 };
    }
    return runs;
  }

  /** The place in a message at which reading goes on. */
  #startIn(offset: number): number {
    const { type } = this.#position;
    return type === "record" && this.#position.offset === offset ? Math.max(0, this.#position.index) : 0;
  }

  #from(): ReadFrom {
    const { type } = this.#position;
    switch (type) {
      case "record":
        return { type: "offset", offset: this.#position.offset };
      case "time":
        return { type: "time", timeMs: this.#position.timeMs - CLOCK_SLACK_MS };
      case "oldest":
        return { type: "time", timeMs: this.#options.trimmedBefore() - CLOCK_SLACK_MS };
    }
  }

  #lost(reason: RabbitError): void {
    this.#failure = reason;
    this.#reading = undefined;
    this.#wake?.();
  }
}

/** Up to which record a read may go: never beyond its limits, except that the first record is always given. */
function fitting(
  records: readonly FramedRecord[],
  start: number,
  maxRecords: number,
  maxBytes: number,
  isFirst: boolean,
): number {
  let end = start;
  let bytes = 0;
  while (end < records.length && end - start < maxRecords) {
    bytes += records[end]?.data.length ?? 0;
    if (bytes > maxBytes && !(isFirst && end === start)) break;
    end++;
  }
  return end;
}
