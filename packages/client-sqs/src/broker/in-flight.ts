import { numberedMessageId } from "@warrenmq/core/queues";
import { GroupLoad, takeQuietFirst } from "../model/group-load.ts";
import type { ReceiptHandle } from "../model/receipt-handle.ts";
import type { Delivery } from "./receive-channel.ts";

/** A message that was handed out and is neither deleted nor visible again. */
export interface InFlight {
  /** What is to be settled at the end; another one after the message was moved to where it stays hidden for long. */
  delivery: Delivery;
  /** Whether the delivery is from the place for messages that are hidden for long: then it must find back to its queue. */
  isMoved: boolean;
  readonly messageId: string;
  readonly messageGroupId: string | undefined;
  /** ApproximateReceiveCount, this receive included. */
  readonly receiveCount: number;
  /** When this receive began: AWS counts the 12 hours of invisibility from here. */
  readonly receivedAtMs: number;
  /** ApproximateFirstReceiveTimestamp, milliseconds since the epoch. */
  readonly firstReceivedAt: number;
  /** `performance.now()` when the message is to be visible again. */
  visibleAtMs: number;
  timer: NodeJS.Timeout;
}

/** The messages of a standard queue that this process has handed out, by the number of their delivery. */
export class InFlightMessages {
  readonly #byNumber = new Map<number, InFlight>();
  readonly #numberOf = new Map<string, number>();
  readonly #load = new GroupLoad();

  get size(): number {
    return this.#byNumber.size;
  }

  [Symbol.iterator](): Iterator<[number, InFlight]> {
    return this.#byNumber[Symbol.iterator]();
  }

  get(number: number): InFlight | undefined {
    return this.#byNumber.get(number);
  }

  add(number: number, entry: InFlight): void {
    this.#byNumber.set(number, entry);
    this.#numberOf.set(entry.messageId, number);
    if (entry.messageGroupId !== undefined) this.#load.add(entry.messageGroupId);
  }

  /** Removes a message that is deleted or visible again, and returns it if it was in flight. */
  remove(number: number): InFlight | undefined {
    const entry = this.#byNumber.get(number);
    if (entry === undefined) return undefined;
    clearTimeout(entry.timer);
    this.#byNumber.delete(number);
    if (entry.messageGroupId !== undefined) this.#load.remove(entry.messageGroupId);
    if (this.#numberOf.get(entry.messageId) === number) this.#numberOf.delete(entry.messageId);
    return entry;
  }

  has(messageId: string): boolean {
    return this.#numberOf.has(messageId);
  }

  /** The number of the newest delivery with that id. */
  newest(messageId: string): number | undefined {
    return this.#numberOf.get(messageId);
  }

  /** The number of the delivery that the handle names; an older handle also means the newest delivery, if ids are unique. */
  find({ delivery, messageId, unique }: ReceiptHandle): number | undefined {
    if (this.#byNumber.get(delivery)?.messageId === messageId) return delivery;
    return unique ? this.newest(messageId) : undefined;
  }

  /** Native messages may share an id: the first in flight here has it, the others a number. */
  distinct(messageId: string): string {
    let distinct = messageId;
    for (let ordinal = 1; this.has(distinct); ordinal++) distinct = numberedMessageId(messageId, ordinal);
    return distinct;
  }

  /** Removes and returns up to `count` of the waiting deliveries: those of groups that are not noisy first. */
  choose(deliveries: Delivery[], count: number): Delivery[] {
    if (!this.#load.mayBeNoisy()) return deliveries.splice(0, count);
    return takeQuietFirst(deliveries, count, ({ incoming }) => this.#load.isNoisy(incoming.messageGroupId, this.size));
  }
}
