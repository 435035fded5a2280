import { handedOver, untilAborted, type Broker, type Deadline, type RabbitError } from "@warrenmq/core/internal";
import { DELAYED_EXCHANGE, type IncomingMessage, queueHash } from "@warrenmq/core/queues";
import type { VisibilityChange } from "../model/control-request.ts";
import { judge, type DeadLetterRule, type DeliveryRules, type JudgedMessage } from "../model/delivery-rules.ts";
import { receivedBefore } from "../model/receive-count.ts";
import { signReceiptHandle, type ReceiptHandle } from "../model/receipt-handle.ts";
import { RecentIds } from "../model/recent-ids.ts";
import type { RememberedIds } from "../model/remembered-ids.ts";
import { deadLetter, putBackUncounted } from "./dead-letter.ts";
import type { HiddenMessages } from "./hidden-messages.ts";
import { InFlightMessages, type InFlight } from "./in-flight.ts";
import { LongVisibility } from "./long-visibility.ts";
import { QueueReceiver, type ReceiveRequest, type ReceiverOwner } from "./queue-receiver.ts";
import type { Delivery, ReceiveChannel } from "./receive-channel.ts";
import { Settling } from "./settling.ts";

/** One message that a ReceiveMessage call was given. */
export interface ReceivedMessage {
  readonly message: IncomingMessage;
  /** Unlike that of any other message in flight here: applications use it as the id of batch entries. */
  readonly messageId: string;
  readonly receiptHandle: string;
  /**
   * ApproximateReceiveCount, this receive included. Up to RabbitMQ 4.2 it can be too high, as AWS's may: messages handed
   * back unseen count there.
   */
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
  /** Deletes the message if it is in flight here; whether it was, or is deleted already. */
  delete(handle: ReceiptHandle): boolean;
  /** Deletes the message if it is in flight here: it had gone back to the queue and was deleted by an older handle. */
  deleteById(messageId: string): void;
  /** Resolves when what was deleted here has reached the broker. */
  settled(): Promise<void>;
  /** Makes the message visible again after `visibilityMs` from now instead of when it was to be; 0 means now. */
  changeVisibility(handle: ReceiptHandle, visibilityMs: number): VisibilityChange;
  /** The queue's attributes have changed. */
  rulesChanged(): void;
  /** Deletes what this process holds, as PurgeQueue does: what was sent until `upToMs` (epoch); everything by default. */
  purge(upToMs?: number): Promise<void>;
  /** Messages of the queue that this process has handed out and that are neither deleted nor visible again. */
  inFlight(): number;
  /** Messages of the queue that were delivered here and that nobody has received. */
  unseen(): number;
  /** Ends everything: waiting calls fail with `reason`, what is in flight goes back to the queue. */
  close(reason: RabbitError): Promise<void>;
}

/** What the queues of one process share. */
export interface ReceivingProcess {
  /** This process, as receipt handles name it. */
  readonly id: string;
  /** Where messages stay that are hidden for long. */
  readonly hidden: HiddenMessages;
  /** Numbers deliveries over all queues of the process. */
  nextNumber(): number;
  /** What receipt handles are made with. There is one when the process is reachable. */
  receiptKey(): string;
  /** Whether requests and late deletes of other processes arrive here, as they must while anything is in flight here. */
  isReachable(): boolean;
  /** Resolves when they do. @throws RabbitError */
  becomeReachable(deadline: Deadline): Promise<void>;
}

/** AWS: a message is invisible for at most 12 hours after it was received. */
export const LONGEST_VISIBILITY_MS = 43_200_000;
/** How many first receives a queue remembers. */
const REMEMBERED = 50_000;
const RECENT_ACKS = 2_000;

/**
 * What this process has received from one queue: who holds which message until when. A message whose visibility timeout
 * ends goes back to its place in the queue.
 */
export class QueueDeliveries implements Deliveries, ReceiverOwner {
  readonly queueName: string;
  readonly #broker: Broker;
  readonly #process: ReceivingProcess;
  readonly #rules: () => DeliveryRules | undefined;
  readonly #hash: number;
  readonly #receiver: QueueReceiver;
  readonly #inFlight = new InFlightMessages();
  /** Deleted by the application, here or elsewhere, but still to come from the broker: dropped at their next delivery. */
  readonly #deletedLate: RememberedIds;
  /** Acknowledged lately. If the connection is lost, the broker may not have got these and will deliver them again. */
  readonly #recentlyAcked = new RecentIds(RECENT_ACKS);
  /** First receives of messages that went back to the queue. */
  readonly #firstReceived = new Map<string, number>();
  readonly #longVisibility: LongVisibility;
  readonly #settling: Settling;
  /** The channel of acknowledgements that {@link QueueDeliveries.settled} has not asked about. */
  #unsettled: ReceiveChannel | undefined;
  /** Which deliveries the purges that are under way take. */
  readonly #purges = new Set<(delivery: Delivery) => boolean>();

  /**
   * @param deletedLate the queue's late deletes, those of other processes among them
   * @param rules what the queue's attributes say now about messages that are delivered; `undefined` when it is gone
   */
  constructor(
    broker: Broker,
    queueName: string,
    process: ReceivingProcess,
    deletedLate: RememberedIds,
    rules: () => DeliveryRules | undefined,
  ) {
    this.queueName = queueName;
    this.#broker = broker;
    this.#process = process;
    this.#deletedLate = deletedLate;
    this.#rules = rules;
    this.#hash = queueHash(queueName);
    this.#receiver = new QueueReceiver(broker, queueName, this);
    this.#longVisibility = new LongVisibility(broker, queueName, process.hidden, this.#inFlight);
    this.#settling = new Settling(broker);
  }

  /** Receives, and hides what it returns for `visibilityMs`; 0 gives it back at once. */
  async receive(request: ReceiveRequest, visibilityMs: number): Promise<ReceivedMessage[]> {
    if (!this.#process.isReachable()) {
      await untilAborted(this.#process.becomeReachable(request.deadline), request.signal);
    }
    const deliveries = await this.#reachable(await this.#receiver.receive(request));
    const received: ReceivedMessage[] = [];
    for (const delivery of deliveries) {
      const message = delivery.incoming;
      if (this.#isCopy(message) || this.#isDeleted(message)) delivery.channel.ack(delivery.message);
      else received.push(this.#handOut(delivery, message, visibilityMs));
    }
    return received;
  }

  /** Deletes the message if it is in flight here; whether it was, or is deleted already. */
  delete(handle: ReceiptHandle): boolean {
    const number = this.#inFlight.find(handle);
    if (number === undefined) return handle.unique && this.#wasDeleted(handle.messageId);
    this.#delete(number, handle.unique);
    return true;
  }

  /** Deletes the message if it is in flight here: it had gone back to the queue and was deleted by an older handle. */
  deleteById(messageId: string): void {
    const number = this.#inFlight.newest(messageId);
    if (number !== undefined) this.#delete(number, true);
  }

  /**
   * Resolves when the broker has the acknowledgements of all deletes so far, so that a process may end right after it; in
   * a hot loop when the socket has them, because waiting for a round trip after each batch would cost the loop most of its
   * rate (measured: 0.26 of a plain consumer's).
   */
  settled(): Promise<void> {
    const channel = this.#unsettled;
    this.#unsettled = undefined;
    if (channel === undefined) return Promise.resolve();
    return this.#receiver.whileSettling(this.#receiver.isHot() ? handedOver() : channel.acksTaken());
  }

  /** Makes the message visible again after `visibilityMs` from now instead of when it was to be; 0 means now. */
  changeVisibility(handle: ReceiptHandle, visibilityMs: number): VisibilityChange {
    const number = this.#inFlight.find(handle);
    const inFlight = number === undefined ? undefined : this.#inFlight.get(number);
    if (number === undefined || inFlight === undefined) return "not-in-flight";
    const now = performance.now();
    if (now + visibilityMs - inFlight.receivedAtMs > LONGEST_VISIBILITY_MS) return "beyond-limit";
    clearTimeout(inFlight.timer);
    if (visibilityMs === 0) this.#giveBack(number);
    else {
      inFlight.visibleAtMs = now + visibilityMs;
      inFlight.timer = this.#visibleAgainIn(visibilityMs, number);
    }
    return "changed";
  }

  /**
   * Deletes what this process holds, as PurgeQueue does: what is in flight, and what the broker had pushed and no call has
   * taken. With `upToMs` (epoch) only what was sent until then: the record of another process's purge may arrive late.
   */
  async purge(upToMs: number = Number.POSITIVE_INFINITY): Promise<void> {
    const purge = (delivery: Delivery): boolean => sentAtMs(delivery) <= upToMs;
    this.#purges.add(purge);
    try {
      // Cancels first: each acknowledgement would let the broker push another message.
      const discarded = this.#receiver.discardUnseen(purge);
      for (const [number, { delivery }] of this.#inFlight) {
        if (!purge(delivery)) continue;
        this.#inFlight.remove(number);
        delivery.channel.ack(delivery.message);
      }
      await discarded;
    } finally {
      this.#purges.delete(purge);
    }
  }

  /** Messages of the queue that this process has handed out and that are neither deleted nor visible again. */
  inFlight(): number {
    return this.#inFlight.size;
  }

  /** Messages of the queue that were delivered here and that nobody has received. */
  unseen(): number {
    return this.#receiver.unseen();
  }

  admits(delivery: Delivery): boolean {
    const { message, incoming, channel } = delivery;
    if (!this.#isPurged(delivery) && !this.#isDeleted(incoming)) {
      const rules = this.#rules();
      const verdict = rules === undefined ? "hand-out" : judge(facts(delivery, incoming), rules, Date.now());
      if (verdict === "hand-out") return true;
      if (verdict === "dead-letter" && rules?.deadLetters !== undefined) {
        void this.#deadLetter(delivery, incoming, rules.deadLetters);
        return false;
      }
    }
    channel.ack(message);
    return false;
  }

  /** The queue's attributes changed: what was delivered here under the old ones, and nobody has seen, is judged again. */
  rulesChanged(): void {
    this.#receiver.admitAgain();
  }

  handBack(delivery: Delivery): void {
    const { message, incoming, channel } = delivery;
    if (this.#rules()?.deadLetters === undefined || !channel.countsHandBacks()) channel.handBack(message);
    else void putBackUncounted(this.#broker, this.queueName, delivery, receivedBefore(incoming));
  }

  choose(deliveries: Delivery[], count: number): Delivery[] {
    return this.#inFlight.choose(deliveries, count);
  }

  lost(channel: ReceiveChannel): void {
    for (const [number, { delivery }] of this.#inFlight) {
      if (delivery.channel === channel) this.#inFlight.remove(number);
    }
    for (const messageId of this.#recentlyAcked.takeAll()) this.#deletedLate.add(messageId);
  }

  /** Ends everything: waiting calls fail with `reason`, what is in flight goes back to the queue. */
  async close(reason: RabbitError): Promise<void> {
    for (const [number, { delivery, isMoved }] of this.#inFlight) {
      this.#inFlight.remove(number);
      // What is held elsewhere does not go with its queue.
      if (isMoved && reason.code === "not-found") delivery.channel.ack(delivery.message);
    }
    await this.#receiver.close(reason);
  }

  /** What was delivered on a new connection may not be handed out before other processes can reach this one there. */
  async #reachable(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    if (deliveries.length === 0 || this.#process.isReachable()) return deliveries;
    try {
      await this.#process.becomeReachable(this.#broker.deadline());
    } catch (error) {
      for (const delivery of deliveries) this.handBack(delivery);
      throw error;
    }
    return deliveries.filter(({ channel }) => channel.isOpen());
  }

  #delete(number: number, unique: boolean): void {
    const inFlight = this.#inFlight.remove(number);
    if (inFlight === undefined) return;
    const { delivery, messageId } = inFlight;
    this.#firstReceived.delete(messageId);
    if (unique) this.#recentlyAcked.add(messageId);
    delivery.channel.ack(delivery.message);
    this.#unsettled = delivery.channel;
    this.#settling.extend();
  }

  #wasDeleted(messageId: string): boolean {
    return this.#recentlyAcked.has(messageId) || this.#deletedLate.has(messageId);
  }

  /** Every copy is dropped: a message whose first confirm was lost is in the queue twice. */
  #isDeleted({ messageId, native }: IncomingMessage): boolean {
    return !this.#deletedLate.isEmpty() && !native && this.#deletedLate.has(messageId);
  }

  #isPurged(delivery: Delivery): boolean {
    return this.#purges.size > 0 && [...this.#purges].some((purge) => purge(delivery));
  }

  async #deadLetter(delivery: Delivery, message: IncomingMessage, rule: DeadLetterRule): Promise<void> {
    const { messageId } = message;
    const moved = await deadLetter(this.#broker, delivery, message, rule, this.#firstReceived.get(messageId));
    if (!moved) return;
    this.#firstReceived.delete(messageId);
    this.#settling.extend();
  }

  /** A message that was published again, because its first confirm was lost, while the first copy is in flight. */
  #isCopy({ messageId, native }: IncomingMessage): boolean {
    return this.#inFlight.has(messageId) && !native;
  }

  #handOut(delivery: Delivery, message: IncomingMessage, visibilityMs: number): ReceivedMessage {
    const messageId = message.native ? this.#inFlight.distinct(message.messageId) : message.messageId;
    const number = this.#process.nextNumber();
    const receivedAtMs = performance.now();
    const firstReceivedAt = this.#firstReceived.get(messageId) ?? message.firstReceiveTimestampMs ?? Date.now();
    const receiveCount = receivedBefore(message) + 1;
    this.#inFlight.add(number, {
      delivery,
      isMoved: false,
      messageId,
      messageGroupId: message.messageGroupId,
      receiveCount,
      receivedAtMs,
      firstReceivedAt,
      visibleAtMs: receivedAtMs + visibilityMs,
      timer: this.#visibleAgainIn(visibilityMs, number),
    });
    this.#longVisibility.watch();
    const handle = { owner: this.#process.id, delivery: number, queue: this.#hash, messageId, unique: !message.native };
    return {
      message,
      messageId,
      receiptHandle: signReceiptHandle(handle, this.#process.receiptKey()),
      receiveCount,
      firstReceivedAt,
    };
  }

  #visibleAgainIn(visibilityMs: number, number: number): NodeJS.Timeout {
    return setTimeout(() => this.#giveBack(number), visibilityMs).unref();
  }

  #giveBack(number: number): void {
    const inFlight = this.#inFlight.remove(number);
    if (inFlight === undefined) return;
    this.#rememberFirstReceive(inFlight);
    const { delivery, isMoved } = inFlight;
    if (isMoved) void this.#process.hidden.giveBack(this.queueName, delivery, inFlight);
    else delivery.channel.reject(delivery.message);
  }

  #rememberFirstReceive({ messageId, firstReceivedAt }: InFlight): void {
    if (this.#firstReceived.size < REMEMBERED) this.#firstReceived.set(messageId, firstReceivedAt);
  }
}

/** When the message was sent (epoch). Of a native one nobody can say more than that it had been when it arrived. */
function sentAtMs({ incoming: { native, sentTimestampMs }, arrivedMs }: Delivery): number {
  if (native || sentTimestampMs === undefined) return Date.now() - (performance.now() - arrivedMs);
  return sentTimestampMs;
}

function facts({ message: { fields } }: Delivery, message: IncomingMessage): JudgedMessage {
  const { native, sentTimestampMs, receiveCount, earlierReceiveCount, deliveryCount } = message;
  const delayed = fields.exchange === DELAYED_EXCHANGE;
  return { native, sentTimestampMs, receiveCount, earlierReceiveCount, deliveryCount, delayed };
}
