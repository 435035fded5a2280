import type { Channel, ConsumeMessage } from "amqplib";
import type { Broker } from "../amqp/broker.ts";
import { withDeadline, type Deadline } from "../amqp/deadline.ts";
import { decodeRecord, encodeRecord, type CommandRecord } from "./command-record.ts";

/** Name of the stream that holds the registry; one per virtual host. */
export const REGISTRY_STREAM = "warrenmq.registry";
/** Stream credit: how many records may be on their way to us. Acknowledging every half of it keeps the flow steady. */
const PREFETCH = 500;
const POSITION_MARK = "registry";
/** A record published twice (its first confirm was lost) arrives twice within this many records. */
const DUPLICATE_WINDOW = 1_000;

/** Whether this process follows the end of the log. */
type State =
  | { readonly type: "detached" }
  | { readonly type: "attaching"; readonly done: Promise<void> }
  | { readonly type: "following"; readonly channel: Channel };

/**
 * The replicated command log in a stream queue. Appends are confirmed publishes; every process reads the whole log in
 * the same order. After a lost connection reading goes on behind the last record that was seen.
 */
export class CommandLog {
  readonly #broker: Broker;
  readonly #onRecord: (record: CommandRecord) => void;
  readonly #awaited = new Map<string, () => void>();
  #state: State = { type: "detached" };
  readonly #recentIds = new Set<string>();
  #nextOffset: number | undefined;
  #unacknowledged = 0;

  /** @param onRecord called once for each record, in log order */
  constructor(broker: Broker, onRecord: (record: CommandRecord) => void) {
    this.#broker = broker;
    this.#onRecord = onRecord;
  }

  /** Whether the log is being followed, so that what was read is current. */
  isFollowing(): boolean {
    return this.#state.type === "following";
  }

  /**
   * Follows the log and has read all that was in it at the time of the call.
   * @throws RabbitError when the broker cannot be reached, or cannot declare streams.
   */
  async follow(deadline: Deadline): Promise<void> {
    if (this.#state.type === "following") return;
    if (this.#state.type === "attaching") return withDeadline(this.#state.done, deadline, "read the registry");
    const done = this.#attach(deadline);
    this.#state = { type: "attaching", done };
    return done;
  }

  /** Appends a record; resolves when this process has read it back, so everything before it has been applied too. */
  async append(record: CommandRecord, deadline: Deadline): Promise<void> {
    await this.follow(deadline);
    await this.#appendAndRead(record, deadline);
  }

  /** Resolves when everything that any process had appended before the call has been applied. */
  async sync(id: string, deadline: Deadline): Promise<void> {
    await this.append({ id, at: Date.now(), service: POSITION_MARK, data: null }, deadline);
  }

  async #attach(deadline: Deadline): Promise<void> {
    try {
      await this.#broker.channels.use(`declare the stream "${REGISTRY_STREAM}"`, deadline, (channel) =>
        channel.assertQueue(REGISTRY_STREAM, { durable: true, arguments: { "x-queue-type": "stream" } }),
      );
      const channel = await this.#broker.consuming.channel(deadline);
      channel.on("close", () => this.#detached(channel));
      await channel.prefetch(PREFETCH);
      await channel.consume(REGISTRY_STREAM, (message) => this.#read(channel, message), {
        arguments: { "x-stream-offset": this.#nextOffset ?? "first" },
      });
      const mark = { id: crypto.randomUUID(), at: Date.now(), service: POSITION_MARK, data: null };
      await this.#appendAndRead(mark, deadline);
      this.#state = { type: "following", channel };
    } catch (error) {
      this.#state = { type: "detached" };
      throw error;
    }
  }

  async #appendAndRead(record: CommandRecord, deadline: Deadline): Promise<void> {
    const readBack = new Promise<void>((resolve) => this.#awaited.set(record.id, resolve));
    try {
      await this.#broker.publisher.publish(
        {
          exchange: "",
          routingKey: REGISTRY_STREAM,
          content: encodeRecord(record),
          options: { persistent: true, mandatory: true, messageId: record.id, contentType: "application/json" },
        },
        deadline,
      );
      await withDeadline(readBack, deadline, "read the registry");
    } finally {
      this.#awaited.delete(record.id);
    }
  }

  #read(channel: Channel, message: ConsumeMessage | null): void {
    if (message === null) {
      this.#detached(channel); // the stream was deleted, or its node went away
      return;
    }
    this.#acknowledge(channel, message);
    const offset = Number(message.properties.headers?.["x-stream-offset"]);
    // After a re-attach a chunk may begin before the offset that was asked for.
    if (offset < (this.#nextOffset ?? 0)) return;
    this.#nextOffset = offset + 1;
    const record = decodeRecord(message.content);
    if (record === undefined || this.#isDuplicate(record.id)) return;
    if (record.service !== POSITION_MARK) this.#onRecord(record);
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

  #acknowledge(channel: Channel, message: ConsumeMessage): void {
    if (++this.#unacknowledged < PREFETCH / 2) return;
    this.#unacknowledged = 0;
    channel.ack(message, true);
  }

  #detached(channel: Channel): void {
    if (this.#state.type !== "following" || this.#state.channel !== channel) return;
    this.#state = { type: "detached" };
    this.#unacknowledged = 0;
  }
}
