import type { Channel, ConsumeMessage } from "amqplib";
import { toRabbitError } from "./amqp-failure.ts";
import { beginConsuming } from "./begin-consuming.ts";
import type { Broker } from "./broker.ts";
import { pause, remainingMs, withDeadline, type Deadline } from "./deadline.ts";
import { quietWhileBlocked } from "./quiet-while-blocked.ts";
import type { RabbitErrorCode } from "./rabbit-error.ts";
import { StreamAcknowledgements } from "./stream-acknowledgements.ts";

/** One record of a stream. */
export interface StreamRecord {
  /** Its place in the stream; rises, with gaps. */
  readonly offset: number;
  /** The AMQP `message-id` it was appended under. */
  readonly id: string;
  readonly content: Buffer;
}

/** What a {@link StreamLog} follows. */
export interface StreamLogOptions {
  /** Name of the stream queue; it must exist. */
  readonly stream: string;
  /** Where reading starts the first time: `"first"`, `"next"`, or an age such as `"10m"`. */
  readonly from: string;
  /** Called for each record in order, also for one that was appended twice because its first confirm was lost. */
  readonly onRecord: (record: StreamRecord) => void;
  /** Whether somebody needs new records now: then a lost channel is replaced at once rather than at the next append. */
  readonly isNeeded: () => boolean;
}

/** Stream credit: how many records may be on their way to us. */
const PREFETCH = 1_000;
const REATTACH_PAUSE_MS = 100;
/**
 * How long nothing may be read while a confirmed record is waited for. A consumer whose replica was restarted, after its node
 * was cut off from the others for some seconds, stays and gets nothing any more (measured on 4.3.6).
 */
const SILENCE_MS = 3_000;
const POSITION_MARK = Buffer.alloc(0);
const AGAIN: ReadonlySet<RabbitErrorCode> = new Set<RabbitErrorCode>(["connection-lost", "queue-unavailable"]);

type State =
  | { readonly type: "detached" }
  | { readonly type: "attaching"; readonly done: Promise<void> }
  | { readonly type: "following"; readonly channel: Channel };

/**
 * A stream queue as a log, over AMQP 0-9-1: appends are confirmed publishes, and an append resolves with its offset when
 * it has been read back. After a lost connection reading goes on behind the last record that was seen.
 */
export class StreamLog {
  readonly #broker: Broker;
  readonly #options: StreamLogOptions;
  readonly #awaited = new Map<string, (offset: number) => void>();
  #state: State = { type: "detached" };
  #firstOffset: number | undefined;
  #nextOffset: number | undefined;
  #recordsRead = 0;
  #closed = false;

  constructor(broker: Broker, options: StreamLogOptions) {
    this.#broker = broker;
    this.#options = options;
  }

  /** Whether the end of the log is being followed. */
  isFollowing(): boolean {
    return this.#state.type === "following";
  }

  /** The first offset that was read; `undefined` before the first. */
  firstOffset(): number | undefined {
    return this.#firstOffset;
  }

  /** One more than the last offset that was read; 0 before the first. */
  nextOffset(): number {
    return this.#nextOffset ?? 0;
  }

  /**
   * Follows the log, and has read all that was in it at the time of the call.
   * @throws RabbitError when the broker cannot be reached.
   */
  async follow(deadline: Deadline): Promise<void> {
    if (this.#state.type === "following") return;
    if (this.#state.type === "attaching") {
      return withDeadline(this.#state.done, deadline, `read the stream "${this.#options.stream}"`);
    }
    const done = this.#attach(deadline);
    this.#state = { type: "attaching", done };
    return done;
  }

  /** Appends a record; resolves with its offset when this process has read it back, and so all before it. */
  async append(id: string, content: Buffer, deadline: Deadline): Promise<number> {
    await this.follow(deadline);
    return this.#appendAndRead(id, content, deadline, () => this.#abandon());
  }

  /** Resolves when this process has read everything that any process had appended before the call. */
  async sync(deadline: Deadline): Promise<void> {
    await this.append(crypto.randomUUID(), POSITION_MARK, deadline);
  }

  /**
   * Reads records from an earlier place on, apart from following, until `visit` returns false or `end` is reached.
   * The first one visited lies behind `start` when the records in between are not kept any more.
   * @param start an offset, or an age such as `"10m"`, which may give some older ones too
   * @param end an offset that this process has read
   */
  async readBack(
    start: number | string,
    end: number,
    deadline: Deadline,
    visit: (record: StreamRecord) => boolean,
  ): Promise<void> {
    if (typeof start === "number" && start >= end) return;
    const channel = await this.#broker.consuming.channel(deadline);
    try {
      const read = new Promise<void>((resolve, reject) => {
        channel.on("close", () => reject(new Error("The channel was closed.")));
        const onMessage = this.#visitor(channel, start, end, visit, resolve);
        this.#consume(channel, start, onMessage, deadline).catch(reject);
      });
      await withDeadline(read, deadline, `read the stream "${this.#options.stream}"`);
    } finally {
      discard(channel);
    }
  }

  /** Stops reading. */
  async close(): Promise<void> {
    this.#closed = true;
    const state = this.#state;
    this.#state = { type: "detached" };
    if (state.type === "following") await state.channel.close().catch(() => undefined); // closed already
  }

  #visitor(
    channel: Channel,
    start: number | string,
    end: number,
    visit: (record: StreamRecord) => boolean,
    done: () => void,
  ): (message: ConsumeMessage | null) => void {
    let over = false;
    return (message) => {
      if (over || message === null) return;
      const record = recordOf(message);
      channel.ack(message);
      if (typeof start === "number" && record.offset < start) return;
      if (record.offset < end && visit(record) && record.offset + 1 < end) return;
      over = true;
      done();
    };
  }

  #consume(
    channel: Channel,
    start: number | string,
    onMessage: (message: ConsumeMessage | null) => void,
    deadline: Deadline,
  ): Promise<void> {
    const options = { arguments: { "x-stream-offset": start } };
    return beginConsuming(channel, { queue: this.#options.stream, prefetch: PREFETCH, onMessage, options }, deadline);
  }

  /** Attaches, again while the connection is lost or the stream's replica has not come up yet. */
  async #attach(deadline: Deadline): Promise<void> {
    try {
      for (;;) {
        try {
          this.#state = { type: "following", channel: await this.#attachOnce(deadline) };
          return;
        } catch (error) {
          const failure = toRabbitError(error, `read the stream "${this.#options.stream}"`);
          if (!AGAIN.has(failure.code) || this.#closed || remainingMs(deadline) <= REATTACH_PAUSE_MS) throw failure;
        }
        await pause(REATTACH_PAUSE_MS);
      }
    } catch (error) {
      this.#state = { type: "detached" };
      throw error;
    }
  }

  async #attachOnce(deadline: Deadline): Promise<Channel> {
    const channel = await this.#broker.consuming.channel(deadline);
    let closeReason: unknown;
    let open = true;
    channel.on("error", (error) => {
      closeReason = error;
    });
    const lost = new Promise<never>((_resolve, reject) => {
      channel.on("close", () => {
        open = false;
        this.#detached(channel);
        reject(toRabbitError(closeReason ?? new Error("The channel was closed."), "read a stream"));
      });
    });
    lost.catch(() => undefined); // also after the attachment, when nobody waits for it
    try {
      const acknowledgements = new StreamAcknowledgements(channel, PREFETCH);
      const read = (message: ConsumeMessage | null): void => this.#read(channel, acknowledgements, message);
      await this.#consume(channel, this.#nextOffset ?? this.#options.from, read, deadline);
      await Promise.race([this.#end(deadline, () => discard(channel)), lost]);
      if (!open) await lost; // closed in the very packet that held the end
      return channel;
    } catch (error) {
      discard(channel);
      throw error;
    }
  }

  /**
   * Resolves when everything was read that the stream holds: when a mark has been read back or, while the broker takes no
   * publishes and so nobody can append, when nothing more comes. Else no process could begin to drain a broker that is full.
   */
  async #end(deadline: Deadline, onSilence: () => void): Promise<void> {
    let over = false;
    const marked = this.#appendAndRead(crypto.randomUUID(), POSITION_MARK, deadline, onSilence).finally(() => {
      over = true;
    });
    marked.catch(() => undefined); // when the stream was quiet first, the mark may come too late
    const blocked = (): boolean => this.#broker.publishing.blockedReason() !== undefined;
    await Promise.race([
      marked,
      quietWhileBlocked(
        blocked,
        () => this.#recordsRead,
        () => over,
      ),
    ]);
  }

  async #appendAndRead(id: string, content: Buffer, deadline: Deadline, onSilence: () => void): Promise<number> {
    const { stream } = this.#options;
    let watching: NodeJS.Timeout | undefined;
    const readBack = new Promise<number>((resolve) => this.#awaited.set(id, resolve));
    try {
      const properties = { persistent: true, messageId: id };
      const publication = { exchange: "", routingKey: stream, content, properties, mandatory: true };
      await this.#broker.publisher.publish(publication, deadline);
      watching = this.#watch(onSilence);
      return await withDeadline(readBack, deadline, `read the stream "${stream}"`);
    } finally {
      clearInterval(watching);
      this.#awaited.delete(id);
    }
  }

  /** Calls `onSilence` whenever nothing has been read for a while. */
  #watch(onSilence: () => void): NodeJS.Timeout {
    let readBefore = this.#recordsRead;
    return setInterval(() => {
      if (readBefore === this.#recordsRead) onSilence();
      readBefore = this.#recordsRead;
    }, SILENCE_MS).unref();
  }

  /** Reads on with another consumer: this one gets nothing, though there is something. */
  #abandon(): void {
    if (this.#state.type !== "following") return;
    const { channel } = this.#state;
    this.#detached(channel);
    discard(channel);
  }

  #read(channel: Channel, acknowledgements: StreamAcknowledgements, message: ConsumeMessage | null): void {
    if (message === null) {
      discard(channel); // the stream was deleted, or its node went away
      return;
    }
    acknowledgements.read(message);
    this.#recordsRead++;
    const record = recordOf(message);
    // After a re-attach a chunk may begin before the offset that was asked for.
    if (record.offset < (this.#nextOffset ?? 0)) return;
    this.#firstOffset ??= record.offset;
    this.#nextOffset = record.offset + 1;
    this.#options.onRecord(record);
    this.#awaited.get(record.id)?.(record.offset);
  }

  #detached(channel: Channel): void {
    if (this.#state.type !== "following" || this.#state.channel !== channel) return;
    this.#state = { type: "detached" };
    void this.#reattach();
  }

  async #reattach(): Promise<void> {
    while (!this.#closed && this.#state.type === "detached" && this.#isNeeded()) {
      await pause(REATTACH_PAUSE_MS);
      if (this.#closed || this.#state.type !== "detached") return;
      await this.follow(this.#broker.deadline()).catch(() => undefined); // tried again
    }
  }

  #isNeeded(): boolean {
    return (this.#awaited.size > 0 || this.#options.isNeeded()) && this.#broker.consuming.status() !== "closed";
  }
}

/** Closes a channel that is of no use any more, and may be closed already. */
function discard(channel: Channel): void {
  void channel.close().catch(() => undefined);
}

function recordOf({ content, properties }: ConsumeMessage): StreamRecord {
  return {
    offset: Number(properties.headers?.["x-stream-offset"]),
    id: typeof properties.messageId === "string" ? properties.messageId : "",
    content,
  };
}
