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
import {
  type FifoLayout,
  FifoLog,
  type FifoLogRecord,
  FifoSender,
  partitionOf,
  partitionQueues,
  purgeReadyMessages,
  readyMessages,
} from "@warrenmq/core/queues";
import type { VisibilityChange } from "../model/control-request.ts";
import type { DeliveryRules } from "../model/delivery-rules.ts";
import { FifoMembers } from "../model/fifo-members.ts";
import type { ReceiptHandle } from "../model/receipt-handle.ts";
import { FifoHoldings } from "./fifo-holdings.ts";
import { FifoPartition, type FifoMessage } from "./fifo-partition.ts";
import { FifoShare } from "./fifo-share.ts";
import { FifoWaiter } from "./fifo-waiter.ts";
import type { Deliveries, ReceivedMessage, ReceivingProcess } from "./queue-deliveries.ts";
import type { ReceiveRequest } from "./queue-receiver.ts";

/** How long a short poll waits for messages that the broker says are ready. */
const SHORT_POLL_MS = 150;
const REATTACH_MS = 50;

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
  readonly #log: FifoLog;
  readonly #partitions: readonly FifoPartition[];
  readonly #share: FifoShare;
  readonly #holdings: FifoHoldings;
  readonly #waiters: FifoWaiter[] = [];
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
    this.#holdings = new FifoHoldings(broker, queueName, process, {
      rules,
      serves: (groupId) => this.#share.serves(partitionOf(groupId, layout)),
      changed: () => this.#distribute(),
    });
    const events = {
      arrived: (message: FifoMessage): void => this.#holdings.add(message),
      lost: (partition: FifoPartition): void => this.#lost(partition),
    };
    this.#partitions = partitionQueues(queueName, layout).map(
      (name, index) => new FifoPartition(broker, name, index, log, events),
    );
    this.#share = new FifoShare(broker, process.id, log, members, this.#partitions, {
      inFlight: (partition) => this.#holdings.inFlightOf(partition),
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
      const replayed = attemptId === undefined ? undefined : this.#holdings.replay(attemptId, visibilityMs);
      if (replayed !== undefined) return replayed;
      await untilAborted(this.#attach(deadline), signal);
      throwIfAborted(signal);
      const received = await this.#receive(request, visibilityMs);
      if (attemptId !== undefined) this.#holdings.remember(attemptId, received);
      return received;
    } catch (error) {
      throw signal?.aborted === true ? error : toRabbitError(error, `receive from queue "${this.#queueName}"`);
    } finally {
      stopCounting();
    }
  }

  delete(handle: ReceiptHandle): boolean {
    return this.#holdings.delete(handle);
  }

  changeVisibility(handle: ReceiptHandle, visibilityMs: number): VisibilityChange {
    return this.#holdings.changeVisibility(handle, visibilityMs);
  }

  /** Nothing: a FIFO queue does not delete by expired handles. */
  deleteById(): void {}

  async settled(): Promise<void> {
    await Promise.all(this.#partitions.map((partition) => partition.acksArrived()));
  }

  /** Nothing: FIFO queues have no dead-letter policy yet, and retention is judged when a message is handed out. */
  rulesChanged(): void {}

  /** Nothing: the purge record in the log, which all processes read, says which messages were purged. */
  purge(): Promise<void> {
    return Promise.resolve();
  }

  inFlight(): number {
    return this.#holdings.inFlight();
  }

  unseen(): number {
    let held = 0;
    for (const partition of this.#partitions) held += partition.held();
    return held - this.#holdings.inFlight();
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
    this.#share.close();
    this.#holdings.close();
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
    const timer = waitMs > 0 ? setTimeout(() => this.#timeIsUp(waiter), waitMs).unref() : undefined;
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

  #timeIsUp(waiter: FifoWaiter): void {
    if (this.#partitions.some((partition) => partition.isAttached())) waiter.finish([]);
    else
      waiter.fail(
        new RabbitError("connection-lost", "Lost the connection to RabbitMQ while waiting for messages. Retry."),
      );
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
        this.#holdings.purgeBefore(offset);
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

  #lost(partition: FifoPartition): void {
    this.#holdings.lost(partition);
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
      const taken = this.#holdings.take(waiter.max, waiter.visibilityMs);
      if (taken.length === 0) return;
      waiter.finish(taken);
    }
  }
}
