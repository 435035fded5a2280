import type { Broker } from "@warrenmq/core/internal";
import { offsetOf, queueHash, sequenceNumber } from "@warrenmq/core/queues";
import type { VisibilityChange } from "../model/control-request.ts";
import { judge, type DeadLetterRule, type DeliveryRules, type Verdict } from "../model/delivery-rules.ts";
import { FifoGroups } from "../model/fifo-groups.ts";
import { signReceiptHandle, type ReceiptHandle } from "../model/receipt-handle.ts";
import { RememberedIds } from "../model/remembered-ids.ts";
import { FifoAttempts } from "./fifo-attempts.ts";
import { FifoInFlight } from "./fifo-in-flight.ts";
import type { FifoMessage, FifoPartition } from "./fifo-partition.ts";
import type { FifoReceivers } from "./fifo-receivers.ts";
import { LONGEST_VISIBILITY_MS, type ReceivedMessage, type ReceivingProcess } from "./queue-deliveries.ts";
import { Settling } from "./settling.ts";
import { WakeUp } from "./wake-up.ts";

/** What a {@link FifoHoldings} needs of its queue. */
export interface FifoHoldingsOwner {
  /** What the queue's attributes say now; `undefined` when it is gone. */
  rules(): DeliveryRules | undefined;
  /** Whether messages of the group may be handed out now. */
  serves(groupId: string): boolean;
  /** The message was received too often: it is hidden until {@link FifoHoldings.moved} or {@link FifoHoldings.notMoved}. */
  deadLetter(message: FifoMessage, rule: DeadLetterRule): void;
  /** More can be received than before. */
  changed(): void;
  /** Nothing of the partition is in flight any more. */
  atRest(partition: FifoPartition): void;
}

const REMEMBERED_DELETES = 50_000;
/** How long a message is kept back when its dead-letter queue is gone or the broker takes no messages. */
const RETRY_MOVE_MS = 2_000;

/**
 * The messages of a FIFO queue that this process holds: those that wait in their groups, and those in flight. A visibility
 * timeout ends here, and so does a delay; a message that is visible again is in its place, and does not travel back to the
 * broker.
 */
export class FifoHoldings {
  readonly #process: ReceivingProcess;
  readonly #owner: FifoHoldingsOwner;
  readonly #receivers: FifoReceivers;
  readonly #hash: number;
  readonly #groups = new FifoGroups<FifoMessage>();
  readonly #inFlight: FifoInFlight;
  readonly #deleted = new RememberedIds(REMEMBERED_DELETES);
  readonly #attempts = new FifoAttempts();
  readonly #settling: Settling;
  readonly #wakeUp = new WakeUp(() => this.#expire());

  constructor(
    broker: Broker,
    queueName: string,
    process: ReceivingProcess,
    receivers: FifoReceivers,
    owner: FifoHoldingsOwner,
  ) {
    this.#process = process;
    this.#owner = owner;
    this.#receivers = receivers;
    this.#hash = queueHash(queueName);
    this.#settling = new Settling(broker);
    this.#inFlight = new FifoInFlight((partition) => owner.atRest(partition));
  }

  /** Adds a message that arrived in its place. */
  add(message: FifoMessage): void {
    const visibleAtMs = this.#delayedUntil(message);
    this.#groups.add(message, visibleAtMs);
    if (visibleAtMs === 0) this.#owner.changed();
    else this.#wakeUp.notLaterThan(visibleAtMs);
  }

  /** Hands out up to `max` messages, and hides them for `visibilityMs`; 0 gives them back at once. */
  take(max: number, visibilityMs: number): ReceivedMessage[] {
    const now = performance.now();
    const taken = this.#groups.take(max, now + visibilityMs, (groupId) => this.#owner.serves(groupId));
    const messages = taken.filter((message) => this.#mayBeReceived(message));
    // What was deleted does not hold up its group.
    if (taken.length > 0 && messages.length === 0) return this.take(max, visibilityMs);
    const received = messages.map((message) => this.#handOut(message, now));
    if (visibilityMs === 0) for (const message of messages) this.#show(message);
    else if (messages.length > 0) this.#wakeUp.notLaterThan(now + visibilityMs);
    return received;
  }

  /** Undoes {@link FifoHoldings.take} for a call that has ended; the receives count. */
  giveBack(received: readonly ReceivedMessage[]): void {
    for (const { messageId } of received) {
      const inFlight = this.#inFlight.byId(messageId);
      if (inFlight !== undefined) this.#show(inFlight.message);
    }
    this.#owner.changed();
  }

  /** Deletes the message if it is in flight here; whether it was, or is deleted already. */
  delete(handle: ReceiptHandle): boolean {
    const inFlight = this.#inFlight.byNumber(handle.delivery);
    if (inFlight?.message.messageId !== handle.messageId) return this.#deleted.has(String(handle.delivery));
    this.#deleted.add(String(handle.delivery));
    this.#settle(inFlight.message);
    this.#settling.extend();
    this.#owner.changed();
    return true;
  }

  /** Makes the message visible again after `visibilityMs` from now instead of when it was to be; 0 means now. */
  changeVisibility(handle: ReceiptHandle, visibilityMs: number): VisibilityChange {
    const inFlight = this.#inFlight.byNumber(handle.delivery);
    if (inFlight === undefined || inFlight.message.messageId !== handle.messageId) return "not-in-flight";
    const now = performance.now();
    if (now + visibilityMs - inFlight.receivedAtMs > LONGEST_VISIBILITY_MS) return "beyond-limit";
    if (visibilityMs === 0) {
      this.#show(inFlight.message);
    } else {
      this.#attempts.modified(handle.messageId);
      this.#hide(handle.messageId, now + visibilityMs);
    }
    this.#owner.changed();
    return "changed";
  }

  /** What an earlier receive with this ReceiveRequestAttemptId returned, hidden anew; `undefined` when it cannot be repeated. */
  replay(attemptId: string, visibilityMs: number): ReceivedMessage[] | undefined {
    const received = this.#attempts.find(attemptId);
    if (received?.every((message) => this.isInFlight(message)) !== true) return undefined;
    const now = performance.now();
    for (const { messageId } of received) this.#hide(messageId, now + Math.max(1, visibilityMs));
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

  /** The queue's DelaySeconds may have changed: it holds, as with AWS, for messages that wait already. */
  delayChanged(): void {
    for (const message of this.#groups.messages()) {
      if (this.isInFlight(message) || this.#inFlight.isMoving(message)) continue;
      const visibleAtMs = this.#delayedUntil(message);
      this.#groups.delay(message.messageId, visibleAtMs);
      if (visibleAtMs !== 0) this.#wakeUp.notLaterThan(visibleAtMs);
    }
    this.#owner.changed();
  }

  /** The dead-letter queue has the message. */
  moved(message: FifoMessage): void {
    this.#settle(message);
    this.#settling.extend();
    this.#owner.changed();
  }

  /** The message stays. It is offered again after a moment, and until then holds up its group. */
  notMoved(message: FifoMessage): void {
    if (!this.#inFlight.stopsMoving(message)) return; // lost meanwhile
    this.#hide(message.messageId, performance.now() + RETRY_MOVE_MS);
  }

  /** The messages of the partition are not this process's any more. */
  lost(partition: FifoPartition): void {
    for (const message of this.#groups.messages()) {
      if (message.partition === partition) this.#forget(message);
    }
  }

  /** Messages that were handed out and are neither deleted nor visible again. */
  inFlight(): number {
    return this.#inFlight.count();
  }

  /** Those of the partition, and those of it that are on their way to the dead-letter queue. */
  restless(partition: FifoPartition): number {
    return this.#inFlight.restless(partition);
  }

  /** Whether the message is in flight here. */
  isInFlight({ messageId }: Pick<FifoMessage, "messageId">): boolean {
    return this.#inFlight.byId(messageId) !== undefined;
  }

  /** Stops the clock. */
  close(): void {
    this.#wakeUp.cancel();
  }

  /** When a message that nobody has received is to become visible; 0 when it is. A native message is not delayed. */
  #delayedUntil({ incoming, receives }: FifoMessage): number {
    const { native, sentTimestampMs } = incoming;
    const delayMs = this.#owner.rules()?.delayMs ?? 0;
    if (delayMs === 0 || native || sentTimestampMs === undefined || receives > 0) return 0;
    // No longer than the delay itself, should the sender's clock be ahead of ours.
    const remainingMs = Math.min(sentTimestampMs + delayMs - Date.now(), delayMs);
    return remainingMs > 0 ? performance.now() + remainingMs : 0;
  }

  /** Whether a message that was taken may be received; otherwise it is deleted, or moved to the dead-letter queue. */
  #mayBeReceived(message: FifoMessage): boolean {
    this.#updateReceives(message);
    const rules = this.#owner.rules();
    const verdict = rules === undefined ? "hand-out" : verdictOn(message, rules);
    if (verdict === "hand-out") return true;
    if (verdict === "drop" || rules?.deadLetters === undefined) {
      this.#settle(message);
      return false;
    }
    this.#inFlight.moves(message);
    this.#groups.show(message.messageId, Infinity);
    this.#owner.deadLetter(message, rules.deadLetters);
    return false;
  }

  /** Other processes may have received it. */
  #updateReceives(message: FifoMessage): void {
    const known = this.#receivers.receivesOf(message.messageId);
    if (known === undefined) return;
    message.receives = Math.max(message.receives, known.count);
    message.firstReceivedAt ??= known.firstReceivedAt;
  }

  #handOut(message: FifoMessage, receivedAtMs: number): ReceivedMessage {
    const { messageId, incoming, position } = message;
    const number = this.#process.nextNumber();
    this.#inFlight.add(number, message, receivedAtMs);
    const firstReceivedAt = (message.firstReceivedAt ??= Date.now());
    const count = ++message.receives;
    this.#receivers.received({ messageId, count, firstReceivedAt });
    // Not unique: no other delivery of the message is meant, as it would be on a standard queue.
    const handle = { owner: this.#process.id, delivery: number, queue: this.#hash, messageId, unique: false };
    return {
      message: incoming,
      messageId,
      receiptHandle: signReceiptHandle(handle, this.#process.receiptKey()),
      receiveCount: incoming.receiveCount + count,
      firstReceivedAt,
      sequenceNumber: sequenceNumber(position),
    };
  }

  #hide(messageId: string, visibleAtMs: number): void {
    this.#groups.show(messageId, visibleAtMs);
    this.#wakeUp.notLaterThan(visibleAtMs);
  }

  #show(message: FifoMessage): void {
    this.#takeBack(message);
    this.#groups.show(message.messageId, 0);
  }

  /** The message is not in flight any more; its handle has expired. */
  #takeBack(message: FifoMessage): void {
    if (this.#inFlight.remove(message)) this.#attempts.modified(message.messageId);
  }

  #forget(message: FifoMessage): void {
    this.#takeBack(message);
    this.#inFlight.stopsMoving(message);
    this.#groups.remove(message.messageId);
  }

  /** Deletes the message, here and on the broker. */
  #settle(message: FifoMessage): void {
    this.#forget(message);
    this.#receivers.deleted(message.messageId);
    message.partition.ack(message);
  }

  #expire(): void {
    // Timers fire up to a millisecond early, and messages received together come back together.
    for (const message of this.#groups.expire(performance.now() + 1)) this.#takeBack(message);
    this.#wakeUp.notLaterThan(this.#groups.nextExpiryMs());
    this.#owner.changed();
  }
}

function verdictOn({ incoming, receives }: FifoMessage, rules: DeliveryRules): Verdict {
  const { native, sentTimestampMs, receiveCount, earlierReceiveCount } = incoming;
  // Not the broker's count, which rises with every hand-over for all that was held.
  const deliveryCount = receives;
  const message = { native, sentTimestampMs, receiveCount, earlierReceiveCount, deliveryCount, delayed: false };
  return judge(message, rules, Date.now());
}
