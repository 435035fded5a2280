import { StreamLog, type StreamRecord } from "../../amqp/stream-log.ts";
import { withDeadline, type Deadline } from "../../amqp/deadline.ts";
import type { Broker } from "../../amqp/broker.ts";
import { randomUUID } from "node:crypto";
import { logStream, type FifoLayout } from "../model/fifo-layout.ts";
import { DEDUPLICATION_WINDOW_MS, FifoLogIndex, type SentMessage } from "../model/fifo-log-index.ts";
import {
  decodeFifoLogRecord,
  encodeFifoLogRecord,
  MOST_PER_RECORD,
  type FifoLogRecord,
  type LoggedMessage,
} from "../model/fifo-log-record.ts";
import { Coalescer } from "./coalescer.ts";

/** What is kept in memory at least: the time for which AWS remembers deduplication ids, and some for differing clocks. */
const KEPT_MS = DEDUPLICATION_WINDOW_MS + 120_000;
const TIDY_EVERY_MS = 30_000;

/** Most messages that can be logged at once. */
export const MOST_LOGGED_AT_ONCE = 100;
const MOST_SENDS = MOST_PER_RECORD / MOST_LOGGED_AT_ONCE;

type Logged = Omit<FifoLogRecord & { readonly type: "send" }, "type">;

/** What a {@link FifoLog} tells, in log order. */
export type FifoLogListener = (record: FifoLogRecord, offset: number) => void;

/** What a {@link FifoLog} is to do. */
export interface FifoLogOptions {
  readonly listener: FifoLogListener;
  /** Whether somebody needs to be told of new records now. */
  readonly isNeeded: () => boolean;
  /** How long the queue delays its messages now, in milliseconds: for so long they are kept in memory. */
  readonly delayMs: () => number;
  /** Where to begin; left out: as far back as records are kept in memory. */
  readonly from?: string;
}

/** Older records, read for messages that have lain in the queue for long. */
export interface LookedBack {
  readonly index: FifoLogIndex;
  /** The first offset that the stream still has at or behind the one asked for. */
  readonly firstOffset: number;
}

/**
 * The companion stream of a FIFO queue: says in which order messages were sent and which repeat an earlier one. Senders
 * and receivers follow its end.
 */
export class FifoLog {
  readonly index: FifoLogIndex;
  readonly #scope: FifoLayout["deduplicationScope"];
  readonly #log: StreamLog;
  readonly #options: FifoLogOptions;
  /** Sends that were published at the same time share a record. */
  readonly #sends: Coalescer<Logged, true>;
  readonly #broker: Broker;
  #knownFrom: number | undefined;
  #tidiedAtMs = performance.now();

  constructor(broker: Broker, queueName: string, layout: FifoLayout, options: FifoLogOptions) {
    this.#broker = broker;
    this.#scope = layout.deduplicationScope;
    this.#sends = new Coalescer(MOST_SENDS, (_key, sends) => this.#appendSends(sends));
    this.index = new FifoLogIndex(this.#scope);
    this.#options = options;
    const onRecord = (record: StreamRecord): void => this.#read(record);
    const { isNeeded, from = `${Math.ceil(this.#keptMs() / 1_000)}s` } = options;
    this.#log = new StreamLog(broker, { stream: logStream(queueName), from, onRecord, isNeeded });
  }

  /** Whether the end of the log is being followed; when it is, {@link FifoLog.follow} need not be awaited. */
  isFollowing(): boolean {
    return this.#log.isFollowing();
  }

  /** Has read the log up to its end, and follows it. @throws RabbitError */
  follow(deadline: Deadline): Promise<void> {
    return this.#log.follow(deadline);
  }

  /** The offset up to which this process has read. */
  nextOffset(): number {
    return this.#log.nextOffset();
  }

  /** From this offset on, every record is in the index. */
  knownFrom(): number {
    return this.#knownFrom ?? 0;
  }

  /** Messages sent before this offset were purged. */
  purgedBefore(): number {
    return this.index.purgedBefore();
  }

  /**
   * Logs messages that are in their partition queues, at most {@link MOST_LOGGED_AT_ONCE}. Resolves with their places and
   * verdicts, in the same order; a message that was logged before keeps its place.
   * @param base `nextOffset()` at the time at which the first of them was published
   * @throws RabbitError
   */
  async record(
    messages: readonly LoggedMessage[],
    { at, base }: { readonly at: number; readonly base: number },
    deadline: Deadline,
  ): Promise<SentMessage[]> {
    await withDeadline(this.#sends.add("", { at, base, messages }), deadline, "log a message");
    return messages.map(({ messageId }) => {
      const sent = this.index.find(messageId);
      if (sent === undefined) throw new Error(`The log of the queue does not hold message ${messageId}.`);
      return sent;
    });
  }

  /** PurgeQueue: what was sent before is deleted, and forgotten by deduplication. @throws RabbitError */
  async purge(deadline: Deadline): Promise<void> {
    await this.#append({ type: "purge" }, deadline);
  }

  /** How many messages are delayed now, whoever sent them. @throws RabbitError when the log cannot be followed */
  async delayed(deadline: Deadline): Promise<number> {
    const delayMs = this.#options.delayMs();
    if (delayMs === 0) return 0;
    await this.follow(deadline);
    return this.index.countSentAfter(Date.now() - delayMs);
  }

  /**
   * Reads older records from `start` on, until all the messages in `wanted` were found or the known part begins.
   * @throws RabbitError
   */
  async lookBack(start: number, wanted: ReadonlySet<string>, deadline: Deadline): Promise<LookedBack> {
    const index = new FifoLogIndex(this.#scope);
    const missing = new Set(wanted);
    let firstOffset: number | undefined;
    const visit = ({ offset, content }: StreamRecord): boolean => {
      firstOffset ??= offset;
      const record = decodeFifoLogRecord(content);
      if (record === undefined) return true;
      index.add(record, offset);
      if (record.type === "send") for (const { messageId } of record.messages) missing.delete(messageId);
      return missing.size > 0;
    };
    await this.#log.readBack(start, this.knownFrom(), deadline, visit);
    return { index, firstOffset: firstOffset ?? this.knownFrom() };
  }

  /** Stops following. */
  close(): Promise<void> {
    return this.#log.close();
  }

  /** The lowest base is right for all of them: their senders had read at least so far. */
  async #appendSends(sends: readonly Logged[]): Promise<readonly true[]> {
    const at = Math.min(...sends.map((send) => send.at));
    const base = Math.min(...sends.map((send) => send.base));
    const messages = sends.flatMap((send) => send.messages);
    await this.#append({ type: "send", at, base, messages }, this.#broker.deadline());
    return sends.map(() => true);
  }

  async #append(record: FifoLogRecord, deadline: Deadline): Promise<void> {
    await withDeadline(
      this.#log.append(randomUUID(), encodeFifoLogRecord(record), deadline),
      deadline,
      "log a message",
    );
  }

  #read({ offset, content }: StreamRecord): void {
    this.#knownFrom ??= offset;
    const record = decodeFifoLogRecord(content);
    if (record === undefined) return;
    this.index.add(record, offset);
    this.#tidy();
    this.#options.listener(record, offset);
  }

  #tidy(): void {
    if (performance.now() - this.#tidiedAtMs < TIDY_EVERY_MS) return;
    this.#tidiedAtMs = performance.now();
    this.#knownFrom = this.index.forgetBefore(Date.now() - this.#keptMs()) ?? this.#knownFrom;
  }

  #keptMs(): number {
    return Math.max(KEPT_MS, this.#options.delayMs() + 60_000);
  }
}
