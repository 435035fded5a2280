import { pause, RabbitError, type Deadline } from "@warrenmq/core/internal";
import type { ReadFrom, ShardMessage, StoredMessage, StreamReading, StreamTransport } from "./stream-transport.ts";

/** What came of an append. */
export interface Appended {
  /** Where the message lies. */
  readonly offset: number;
  /** Whether it lies behind the shard's end, so that nobody reads it: it must go to the shard's children instead. */
  readonly behindEnd: boolean;
}

/** What a writer asks of its owner. */
export interface ShardWriterOptions {
  readonly stream: string;
  readonly transport: StreamTransport;
  /** Called when reading has begun, before anything is written. Throws when the shard must not be written to. */
  readonly onAttached: (deadline: Deadline) => Promise<void>;
}

/** Messages that may be on their way to us while we read what was written. */
const WINDOW = 64;
const RETRY_PAUSE_MS = 50;
/** How often appends are held against their deadlines. */
const SWEEP_MS = 100;
/** When reading broke off before anything was read: further apart are no two clocks. */
const LOOK_BACK_MS = 600_000;

interface Pending {
  readonly message: ShardMessage;
  readonly deadline: Deadline;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** A reading, and why it broke off, if it has. */
interface Attachment {
  readonly reading: StreamReading;
  readonly lost: () => RabbitError | undefined;
}

type State =
  | { readonly type: "detached" }
  | { readonly type: "attaching" }
  | { readonly type: "following"; readonly reading: StreamReading }
  | { readonly type: "closed"; readonly reason: RabbitError };

/**
 * Writes to one shard, and reads it at its end to learn the offsets of what it has written: neither AMQP nor the stream
 * protocol tells them. A message whose fate is unknown, because the connection was lost, is looked for in the stream before
 * it is written again, so that it is not stored twice.
 *
 *     detached ──append──▶ attaching ──reading──▶ following ──reading lost──▶ attaching while appends wait, else detached
 *     close() from anywhere ──▶ closed
 */
export class ShardWriter {
  readonly #options: ShardWriterOptions;
  /** By id, what has not been read back yet. */
  readonly #pending = new Map<string, Pending>();
  /** To be written once reading has begun, in the order of the calls. */
  #unwritten: Pending[] = [];
  /** Written, and perhaps stored. */
  #doubtful: Pending[] = [];
  #state: State = { type: "detached" };
  #lastOffset = -1;
  #firstAttachedAt: number | undefined;
  #ended = false;
  #usedAtMs = performance.now();
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: ShardWriterOptions) {
    this.#options = options;
  }

  /** The last offset that was seen in the stream; -1 before the first, and while it is not followed. */
  lastOffset(): number {
    return this.#state.type === "following" ? this.#lastOffset : -1;
  }

  /** Since when nothing was appended, in milliseconds of `performance.now()`; `Infinity` while an append is under way. */
  idleSinceMs(): number {
    return this.#pending.size > 0 ? Infinity : this.#usedAtMs;
  }

  /** Whether the writer can be used; a closed one cannot. */
  isOpen(): boolean {
    return this.#state.type !== "closed";
  }

  /**
   * Appends a message; resolves with its offset when it has been read back, which is after the broker has stored it.
   * @throws RabbitError `not-found` or `unroutable` when there is no such stream; `timeout`, `confirm-timeout` and
   * `connection-blocked`, after which the message may be stored or not. And what `onAttached` throws.
   */
  append(message: ShardMessage, deadline: Deadline): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.#state.type === "closed") return reject(this.#state.reason);
      const pending: Pending = { message, deadline, resolve, reject };
      this.#pending.set(message.id, pending);
      this.#usedAtMs = performance.now();
      this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
      this.#write(pending);
    });
  }

  /** Stops. What is under way fails. */
  close(reason: RabbitError = new RabbitError("destroyed", "The client was destroyed.")): void {
    const state = this.#state;
    this.#state = { type: "closed", reason };
    if (state.type === "following") state.reading.close();
    this.#failAll(reason);
  }

  #write(pending: Pending): void {
    if (this.#state.type !== "following") {
      this.#unwritten.push(pending);
      if (this.#state.type === "detached") void this.#attach();
      return;
    }
    const { transport, stream } = this.#options;
    transport
      .publish(stream, pending.message, pending.deadline)
      .catch((error: unknown) => this.#failed(pending, error));
  }

  /** A publish failed. That it was confirmed is nothing new: the message has been, or will be, read back. */
  #failed(pending: Pending, error: unknown): void {
    if (!this.#pending.has(pending.message.id)) return;
    if (!mayBeWrittenAgain(error)) return this.#reject(pending, error);
    this.#doubtful.push(pending);
    if (this.#doubtful.length === 1) void this.#lookForDoubtful();
  }

  /** Writes a mark. When that has been read back, what was written before it has been too, or was never stored. */
  async #lookForDoubtful(): Promise<void> {
    await pause(RETRY_PAUSE_MS);
    const doubtful = this.#doubtful;
    this.#doubtful = [];
    const deadline = Math.max(...doubtful.map((pending) => pending.deadline));
    try {
      await this.append(newMark(), deadline);
      for (const pending of doubtful) if (this.#pending.has(pending.message.id)) this.#write(pending);
    } catch (error) {
      for (const pending of doubtful) this.#reject(pending, error);
    }
  }

  async #attach(): Promise<void> {
    this.#state = { type: "attaching" };
    while (this.#state.type === "attaching" && this.#pending.size > 0) {
      const deadline = Math.max(...[...this.#pending.values()].map((pending) => pending.deadline));
      try {
        const attachment = await this.#read(deadline);
        await this.#begin(attachment, deadline);
        return;
      } catch (error) {
        if (!mayReadAgain(error)) this.#failAll(error);
        await pause(RETRY_PAUSE_MS);
      }
    }
    this.#detach();
  }

  async #begin({ reading, lost }: Attachment, deadline: Deadline): Promise<void> {
    try {
      await this.#options.onAttached(deadline);
      const reason = lost();
      if (reason !== undefined) throw reason;
    } catch (error) {
      reading.close();
      throw error;
    }
    if (this.#state.type === "closed") return reading.close();
    this.#state = { type: "following", reading };
    const unwritten = this.#unwritten;
    this.#unwritten = [];
    for (const pending of unwritten) if (this.#pending.has(pending.message.id)) this.#write(pending);
  }

  async #read(deadline: Deadline): Promise<Attachment> {
    const { transport, stream } = this.#options;
    let lost: RabbitError | undefined;
    const reading = await transport.read(
      stream,
      {
        from: this.#from(),
        window: WINDOW,
        onMessage: (message, source) => {
          source.taken(1);
          this.#seen(message);
        },
        onEnd: (reason) => {
          lost = reason;
          this.#lost(reason);
        },
      },
      deadline,
    );
    this.#firstAttachedAt ??= Date.now();
    return { reading, lost: () => lost };
  }

  #from(): ReadFrom {
    if (this.#lastOffset >= 0) return { type: "offset", offset: this.#lastOffset + 1 };
    // What lies at the end now tells us where to go on, should the connection be lost.
    if (this.#firstAttachedAt === undefined) return { type: "last" };
    return { type: "time", timeMs: this.#firstAttachedAt - LOOK_BACK_MS };
  }

  #seen({ offset, id, kind }: StoredMessage): void {
    this.#lastOffset = Math.max(this.#lastOffset, offset);
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (kind === "end") this.#ended = true;
    if (pending === undefined) return;
    this.#pending.delete(pending.message.id);
    // The first end that is written is the shard's end.
    pending.resolve({ offset, behindEnd: this.#ended && kind !== "end" });
  }

  /** The reading broke off. */
  #lost(reason: RabbitError): void {
    if (this.#state.type !== "following") return;
    if (!mayReadAgain(reason)) return this.close(reason);
    this.#detach();
    if (this.#pending.size > 0) void this.#attach();
  }

  #detach(): void {
    if (this.#state.type !== "closed") this.#state = { type: "detached" };
  }

  #sweep(): void {
    const now = performance.now();
    for (const pending of this.#pending.values()) {
      if (pending.deadline <= now) this.#reject(pending, unanswered(this.#options.stream));
    }
    if (this.#pending.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #reject(pending: Pending, error: unknown): void {
    if (this.#pending.delete(pending.message.id)) pending.reject(error);
  }

  #failAll(error: unknown): void {
    for (const pending of this.#pending.values()) this.#reject(pending, error);
    this.#unwritten = [];
  }
}

/** A message that only marks a place. */
export function newMark(): ShardMessage {
  const id = crypto.randomUUID();
  return { kind: "mark", id, partitionKey: undefined, arrivedAt: Date.now(), content: Buffer.alloc(0) };
}

/** As {@link mayReadAgain}, or the broker refused for the moment; the message may be stored or not. */
function mayBeWrittenAgain(error: unknown): boolean {
  return mayReadAgain(error) || (error instanceof RabbitError && error.code === "publish-nacked");
}

/** Whether reading may be tried again: the connection, or the stream's leader, may be back in a moment. */
export function mayReadAgain(error: unknown): boolean {
  return error instanceof RabbitError && (error.code === "connection-lost" || error.code === "queue-unavailable");
}

function unanswered(stream: string): RabbitError {
  return new RabbitError(
    "timeout",
    `What was written to "${stream}" could not be read back in time; it may or may not be stored. A retry may store it twice.`,
  );
}
