import {
  buildAbortError,
  deadlineIn,
  RabbitError,
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
import type { ReceiptHandle } from "../model/receipt-handle.ts";
import { FifoAttachment } from "./fifo-attachment.ts";
import { FifoDeadLetters } from "./fifo-dead-letters.ts";
import { FifoHoldings } from "./fifo-holdings.ts";
import { FifoPartition, type FifoMessage, type FifoStreams } from "./fifo-partition.ts";
import { FifoReceivers } from "./fifo-receivers.ts";
import { FifoShare } from "./fifo-share.ts";
import { FifoWaiter } from "./fifo-waiter.ts";
import type { Deliveries, ReceivedMessage, ReceivingProcess } from "./queue-deliveries.ts";
import type { ReceiveRequest } from "./queue-receiver.ts";

/** What a {@link FifoDeliveries} needs of the process. */
export interface FifoDeliveriesOwner {
  readonly process: ReceivingProcess;
  /** What the queue's attributes say now; `undefined` when it is gone. */
  rules(): DeliveryRules | undefined;
  /** How to send to another FIFO queue; `undefined` when there is none of that name. */
  sender(queueName: string): FifoSender | undefined;
}

/** How long a short poll waits for messages that the broker says are ready. */
const SHORT_POLL_MS = 150;
const REATTACH_MS = 50;
/** With a RedrivePolicy, how long a receive waits until the others can know of it. */
const TELL_MS = 1_000;

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
  readonly #owner: FifoDeliveriesOwner;
  readonly #streams: FifoStreams;
  readonly #partitions: readonly FifoPartition[];
  readonly #attachment: FifoAttachment;
  readonly #share: FifoShare;
  readonly #holdings: FifoHoldings;
  readonly #waiters: FifoWaiter[] = [];
  #distributing = false;

  constructor(broker: Broker, queueName: string, layout: FifoLayout, owner: FifoDeliveriesOwner) {
    this.#broker = broker;
    this.#queueName = queueName;
    this.#layout = layout;
    this.#owner = owner;
    this.#streams = this.#makeStreams();
    this.sender = new FifoSender(broker, queueName, layout, this.#streams.log);
    this.#holdings = this.#makeHoldings();
    const events = {
      arrived: (message: FifoMessage): void => this.#holdings.add(message),
      lost: (partition: FifoPartition): void => this.#lost(partition),
    };
    this.#partitions = partitionQueues(queueName, layout).map(
      (name, index) => new FifoPartition(broker, name, index, this.#streams, events),
    );
    this.#attachment = new FifoAttachment(broker, queueName, owner.process, this.#streams, this.#partitions);
    this.#share = new FifoShare(broker, owner.process.id, this.#streams.receivers, this.#partitions, {
      inFlight: (partition) => this.#holdings.restless(partition),
      changed: () => this.#distribute(),
    });
  }

  /** PurgeQueue: every message sent before, whoever holds it, and the memory of its deduplication id. @throws RabbitError */
  async purgeMessages(deadline: Deadline): Promise<void> {
    await this.#streams.log.purge(deadline);
    await Promise.all(this.#partitions.map(({ queueName }) => purgeReadyMessages(this.#broker, queueName, deadline)));
  }

  async receive(request: ReceiveRequest, visibilityMs: number): Promise<ReceivedMessage[]> {
    const { attemptId, signal, deadline } = request;
    const stopCounting = this.#share.receiveBegins();
    try {
      const replayed = attemptId === undefined ? undefined : this.#holdings.replay(attemptId, visibilityMs);
      if (replayed !== undefined) return replayed;
      await untilAborted(this.#attachment.attach(deadline), signal);
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

  /** The delay holds at once; the RedrivePolicy and the retention are judged when a message is to be handed out. */
  rulesChanged(): void {
    this.#holdings.delayChanged();
  }

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

  /** Messages of the queue that are delayed now, whoever sent them and whoever holds them. @throws RabbitError */
  delayed(deadline: Deadline): Promise<number> {
    return this.#streams.log.delayed(deadline);
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
    const { log, receivers } = this.#streams;
    this.#attachment.close(reason);
    for (const waiter of this.#waiters.splice(0)) waiter.fail(reason);
    this.#holdings.close();
    await this.#share.leave();
    await Promise.all(this.#partitions.map((partition) => partition.release()));
    await Promise.all([log.close(), receivers.close()]);
  }

  #makeStreams(): FifoStreams {
    const isNeeded = (): boolean => this.#partitions.some((partition) => partition.isAttached());
    return {
      log: new FifoLog(this.#broker, this.#queueName, this.#layout, {
        listener: (record, offset) => this.#logged(record, offset),
        isNeeded,
        delayMs: () => this.#owner.rules()?.delayMs ?? 0,
      }),
      receivers: new FifoReceivers(this.#broker, this.#queueName, isNeeded, () => this.#share.membersChanged()),
    };
  }

  #makeHoldings(): FifoHoldings {
    const deadLetters = new FifoDeadLetters(this.#broker, {
      sender: (queueName) => this.#owner.sender(queueName),
      moved: (message) => this.#holdings.moved(message),
      failed: (message) => this.#holdings.notMoved(message),
    });
    return new FifoHoldings(this.#broker, this.#queueName, this.#owner.process, this.#streams.receivers, {
      rules: () => this.#owner.rules(),
      serves: (groupId) => this.#share.serves(partitionOf(groupId, this.#layout)),
      deadLetter: (message, rule) => deadLetters.move(message, rule),
      changed: () => this.#distribute(),
      settled: (partition) => this.#share.settled(partition),
    });
  }

  async #receive(request: ReceiveRequest, visibilityMs: number): Promise<ReceivedMessage[]> {
    const { max, waitMs, signal, deadline } = request;
    const waiter = new FifoWaiter(max, visibilityMs);
    this.#waiters.push(waiter);
    const onAbort = (): void => waiter.fail(buildAbortError(signal));
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = waitMs > 0 ? setTimeout(() => this.#timeIsUp(waiter), waitMs).unref() : undefined;
    this.#distributeNow();
    if (waitMs === 0 && waiter.isWaiting()) void this.#pollShort(waiter, deadline);
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
    if (this.#attachment.isConnected()) waiter.giveUp();
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
      if (more) setTimeout(() => waiter.giveUp(), SHORT_POLL_MS).unref();
      else waiter.giveUp();
    } catch (error) {
      waiter.fail(error);
    }
  }

  #logged(record: FifoLogRecord, offset: number): void {
    if (record.type === "purge") {
      this.#holdings.purgeBefore(offset);
      return;
    }
    for (const { messageId, groupId } of record.messages) {
      this.#partitions[partitionOf(groupId, this.#layout)]?.logged(messageId);
    }
  }

  #lost(partition: FifoPartition): void {
    this.#holdings.lost(partition);
    if (this.#waiters.length > 0) this.#reattach();
  }

  #reattach(): void {
    setTimeout(() => {
      if (this.#waiters.length === 0) return;
      this.#attachment.attach(this.#broker.deadline()).catch((error: unknown) => {
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
      if (!waiter.isWaiting()) continue;
      const taken = this.#holdings.take(waiter.max, waiter.visibilityMs);
      if (taken.length === 0) return;
      if (this.#owner.rules()?.deadLetters === undefined) waiter.finish(taken);
      else void this.#finishTold(waiter, taken);
    }
  }

  /**
   * With a RedrivePolicy a receive is told to the other processes before it returns: a message that kills its receiver
   * must be known to have been received.
   */
  async #finishTold(waiter: FifoWaiter, taken: ReceivedMessage[]): Promise<void> {
    waiter.serve();
    // While the broker takes no publishes, a count that is too low is better than a queue that cannot be drained.
    await this.#streams.receivers.tell(deadlineIn(TELL_MS)).catch(() => undefined);
    const held = waiter.visibilityMs === 0 ? taken : taken.filter((message) => this.#holdings.isInFlight(message));
    if (waiter.isSettled()) {
      this.#holdings.giveBack(held);
    } else if (held.length > 0) {
      waiter.finish(held);
    } else {
      waiter.waitAgain(); // the partition was lost meanwhile
      this.#distribute();
    }
  }
}
