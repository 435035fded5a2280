import type { Broker, RabbitError } from "@warrenmq/core/internal";
import { formatReceiptHandle, queueHash, type ReceiptHandle } from "../model/receipt-handle.ts";
import { RememberedIds } from "../model/remembered-ids.ts";
import type { IncomingMessage } from "../model/wire-message.ts";
import { decodeMessage } from "../model/wire/decode-message.ts";
import { numberedMessageId } from "../model/wire/message-id.ts";
import { QueueReceiver, type ReceiveRequest, type ReceiverOwner } from "./queue-receiver.ts";
import type { Delivery, ReceiveChannel } from "./receive-channel.ts";

/** One message that a ReceiveMessage call was given. */
export interface ReceivedMessage {
  readonly message: IncomingMessage;
  /** Unlike that of any other message in flight here: applications use it as the id of batch entries. */
  readonly messageId: string;
  readonly receiptHandle: string;
  /** ApproximateReceiveCount, this receive included. */
  readonly receiveCount: number;
  /** ApproximateFirstReceiveTimestamp, milliseconds since the epoch. */
  readonly firstReceivedAt: number;
  /** FIFO queues only. */
  readonly sequenceNumber?: string;
}

/** What this process has received from one queue, whichever kind it is. */
export interface Deliveries {
  /** Receives, and hides what it returns for `visibilityMs`; 0 gives it back at once. @throws RabbitError */
  receive(request: ReceiveRequest, visibilityMs: number): Promise<ReceivedMessage[]>;
  /** Deletes the message. @throws OperationError on a FIFO queue when the handle has expired, as AWS does */
  delete(handle: ReceiptHandle): void;
  /** Makes the message visible again after `visibilityMs` from now instead of when it was to be; 0 means now. */
  changeVisibility(handle: ReceiptHandle, visibilityMs: number): VisibilityChange;
  /** Deletes everything that this process holds, as PurgeQueue does. */
  purge(): Promise<void>;
  /** Messages of the queue that this process has handed out and that are neither deleted nor visible again. */
  inFlight(): number;
  /** Ends everything: waiting calls fail with `reason`, what is in flight goes back to the queue. */
  close(reason: RabbitError): Promise<void>;
}

/** A message that was handed out and is neither deleted nor visible again. */
interface InFlight {
  readonly delivery: Delivery;
  readonly messageId: string;
  /** When this receive began: AWS counts the 12 hours of invisibility from here. */
  readonly receivedAtMs: number;
  /** ApproximateFirstReceiveTimestamp, milliseconds since the epoch. */
  readonly firstReceivedAt: number;
  timer: NodeJS.Timeout;
}

/** What came of a visibility change. */
export type VisibilityChange = "changed" | "not-in-flight" | "beyond-limit";

/** AWS: a message is invisible for at most 12 hours after it was received. */
export const LONGEST_VISIBILITY_MS = 43_200_000;
/** How many ids a queue remembers for deletes that come late or whose acknowledgement was lost. */
const REMEMBERED = 50_000;
const RECENT_ACKS = 2_000;

/**
 * What this process has received from one queue: who holds which message until when. A message whose visibility timeout
 * ends goes back to its place in the queue.
 */
export class QueueDeliveries implements Deliveries, ReceiverOwner {
  readonly queueName: string;
  readonly #owner: string;
  readonly #nextNumber: () => number;
  readonly #hash: number;
  readonly #receiver: QueueReceiver;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #numberOf = new Map<string, number>();
  /** Deleted by the application, but still to come from the broker: dropped at their next delivery. */
  readonly #deletedLate = new RememberedIds(REMEMBERED);
  /** Acknowledged lately. If the connection is lost, the broker may not have got these and will deliver them again. */
  readonly #recentlyAcked = new RememberedIds(RECENT_ACKS);
  /** First receives of messages that went back to the queue. */
  readonly #firstReceived = new Map<string, number>();
  #purging: Promise<void> | undefined;

  /**
   * @param owner this process, as receipt handles name it
   * @param nextNumber numbers deliveries over all queues of the process
   */
  constructor(broker: Broker, queueName: string, owner: string, nextNumber: () => number) {
    this.queueName = queueName;
    this.#owner = owner;
    this.#nextNumber = nextNumber;
    this.#hash = queueHash(queueName);
    this.#receiver = new QueueReceiver(broker, queueName, this);
  }

  /** Receives, and hides what it returns for `visibilityMs`; 0 gives it back at once. */
  async receive(request: ReceiveRequest, visibilityMs: number): Promise<ReceivedMessage[]> {
    const deliveries = await this.#receiver.receive(request);
    const received: ReceivedMessage[] = [];
    for (const delivery of deliveries) {
      const message = decodeMessage(delivery.message);
      if (this.#isCopy(message)) delivery.channel.ack(delivery.message);
      else received.push(this.#handOut(delivery, message, visibilityMs));
    }
    return received;
  }

  /** Deletes the message, now or, if it went back to the queue, at its next delivery. */
  delete(handle: ReceiptHandle): void {
    const entry = this.#find(handle);
    if (entry === undefined) {
      // Another message of a native application may have the same id, and must not be dropped for it.
      if (handle.unique) this.#deletedLate.add(handle.messageId);
      return;
    }
    const [number, { delivery, messageId }] = entry;
    this.#forget(number);
    this.#firstReceived.delete(messageId);
    if (handle.unique) this.#recentlyAcked.add(messageId);
    delivery.channel.ack(delivery.message);
  }

  /** Makes the message visible again after `visibilityMs` from now instead of when it was to be; 0 means now. */
  changeVisibility(handle: ReceiptHandle, visibilityMs: number): VisibilityChange {
    const entry = this.#find(handle);
    if (entry === undefined) return "not-in-flight";
    const [number, inFlight] = entry;
    const now = performance.now();
    if (now + visibilityMs - inFlight.receivedAtMs > LONGEST_VISIBILITY_MS) return "beyond-limit";
    clearTimeout(inFlight.timer);
    if (visibilityMs === 0) this.#giveBack(number);
    else inFlight.timer = this.#visibleAgainIn(visibilityMs, number);
    return "changed";
  }

  /**
   * Deletes everything that this process holds, as PurgeQueue does: what is in flight, and what the broker had pushed
   * and no call has taken. Calling it while it runs joins it.
   */
  purge(): Promise<void> {
    this.#purging ??= this.#purge().finally(() => {
      this.#purging = undefined;
    });
    return this.#purging;
  }

  async #purge(): Promise<void> {
    // Cancels first: each acknowledgement would let the broker push another message.
    const discarded = this.#receiver.discardUnseen();
    for (const [number, { delivery }] of this.#inFlight) {
      this.#forget(number);
      delivery.channel.ack(delivery.message);
    }
    await discarded;
  }

  /** Messages of the queue that this process has handed out and that are neither deleted nor visible again. */
  inFlight(): number {
    return this.#inFlight.size;
  }

  admits({ message, channel }: Delivery): boolean {
    if (this.#purging !== undefined) {
      channel.ack(message);
      return false;
    }
    if (this.#deletedLate.isEmpty()) return true;
    if (!this.#deletedLate.delete(decodeMessage(message).messageId)) return true;
    channel.ack(message);
    return false;
  }

  lost(channel: ReceiveChannel): void {
    for (const [number, { delivery }] of this.#inFlight) {
      if (delivery.channel === channel) this.#forget(number);
    }
    for (const messageId of this.#recentlyAcked.takeAll()) this.#deletedLate.add(messageId);
  }

  /** Ends everything: waiting calls fail with `reason`, what is in flight goes back to the queue. */
  async close(reason: RabbitError): Promise<void> {
    for (const number of this.#inFlight.keys()) this.#forget(number);
    await this.#receiver.close(reason);
  }

  /** A message that was published again, because its first confirm was lost, while the first copy is in flight. */
  #isCopy({ messageId, native }: IncomingMessage): boolean {
    return this.#numberOf.has(messageId) && !native;
  }

  #handOut(delivery: Delivery, message: IncomingMessage, visibilityMs: number): ReceivedMessage {
    const messageId = message.native ? this.#distinct(message.messageId) : message.messageId;
    const number = this.#nextNumber();
    const receivedAtMs = performance.now();
    const firstReceivedAt = this.#firstReceived.get(messageId) ?? message.firstReceiveTimestampMs ?? Date.now();
    const timer = this.#visibleAgainIn(visibilityMs, number);
    this.#inFlight.set(number, { delivery, messageId, receivedAtMs, firstReceivedAt, timer });
    this.#numberOf.set(messageId, number);
    const handle = { owner: this.#owner, delivery: number, queue: this.#hash, messageId, unique: !message.native };
    return {
      message,
      messageId,
      receiptHandle: formatReceiptHandle(handle),
      receiveCount: receiveCount(message),
      firstReceivedAt,
    };
  }

  /** Native messages may share an id: the first in flight here has it, the others a number. */
  #distinct(messageId: string): string {
    let distinct = messageId;
    for (let ordinal = 1; this.#numberOf.has(distinct); ordinal++) distinct = numberedMessageId(messageId, ordinal);
    return distinct;
  }

  /** The delivery that the handle names; on a standard queue an older handle also means the newest delivery. */
  #find({ delivery, messageId, unique }: ReceiptHandle): readonly [number, InFlight] | undefined {
    const exact = this.#inFlight.get(delivery);
    if (exact?.messageId === messageId) return [delivery, exact];
    const newest = unique ? this.#numberOf.get(messageId) : undefined;
    const inFlight = newest === undefined ? undefined : this.#inFlight.get(newest);
    return newest === undefined || inFlight === undefined ? undefined : [newest, inFlight];
  }

  #visibleAgainIn(visibilityMs: number, number: number): NodeJS.Timeout {
    return setTimeout(() => this.#giveBack(number), visibilityMs).unref();
  }

  #giveBack(number: number): void {
    const inFlight = this.#inFlight.get(number);
    if (inFlight === undefined) return;
    this.#forget(number);
    this.#rememberFirstReceive(inFlight);
    inFlight.delivery.channel.reject(inFlight.delivery.message);
  }

  #rememberFirstReceive({ messageId, firstReceivedAt }: InFlight): void {
    if (this.#firstReceived.size < REMEMBERED) this.#firstReceived.set(messageId, firstReceivedAt);
  }

  #forget(number: number): void {
    const inFlight = this.#inFlight.get(number);
    if (inFlight === undefined) return;
    clearTimeout(inFlight.timer);
    this.#inFlight.delete(number);
    if (this.#numberOf.get(inFlight.messageId) === number) this.#numberOf.delete(inFlight.messageId);
  }
}

/**
 * How often the message was received, this time included. RabbitMQ counts failed deliveries in `x-delivery-count`; up
 * to 4.2 that includes messages handed back unseen, so the count can be too high there, as AWS's may.
 */
export function receiveCount({ receiveCount: before, deliveryCount = 0 }: IncomingMessage): number {
  return 1 + before + Math.max(0, deliveryCount);
}
