import type { FifoMessage, FifoPartition } from "./fifo-partition.ts";

/** A message that was handed out and is neither deleted nor visible again. */
export interface FifoInFlightMessage {
  readonly message: FifoMessage;
  /** When this receive began: AWS counts the 12 hours of invisibility from here. */
  readonly receivedAtMs: number;
}

/**
 * The messages of a FIFO queue that are in flight in this process, by the number in their receipt handle, and those that
 * are on their way to a dead-letter queue. A partition that has none of either is at rest, and can be given away.
 */
export class FifoInFlight {
  readonly #byNumber = new Map<number, FifoInFlightMessage>();
  readonly #numberOf = new Map<string, number>();
  readonly #moving = new Set<FifoMessage>();
  readonly #restless = new Map<FifoPartition, number>();
  readonly #atRest: (partition: FifoPartition) => void;

  /** @param atRest a partition has come to rest */
  constructor(atRest: (partition: FifoPartition) => void) {
    this.#atRest = atRest;
  }

  /** How many messages are in flight. */
  count(): number {
    return this.#byNumber.size;
  }

  /** How many messages keep a partition from being at rest. */
  restless(partition: FifoPartition): number {
    return this.#restless.get(partition) ?? 0;
  }

  /** A message was handed out under that number. */
  add(number: number, message: FifoMessage, receivedAtMs: number): void {
    this.#byNumber.set(number, { message, receivedAtMs });
    this.#numberOf.set(message.messageId, number);
    this.#disturb(message.partition);
  }

  /** The message that was handed out under that number, if it is in flight. */
  byNumber(number: number): FifoInFlightMessage | undefined {
    return this.#byNumber.get(number);
  }

  /** The message of that id, if it is in flight. */
  byId(messageId: string): FifoInFlightMessage | undefined {
    const number = this.#numberOf.get(messageId);
    return number === undefined ? undefined : this.#byNumber.get(number);
  }

  /** The message is not in flight any more; whether it was. */
  remove({ messageId, partition }: FifoMessage): boolean {
    const number = this.#numberOf.get(messageId);
    if (number === undefined) return false;
    this.#numberOf.delete(messageId);
    this.#byNumber.delete(number);
    this.#calm(partition);
    return true;
  }

  /** A message is on its way to the dead-letter queue. */
  moves(message: FifoMessage): void {
    this.#moving.add(message);
    this.#disturb(message.partition);
  }

  /** Whether it is. */
  isMoving(message: FifoMessage): boolean {
    return this.#moving.has(message);
  }

  /** It is not any more; whether it was. */
  stopsMoving(message: FifoMessage): boolean {
    if (!this.#moving.delete(message)) return false;
    this.#calm(message.partition);
    return true;
  }

  #disturb(partition: FifoPartition): void {
    this.#restless.set(partition, this.restless(partition) + 1);
  }

  #calm(partition: FifoPartition): void {
    const left = this.restless(partition) - 1;
    this.#restless.set(partition, left);
    if (left === 0) this.#atRest(partition);
  }
}
