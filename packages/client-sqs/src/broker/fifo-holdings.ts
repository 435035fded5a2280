import type { Broker } from "@warrenmq/core/internal";
import { offsetOf, queueHash, sequenceNumber } from "@warrenmq/core/queues";
import type { VisibilityChange } from "../model/control-request.ts";
import type { DeliveryRules } from "../model/delivery-rules.ts";
import { FifoGroups } from "../model/fifo-groups.ts";
import { formatReceiptHandle, type ReceiptHandle } from "../model/receipt-handle.ts";
import { receivedBefore } from "../model/receive-count.ts";
import { RememberedIds } from "../model/remembered-ids.ts";
import { FifoAttempts } from "./fifo-attempts.ts";
import type { FifoMessage, FifoPartition } from "./fifo-partition.ts";
import { LONGEST_VISIBILITY_MS, type ReceivedMessage, type ReceivingProcess } from "./queue-deliveries.ts";
import { Settling } from "./settling.ts";

interface InFlight {
  readonly message: FifoMessage;
  readonly receivedAtMs: number;
}

/** What a {@link FifoHoldings} needs of its queue. */
export interface FifoHoldingsOwner {
  /** What the queue's attributes say now; `undefined` when it is gone. */
  rules(): DeliveryRules | undefined;
  /** Whether messages of the group may be handed out now. */
  serves(groupId: string): boolean;
  /** More can be received than before. */
  changed(): void;
}

const REMEMBERED_DELETES = 50_000;

/**
 * The messages of a FIFO queue that this process holds: those that wait in their groups, and those in flight. A visibility
 * timeout ends here, and the message is visible again in its place; it does not travel back to the broker.
 */
export class FifoHoldings {
  readonly #process: ReceivingProcess;
  readonly #owner: FifoHoldingsOwner;
  readonly #hash: number;
  readonly #groups = new FifoGroups<FifoMessage>();
  readonly #inFlight = new Map<number, InFlight>();
  readonly #numberOf = new Map<string, number>();
  readonly #deleted = new RememberedIds(REMEMBERED_DELETES);
  readonly #attempts = new FifoAttempts();
  readonly #settling: Settling;
  #expiryTimer: NodeJS.Timeout | undefined;

  constructor(broker: Broker, queueName: string, process: ReceivingProcess, owner: FifoHoldingsOwner) {
    this.#process = process;
    this.#owner = owner;
    this.#hash = queueHash(queueName);
    this.#settling = new Settling(broker);
  }

  /** Adds a message that arrived in its place. */
  add(message: FifoMessage): void {
    this.#groups.add(message);
    this.#owner.changed();
  }

  /** Hands out up to `max` messages, and hides them for `visibilityMs`; 0 gives them back at once. */
  take(max: number, visibilityMs: number): ReceivedMessage[] {
    const now = performance.now();
    const taken = this.#groups.take(max, now + visibilityMs, (groupId) => this.#owner.serves(groupId));
    const messages = taken.filter((message) => !this.#isTooOld(message));
    // What was too old is deleted, and does not hold up its group.
    if (taken.length > 0 && messages.length === 0) return this.take(max, visibilityMs);
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

  /** Deletes the message if it is in flight here; whether it was, or is deleted already. */
  delete(handle: ReceiptHandle): boolean {
    const inFlight = this.#inFlight.get(handle.delivery);
    if (inFlight?.message.messageId !== handle.messageId) return this.#deleted.has(String(handle.delivery));
    this.#deleted.add(String(handle.delivery));
    this.#attempts.modified(handle.messageId);
    this.#settle(inFlight.message);
    this.#settling.extend();
    this.#owner.changed();
    return true;
  }

  /** Makes the message visible again after `visibilityMs` from now instead of when it was to be; 0 means now. */
  changeVisibility(handle: ReceiptHandle, visibilityMs: number): VisibilityChange {
    const inFlight = this.#inFlight.get(handle.delivery);
    if (inFlight === undefined || inFlight.message.messageId !== handle.messageId) return "not-in-flight";
    const now = performance.now();
    if (now + visibilityMs - inFlight.receivedAtMs > LONGEST_VISIBILITY_MS) return "beyond-limit";
    this.#attempts.modified(handle.messageId);
    if (visibilityMs === 0) this.#takeBack(inFlight.message);
    this.#groups.show(handle.messageId, visibilityMs === 0 ? 0 : now + visibilityMs);
    this.#scheduleExpiry();
    this.#owner.changed();
    return "changed";
  }

  /** What an earlier receive with this ReceiveRequestAttemptId returned, hidden anew; `undefined` when it cannot be repeated. */
  replay(attemptId: string, visibilityMs: number): ReceivedMessage[] | undefined {
    const received = this.#attempts.find(attemptId);
    if (received?.every(({ messageId }) => this.#groups.isHidden(messageId)) !== true) return undefined;
    const now = performance.now();
    for (const { messageId } of received) this.#groups.show(messageId, now + Math.max(1, visibilityMs));
    this.#scheduleExpiry();
    return [...received];
  }

  /** Remembers what a receive with a ReceiveRequestAttemptId returned. */
  remember(attemptId: string, received: readonly ReceivedMessage[]): void {
    this.#attempts.remember(attemptId, received);
  }

  /** Deletes what was sent before that offset of the log. */
  purgeBefore(offset: number): void {
    for (const message of this.#groups.messages()) {
      if (offsetOf(message.position) < offset) this.#settle(message);
    }
  }

  /** The messages of the partition are not this process's any more. */
  lost(partition: FifoPartition): void {
    for (const message of this.#groups.messages()) {
      if (message.partition === partition) this.#forget(message);
    }
  }

  /** Messages that were handed out and are neither deleted nor visible again. */
  inFlight(): number {
    return this.#inFlight.size;
  }

  /** Those of them that came from the partition. */
  inFlightOf(partition: FifoPartition): number {
    let count = 0;
    for (const { message } of this.#inFlight.values()) if (message.partition === partition) count++;
    return count;
  }

  /** Stops the clock. */
  close(): void {
    clearTimeout(this.#expiryTimer);
  }

  /** Deletes a message that is older than the MessageRetentionPeriod; whether it was. */
  #isTooOld(message: FifoMessage): boolean {
    const { native, sentTimestampMs } = message.incoming;
    const rules = this.#owner.rules();
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
    this.#owner.changed();
  }
}
