import {
  buildAbortError,
  pause,
  RabbitError,
  remainingMs,
  throwIfAborted,
  toRabbitError,
  untilAborted,
  type Broker,
  type Deadline,
} from "@warrenmq/core/internal";
import type { VisibilityChange } from "../model/control-request.ts";
import type { DeliveryRules } from "../model/delivery-rules.ts";
import { FifoGroups } from "../model/fifo-groups.ts";
import { partitionOf, partitionQueues, type FifoLayout } from "../model/fifo-layout.ts";
import { offsetOf, sequenceNumber } from "../model/fifo-log-index.ts";
import type { FifoLogRecord } from "../model/fifo-log-record.ts";
import { FifoMembers } from "../model/fifo-members.ts";
import { formatReceiptHandle, queueHash, type ReceiptHandle } from "../model/receipt-handle.ts";
import { receivedBefore } from "../model/receive-count.ts";
import { RememberedIds } from "../model/remembered-ids.ts";
import { FifoAttempts } from "./fifo-attempts.ts";
import { FifoLog } from "./fifo-log.ts";
import { FifoPartition, type FifoMessage } from "./fifo-partition.ts";
import { FifoSender } from "./fifo-sender.ts";
import { FifoShare } from "./fifo-share.ts";
import { FifoWaiter } from "./fifo-waiter.ts";
import {
  LONGEST_VISIBILITY_MS,
  type Deliveries,
  type ReceivedMessage,
  type ReceivingProcess,
} from "./queue-deliveries.ts";
import { purgeReadyMessages, readyMessages } from "./queue-declaration.ts";
import type { ReceiveRequest } from "./queue-receiver.ts";
import { Settling } from "./settling.ts";

interface InFlight {
  readonly message: FifoMessage;
  readonly receivedAtMs: number;
}

/** How long a short poll waits for messages that the broker says are ready. */
const SHORT_POLL_MS = 150;
const REATTACH_MS = 50;
const REMEMBERED_DELETES = 50_000;

/**
 * One FIFO queue, as this process sends to it and receives from it. It consumes as many of the queue's partitions as
 * are its share, keeps their messages in groups, and hands them out by AWS's rule (`model/fifo-groups.ts`). A message
 * whose visibility timeout ends is visible again here, in its place; it does not travel back to the broker.
 */
export class FifoDeliveries implements Deliveries {
  readonly sender: FifoSender;
  readonly #broker: Broker;
  readonly #queueName: string;
  readonly #layout: FifoLayout;
  readonly #process: ReceivingProcess;
  readonly #rules: () => DeliveryRules | undefined;
  readonly #hash: number;
  readonly #settling: Settling;
  readonly #log: FifoLog;
  readonly #partitions: readonly FifoPartition[];
  readonly #share: FifoShare;
  readonly #groups = new FifoGroups<FifoMessage>();
  readonly #inFlight = new Map<number, InFlight>();
  readonly #numberOf = new Map<string, number>();
  readonly #deleted = new RememberedIds(REMEMBERED_DELETES);
  readonly #attempts = new FifoAttempts();
  readonly #waiters: FifoWaiter[] = [];
  #expiryTimer: NodeJS.Timeout | undefined;
  #distributing = false;
  #closed: RabbitError | undefined;

  constructor(
    broker: Broker,
    queueName: string,
    layout: FifoLayout,
    process: ReceivingProcess,
    rules: () => DeliveryRules | undefined,
  ) {
    this.#broker = broker;
    this.#queueName = queueName;
    this.#layout = layout;
    this.#process = process;
    this.#rules = rules;
    this.#settling = new Settling(broker);
    this.#hash = queueHash(queueName);
    const members = new FifoMembers();
    const log = new FifoLog(
      broker,
      queueName,
      layout,
      (record, offset) => this.#logged(record, offset, members),
      () => this.#partitions.some((partition) => partition.isAttached()),
    );
    this.#log = log;
    this.sender = new FifoSender(broker, queueName, layout, log);
    const events = {
      arrived: (message: FifoMessage): void => this.#arrived(message),
      lost: (partition: FifoPartition): void => this.#lost(partition),
    };
    this.#partitions = partitionQueues(queueName, layout).map(
      (name, index) => new FifoPartition(broker, name, index, log, events),
    );
    this.#share = new FifoShare(broker, process.id, log, members, this.#partitions, {
      inFlight: (partition) => this.#inFlightOf(partition),
      changed: () => this.#distribute(),
    });
  }

  /** PurgeQueue: every message sent before, whoever holds it, and the memory of its deduplication id. @throws RabbitError */
  async purgeMessages(deadline: Deadline): Promise<void> {
    await this.#log.write({ type: "purge" }, deadline);
    await Promise.all(this.#partitions.map(({ queueName }) => purgeReadyMessages(this.#broker, queueName, deadline)));
  }

  async receive(request: ReceiveRequest, visibilityMs: number): Promise<ReceivedMessage[]> {
    const { attemptId, signal, deadline } = request;
    const stopCounting = this.#share.receiveBegins();
    try {
      const replayed = attemptId === undefined ? undefined : this.#replay(attemptId, visibilityMs);
      if (replayed !== undefined) return replayed;
      await untilAborted(this.#attach(deadline), signal);
      throwIfAborted(signal);
      const received = await this.#receive(request, visibilityMs);
      if (attemptId !== undefined) this.#attempts.remember(attemptId, received);
      return received;
    } catch (error) {
      throw signal?.aborted === true ? error : toRabbitError(error, `receive from queue "${this.#queueName}"`);
    } finally {
      stopCounting();
    }
  }

  delete(handle: ReceiptHandle): boolean {
    const inFlight = this.#inFlight.get(handle.delivery);
    if (inFlight?.message.messageId !== handle.messageId) return this.#deleted.has(String(handle.delivery));
    this.#deleted.add(String(handle.delivery));
    this.#attempts.modified(handle.messageId);
    this.#settle(inFlight.message);
    this.#settling.extend();
    this.#distribute();
    return true;
  }

  /** Nothing: a FIFO queue does not delete by expired handles. */
  deleteById(): void {}

  async settled(): Promise<void> {
    await Promise.all(this.#partitions.map((partition) => partition.acksArrived()));
  }

  changeVisibility(handle: ReceiptHandle, visibilityMs: number): VisibilityChange {
    const inFlight = this.#inFlight.get(handle.delivery);
    if (inFlight === undefined || inFlight.message.messageId !== handle.messageId) return "not-in-flight";
    const now = performance.now();
    if (now + visibilityMs - inFlight.receivedAtMs > LONGEST_VISIBILITY_MS) return "beyond-limit";
    this.#attempts.modified(handle.messageId);
    if (visibilityMs === 0) this.#takeBack(inFlight.message);
    this.#groups.show(handle.messageId, visibilityMs === 0 ? 0 : now + visibilityMs);
    this.#scheduleExpiry();
    this.#distribute();
    return "changed";
  }

  /** Nothing: the purge record in the log, which all processes read, says which messages were purged. */
  purge(): Promise<void> {
    return Promise.resolve();
  }

  inFlight(): number {
    return this.#inFlight.size;
  }

  unseen(): number {
    let held = 0;
    for (const partition of this.#partitions) held += partition.held();
    return held - this.#inFlight.size;
  }

  /** Messages that no process holds; `undefined` when the queue does not exist. @throws RabbitError */
  async readyMessages(deadline: Deadline): Promise<number | undefined> {
    const counts = await Promise.all(
      this.#partitions.map(({ queueName }) => readyMessages(this.#broker, queueName, deadline)),
    );
    if (counts.includes(undefined)) return undefined;
    return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  }

  async close(reason: RabbitError): Promise<void> {
    this.#closed = reason;
    clearTimeout(this.#expiryTimer);
    this.#share.close();
    for (const waiter of this.#waiters.splice(0)) waiter.fail(reason);
    await Promise.all([...this.#partitions.map((partition) => partition.release()), this.#log.close()]);
  }

  /** Resolves when this process consumes from every partition, or stands in line for it. */
  async #attach(deadline: Deadline): Promise<void> {
    for (;;) {
      if (this.#closed !== undefined) throw this.#closed;
      try {
        return await this.#attachOnce(deadline);
      } catch (error) {
        const { code } = toRabbitError(error, `receive from queue "${this.#queueName}"`);
        if (code !== "connection-lost" || remainingMs(deadline) <= REATTACH_MS) throw error;
        await pause(REATTACH_MS);
      }
    }
  }

  async #attachOnce(deadline: Deadline): Promise<void> {
    if (!this.#process.isReachable()) await this.#process.becomeReachable(deadline);
    if (!this.#log.isFollowing()) await this.#log.follow(deadline);
    if (this.#partitions.every((partition) => partition.isAttached())) return;
    await Promise.all(this.#partitions.map((partition) => partition.attach(deadline)));
    // What lies in any of them, so that the first receive begins with the oldest group.
    await Promise.all(this.#partitions.map((partition) => partition.barrier()));
  }

  async #receive(request: ReceiveRequest, visibilityMs: number): Promise<ReceivedMessage[]> {
    const { max, waitMs, signal, deadline } = request;
    const waiter = new FifoWaiter(max, visibilityMs);
    this.#waiters.push(waiter);
    const onAbort = (): void => waiter.fail(buildAbortError(signal));
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = waitMs > 0 ? setTimeout(() => waiter.finish([]), waitMs).unref() : undefined;
    this.#distributeNow();
    if (waitMs === 0 && !waiter.isSettled()) void this.#pollShort(waiter, deadline);
    try {
      return await waiter.done;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      const index = this.#waiters.indexOf(waiter);
      if (index >= 0) this.#waiters.splice(index, 1);
    }
  }

  async #pollShort(waiter: FifoWaiter, deadline: Deadline): Promise<void> {
    try {
      const ready = await this.readyMessages(deadline);
      if (ready === undefined) {
        throw new RabbitError("not-found", `Queue "${this.#queueName}" does not exist any more.`);
      }
      await Promise.all(this.#partitions.map((partition) => partition.barrier()));
      this.#distributeNow();
      const more = ready > 0 || this.#share.isChanging() || this.#partitions.some((partition) => partition.isPlacing());
      if (more) setTimeout(() => waiter.finish([]), SHORT_POLL_MS).unref();
      else waiter.finish([]);
    } catch (error) {
      waiter.fail(error);
    }
  }

  #logged(record: FifoLogRecord, offset: number, members: FifoMembers): void {
    switch (record.type) {
      case "send":
        for (const { messageId, groupId } of record.messages) {
          this.#partitions[partitionOf(groupId, this.#layout)]?.logged(messageId);
        }
        return;
      case "purge":
        this.#purgeBefore(offset);
        return;
      case "receiver":
        members.seen(record.process, performance.now());
        this.#share.membersChanged();
        return;
      case "receiver-left":
        members.left(record.process);
        this.#share.membersChanged();
        return;
    }
  }

  #purgeBefore(offset: number): void {
    for (const message of this.#groups.messages()) {
      if (offsetOf(message.position) < offset) this.#settle(message);
    }
  }

  #arrived(message: FifoMessage): void {
    this.#groups.add(message);
    this.#distribute();
  }

  #lost(partition: FifoPartition): void {
    for (const message of this.#groups.messages()) {
      if (message.partition === partition) this.#forget(message);
    }
    if (this.#waiters.length > 0) this.#reattach();
  }

  #reattach(): void {
    setTimeout(() => {
      if (this.#closed !== undefined || this.#waiters.length === 0) return;
      this.#attach(this.#broker.deadline()).catch((error: unknown) => {
        for (const waiter of this.#waiters.slice()) waiter.fail(error);
      });
    }, REATTACH_MS).unref();
  }

  /** Serves the waiting calls at the end of this turn, so that what came in the same packet goes out together. */
  #distribute(): void {
    if (this.#distributing || this.#waiters.length === 0) return;
    this.#distributing = true;
    setImmediate(() => {
      this.#distributing = false;
      this.#distributeNow();
    });
  }

  #distributeNow(): void {
    for (const waiter of this.#waiters) {
      if (waiter.isSettled()) continue;
      const taken = this.#take(waiter.max, waiter.visibilityMs);
      if (taken.length === 0) return;
      waiter.finish(taken);
    }
  }

  #take(max: number, visibilityMs: number): ReceivedMessage[] {
    const now = performance.now();
    const serves = (groupId: string): boolean => this.#share.serves(partitionOf(groupId, this.#layout));
    const taken = this.#groups.take(max, now + visibilityMs, serves);
    const messages = taken.filter((message) => !this.#isTooOld(message));
    // What was too old is deleted, and does not hold up its group.
    if (taken.length > 0 && messages.length === 0) return this.#take(max, visibilityMs);
    const received = messages.map((message) => this.#handOut(message, now));
    if (visibilityMs === 0) {
      for (const message of messages) {
        this.#takeBack(message);
        this.#groups.show(message.messageId, 0);
      }
    }
    if (messages.length > 0) this.#scheduleExpiry();
    return received;
  }

  /** Deletes a message that is older than the MessageRetentionPeriod; whether it was. */
  #isTooOld(message: FifoMessage): boolean {
    const { native, sentTimestampMs } = message.incoming;
    const rules = this.#rules();
    if (native || sentTimestampMs === undefined || rules === undefined) return false;
    if (Date.now() - sentTimestampMs <= rules.retentionMs) return false;
    this.#settle(message);
    return true;
  }

  #handOut(message: FifoMessage, receivedAtMs: number): ReceivedMessage {
    const { messageId, incoming, position } = message;
    const number = this.#process.nextNumber();
    this.#inFlight.set(number, { message, receivedAtMs });
    this.#numberOf.set(messageId, number);
    const before = message.receives++;
    message.firstReceivedAt ??= incoming.firstReceiveTimestampMs ?? Date.now();
    // Not unique: no other delivery of the message is meant, as it would be on a standard queue.
    const handle = { owner: this.#process.id, delivery: number, queue: this.#hash, messageId, unique: false };
    return {
      message: incoming,
      messageId,
      receiptHandle: formatReceiptHandle(handle),
      receiveCount: receivedBefore(incoming) + before + 1,
      firstReceivedAt: message.firstReceivedAt,
      sequenceNumber: sequenceNumber(position),
    };
  }

  #replay(attemptId: string, visibilityMs: number): ReceivedMessage[] | undefined {
    const received = this.#attempts.find(attemptId);
    if (received?.every(({ messageId }) => this.#groups.isHidden(messageId)) !== true) return undefined;
    const now = performance.now();
    for (const { messageId } of received) this.#groups.show(messageId, now + Math.max(1, visibilityMs));
    this.#scheduleExpiry();
    return [...received];
  }

  /** The message is not in flight any more; its handle has expired. */
  #takeBack({ messageId }: FifoMessage): void {
    const number = this.#numberOf.get(messageId);
    this.#numberOf.delete(messageId);
    if (number !== undefined) this.#inFlight.delete(number);
  }

  #forget(message: FifoMessage): void {
    this.#takeBack(message);
    this.#groups.remove(message.messageId);
  }

  /** Deletes the message, here and on the broker. */
  #settle(message: FifoMessage): void {
    this.#forget(message);
    message.partition.ack(message);
  }

  #inFlightOf(partition: FifoPartition): number {
    let count = 0;
    for (const { message } of this.#inFlight.values()) if (message.partition === partition) count++;
    return count;
  }

  #scheduleExpiry(): void {
    const next = this.#groups.nextExpiryMs();
    clearTimeout(this.#expiryTimer);
    if (next === undefined) return;
    this.#expiryTimer = setTimeout(() => this.#expire(), Math.max(1, next - performance.now())).unref();
  }

  #expire(): void {
    // Timers fire up to a millisecond early, and messages received together come back together.
    for (const message of this.#groups.expire(performance.now() + 1)) this.#takeBack(message);
    this.#scheduleExpiry();
    this.#distributeNow();
  }
}
