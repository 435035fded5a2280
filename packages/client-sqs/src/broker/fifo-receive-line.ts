import { buildAbortError, deadlineIn, RabbitError, type Broker, type Deadline } from "@warrenmq/core/internal";
import type { FifoAttachment } from "./fifo-attachment.ts";
import type { FifoHoldings } from "./fifo-holdings.ts";
import type { FifoReceivers } from "./fifo-receivers.ts";
import { FifoWaiter } from "./fifo-waiter.ts";
import type { ReceivedMessage } from "./queue-deliveries.ts";
import type { ReceiveRequest } from "./queue-receiver.ts";

/** What a {@link FifoReceiveLine} needs of its queue. */
export interface FifoReceiveLineOwner {
  readonly holdings: FifoHoldings;
  readonly attachment: FifoAttachment;
  readonly receivers: FifoReceivers;
  /** Whether the queue has a RedrivePolicy now. */
  hasRedrivePolicy(): boolean;
  /**
   * Looks once more at what there is, for a short poll that found nothing here; whether messages may be on their way.
   * @throws RabbitError `not-found` when the queue is gone
   */
  lookAgain(deadline: Deadline): Promise<boolean>;
}

/** How long a short poll waits for messages that the broker says are ready. */
const SHORT_POLL_MS = 150;
const REATTACH_MS = 50;
/** With a RedrivePolicy, how long a receive waits until the others can know of it. */
const TELL_MS = 1_000;

/** The ReceiveMessage calls of a FIFO queue that wait in this process, in the order in which they came. */
export class FifoReceiveLine {
  readonly #broker: Broker;
  readonly #owner: FifoReceiveLineOwner;
  readonly #waiters: FifoWaiter[] = [];
  #distributing = false;

  constructor(broker: Broker, owner: FifoReceiveLineOwner) {
    this.#broker = broker;
    this.#owner = owner;
  }

  /** Resolves with up to `max` messages, or none when the time is over. @throws RabbitError; `AbortError` */
  async receive(request: ReceiveRequest, visibilityMs: number): Promise<ReceivedMessage[]> {
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

  /** Serves the waiting calls at the end of this turn, so that what came in the same packet goes out together. */
  distribute(): void {
    if (this.#distributing || this.#waiters.length === 0) return;
    this.#distributing = true;
    setImmediate(() => {
      this.#distributing = false;
      this.#distributeNow();
    });
  }

  /** A partition is not this process's any more: calls that wait stand in line for it again. */
  lost(): void {
    if (this.#waiters.length === 0) return;
    setTimeout(() => {
      if (this.#waiters.length > 0) this.#owner.attachment.attach(this.#broker.deadline()).catch(this.#failAll);
    }, REATTACH_MS).unref();
  }

  /** Fails the calls that wait. */
  close(reason: RabbitError): void {
    this.#failAll(reason);
    this.#waiters.length = 0;
  }

  readonly #failAll = (reason: unknown): void => {
    for (const waiter of this.#waiters) waiter.fail(reason);
  };

  #timeIsUp(waiter: FifoWaiter): void {
    if (this.#owner.attachment.isConnected()) waiter.giveUp();
    else
      waiter.fail(
        new RabbitError("connection-lost", "Lost the connection to RabbitMQ while waiting for messages. Retry."),
      );
  }

  async #pollShort(waiter: FifoWaiter, deadline: Deadline): Promise<void> {
    try {
      const more = await this.#owner.lookAgain(deadline);
      this.#distributeNow();
      if (more) setTimeout(() => waiter.giveUp(), SHORT_POLL_MS).unref();
      else waiter.giveUp();
    } catch (error) {
      waiter.fail(error);
    }
  }

  #distributeNow(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.isWaiting()) continue;
      const taken = this.#owner.holdings.take(waiter.max, waiter.visibilityMs);
      if (taken.length === 0) return;
      if (this.#owner.hasRedrivePolicy()) void this.#finishTold(waiter, taken);
      else waiter.finish(taken);
    }
  }

  /**
   * With a RedrivePolicy a receive is told to the other processes before it returns: a message that kills its receiver
   * must be known to have been received.
   */
  async #finishTold(waiter: FifoWaiter, taken: ReceivedMessage[]): Promise<void> {
    const { holdings, receivers } = this.#owner;
    waiter.serve();
    // While the broker takes no publishes, a count that is too low is better than a queue that cannot be drained.
    await receivers.tell(deadlineIn(TELL_MS)).catch(() => undefined);
    const held = waiter.visibilityMs === 0 ? taken : taken.filter((message) => holdings.isInFlight(message));
    if (waiter.isSettled()) {
      holdings.giveBack(held);
    } else if (held.length > 0) {
      waiter.finish(held);
    } else {
      waiter.waitAgain(); // the partition was lost meanwhile
      this.distribute();
    }
  }
}
