import { pause, StreamLog, withDeadline, type Broker, type Deadline, type StreamRecord } from "@warrenmq/core/internal";
import { receiversStream } from "@warrenmq/core/queues";
import { randomUUID } from "node:crypto";
import { FifoMembers } from "../model/fifo-members.ts";
import { FifoReceiveCounts } from "../model/fifo-receive-counts.ts";
import {
  decodeFifoReceiversRecord,
  encodeFifoReceiversRecord,
  type FifoReceiversRecord,
  type ReceiveCount,
} from "../model/fifo-receivers-record.ts";

/** How far back a process reads when it begins. */
const BEGIN = "11m";
const KEPT_MS = 600_000;
/** Clocks of different hosts may differ by this much. */
const CLOCK_TOLERANCE_S = 60;
/** A message that is deleted within this time after its receive costs no record. */
const LOG_AFTER_MS = 500;
const RETRY_MS = 1_000;
/** Messages that come back in one go are looked up together. */
const LOOKED_BACK_MS = 5_000;
/** Most counts in one record. */
const MOST_PER_RECORD = 500;

/**
 * What the processes that receive from a FIFO queue tell each other, on a stream beside its log: that they are there, and
 * how often they have received the messages that they still hold. The broker's own count rises with every hand-over for
 * all that was held, received or not, so it says nothing here.
 */
export class FifoReceivers {
  readonly members: FifoMembers = new FifoMembers();
  readonly #broker: Broker;
  readonly #stream: StreamLog;
  readonly #membersChanged: () => void;
  readonly #counts = new FifoReceiveCounts();
  /** Messages whose count the others do not know. */
  readonly #untold = new Map<string, ReceiveCount>();
  #telling: NodeJS.Timeout | undefined;
  /** What was told since then has been read: milliseconds since the epoch. */
  #readSince: number | undefined;
  /** How far back older records were read last, and until when that is still remembered. */
  #lookedBack = { since: Infinity, untilMs: 0 };

  /** @param isNeeded whether somebody needs to be told of new records now */
  constructor(broker: Broker, queueName: string, isNeeded: () => boolean, membersChanged: () => void) {
    this.#broker = broker;
    this.#membersChanged = membersChanged;
    const onRecord = (record: StreamRecord): void => this.#read(record);
    this.#stream = new StreamLog(broker, { stream: receiversStream(queueName), from: BEGIN, onRecord, isNeeded });
  }

  /** Whether news arrive here. */
  isFollowing(): boolean {
    return this.#stream.isFollowing();
  }

  /** Has read what was told in the last ten minutes, and follows. @throws RabbitError */
  async follow(deadline: Deadline): Promise<void> {
    this.#readSince ??= Date.now() - KEPT_MS;
    await this.#stream.follow(deadline);
  }

  /** Tells the others that this process receives. @throws RabbitError */
  present(process: string): Promise<void> {
    return this.#append({ type: "present", process }, this.#broker.deadline());
  }

  /** Tells the others that it does not any more. @throws RabbitError */
  left(process: string, deadline: Deadline): Promise<void> {
    return this.#append({ type: "left", process }, deadline);
  }

  /** What is known of a message; `undefined` when nobody has received it, as far as this process knows. */
  receivesOf(messageId: string): ReceiveCount | undefined {
    return this.#counts.of(messageId);
  }

  /** A message was received here. The others are told soon, unless it is deleted before. */
  received(receives: ReceiveCount): void {
    this.#counts.note(receives, Date.now());
    this.#untold.set(receives.messageId, receives);
    this.#tellIn(LOG_AFTER_MS);
  }

  /** A message was deleted here. */
  deleted(messageId: string): void {
    this.#counts.forget(messageId);
    this.#untold.delete(messageId);
  }

  /** Resolves when the others can know of every receive so far. @throws RabbitError */
  async tell(deadline: Deadline): Promise<void> {
    const untold = [...this.#untold.values()];
    this.#untold.clear();
    for (let start = 0; start < untold.length; start += MOST_PER_RECORD) {
      const messages = untold.slice(start, start + MOST_PER_RECORD);
      try {
        await this.#append({ type: "received", messages }, deadline);
      } catch (error) {
        this.#keepUntold(untold.slice(start));
        throw error;
      }
    }
  }

  /**
   * Resolves when this process knows what any process has told about messages that were sent since then.
   * @param sentAt milliseconds since the epoch
   * @throws RabbitError
   */
  async know(sentAt: number, deadline: Deadline): Promise<void> {
    await this.follow(deadline);
    // While nobody can append, what was read is everything.
    if (this.#broker.publishing.blockedReason() === undefined) await this.#stream.sync(deadline);
    if (!this.#remembers(sentAt)) await this.#lookBack(sentAt, deadline);
  }

  /** Stops. */
  async close(): Promise<void> {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    await this.#stream.close();
  }

  #remembers(since: number): boolean {
    if (since >= Math.max(this.#readSince ?? 0, Date.now() - KEPT_MS)) return true;
    return since >= this.#lookedBack.since && performance.now() < this.#lookedBack.untilMs;
  }

  async #lookBack(since: number, deadline: Deadline): Promise<void> {
    const age = Math.ceil((Date.now() - since) / 1_000) + CLOCK_TOLERANCE_S;
    await this.#stream.readBack(`${age}s`, this.#stream.nextOffset(), deadline, ({ content }) => {
      this.#note(decodeFifoReceiversRecord(content));
      return true;
    });
    this.#lookedBack = { since, untilMs: performance.now() + LOOKED_BACK_MS };
  }

  async #append(record: FifoReceiversRecord, deadline: Deadline): Promise<void> {
    const content = encodeFifoReceiversRecord(record);
    await withDeadline(this.#stream.append(randomUUID(), content, deadline), deadline, "tell the other receivers");
  }

  #tellIn(ms: number): void {
    this.#telling ??= setTimeout(() => void this.#tellNow(), ms).unref();
  }

  async #tellNow(): Promise<void> {
    try {
      await this.tell(this.#broker.deadline());
    } catch {
      await pause(RETRY_MS); // the connection is lost, or the broker full
    }
    if (this.#telling === undefined) return; // closed
    this.#telling = undefined;
    if (this.#untold.size > 0) this.#tellIn(LOG_AFTER_MS);
  }

  /** Those that were neither received again nor deleted meanwhile. */
  #keepUntold(untold: readonly ReceiveCount[]): void {
    for (const receives of untold) {
      const { messageId } = receives;
      if (this.#counts.of(messageId) !== undefined && !this.#untold.has(messageId)) {
        this.#untold.set(messageId, receives);
      }
    }
  }

  #read({ content }: StreamRecord): void {
    const record = decodeFifoReceiversRecord(content);
    this.#note(record);
    this.#counts.forgetBefore(Date.now() - KEPT_MS);
    if (record === undefined || record.type === "received") return;
    if (record.type === "present") this.members.seen(record.process, performance.now());
    else this.members.left(record.process);
    this.#membersChanged();
  }

  #note(record: FifoReceiversRecord | undefined): void {
    if (record?.type !== "received") return;
    for (const receives of record.messages) this.#counts.note(receives, Date.now());
  }
}
