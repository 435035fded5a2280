import {
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
import { FifoReceiveLine } from "./fifo-receive-line.ts";
import { FifoReceivers } from "./fifo-receivers.ts";
import { FifoShare } from "./fifo-share.ts";
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
  readonly #line: FifoReceiveLine;

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
      changed: () => this.#line.distribute(),
    });
    this.#line = new FifoReceiveLine(broker, {
      holdings: this.#holdings,
      attachment: this.#attachment,
      receivers: this.#streams.receivers,
      hasRedrivePolicy: () => owner.rules()?.deadLetters !== undefined,
      lookAgain: (deadline) => this.#lookAgain(deadline),
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
      const received = await this.#line.receive(request, visibilityMs);
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
    this.#line.close(reason);
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
      changed: () => this.#line.distribute(),
      atRest: (partition) => this.#share.atRest(partition),
    });
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
    this.#line.lost();
  }

  async #lookAgain(deadline: Deadline): Promise<boolean> {
    const ready = await this.readyMessages(deadline);
    if (ready === undefined) {
      throw new RabbitError("not-found", `Queue "${this.#queueName}" does not exist any more.`);
    }
    await Promise.all(this.#partitions.map((partition) => partition.barrier(deadline)));
    return ready > 0 || this.#share.isChanging() || this.#partitions.some((partition) => partition.isPlacing());
  }
}
