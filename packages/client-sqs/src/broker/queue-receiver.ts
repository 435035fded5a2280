import {
  buildAbortError,
  RabbitError,
  remainingMs,
  throwIfAborted,
  toRabbitError,
  untilAborted,
  withDeadline,
  type Broker,
  type Deadline,
} from "@warrenmq/core/internal";
import { countReady } from "@warrenmq/core/queues";
import { PollGap } from "../model/poll-gap.ts";
import { isHot, lingerMs, missingCredit, UNKNOWN_RHYTHM, withGap, withOutcome } from "../model/receive-window.ts";
import { ReceiveChannel, type Delivery } from "./receive-channel.ts";
import { WaitingLine, type Waiter } from "./waiting-line.ts";

/** One ReceiveMessage call. */
export interface ReceiveRequest {
  /** MaxNumberOfMessages. */
  readonly max: number;
  /** WaitTimeSeconds in milliseconds; 0 polls short. */
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
  /** By when the broker must have answered, not counting the wait for messages. */
  readonly deadline: Deadline;
  /** ReceiveRequestAttemptId, on FIFO queues. */
  readonly attemptId?: string | undefined;
}

/** What the owner of a {@link QueueReceiver} decides and counts. */
export interface ReceiverOwner {
  /** Called at each arrival; `false` when the message was settled there and then and nobody shall see it. */
  admits(delivery: Delivery): boolean;
  /** Puts back what nobody has seen. */
  handBack(delivery: Delivery): void;
  /** Removes and returns which of the waiting deliveries a call gets, up to `count`. */
  choose(deliveries: Delivery[], count: number): Delivery[];
  /** The channel is gone, and with it the right to settle what was delivered on it. */
  lost(channel: ReceiveChannel): void;
}

/** A call in a hot loop waits this long for its batch to fill up once the first message is there. */
const FILL_MS = 2;
/** How long a short poll waits for messages that the broker says are ready. */
const SHORT_POLL_MS = 150;
/** Pause before a queue is consumed again after its channel was lost. */
const RECONSUME_MS = 50;

/**
 * Receives from one queue for every ReceiveMessage call of the process: holds as little as was asked for, and in a
 * busy loop runs at the speed of a plain consumer.
 *
 * Calls wait in line; consumers are added until their free credit covers the demand; what is delivered goes to the
 * first in line. When nobody waits any more the consumers stay for a moment that follows the caller's rhythm, then
 * they are cancelled and whatever nobody has seen goes back to its place in the queue.
 */
export class QueueReceiver {
  readonly #broker: Broker;
  readonly #queueName: string;
  readonly #owner: ReceiverOwner;
  readonly #line: WaitingLine<Delivery>;
  readonly #gap = new PollGap();
  #channel: ReceiveChannel | undefined;
  #opening: Promise<ReceiveChannel> | undefined;
  #rhythm = UNKNOWN_RHYTHM;
  #lingerTimer: NodeJS.Timeout | undefined;
  #backlog = false;
  #pumping = false;
  #closedReason: RabbitError | undefined;

  constructor(broker: Broker, queueName: string, owner: ReceiverOwner) {
    this.#broker = broker;
    this.#queueName = queueName;
    this.#owner = owner;
    this.#line = new WaitingLine((deliveries, count) => owner.choose(deliveries, count));
  }

  /**
   * Resolves with up to `max` messages, or none when the time is over.
   * @throws RabbitError `not-found` when the queue does not exist, or why the broker cannot be reached. An abort
   * rejects with an `AbortError`, and what the call had taken is put back.
   */
  async receive(request: ReceiveRequest): Promise<Delivery[]> {
    this.#callStarts();
    try {
      await untilAborted(this.#openChannel(request.deadline), request.signal);
      throwIfAborted(request.signal);
      if (this.#closedReason !== undefined) throw this.#closedReason;
      const waiter = this.#line.join(request.max, () => this.#fillMs());
      const waited = !waiter.isSettled();
      if (waited) this.#wait(waiter, request);
      const taken = await waiter.done;
      this.#backlog = taken.length === request.max;
      this.#rhythm = withOutcome(this.#rhythm, { waited, taken: taken.length, max: request.max });
      return taken;
    } catch (error) {
      throw request.signal?.aborted === true ? error : toRabbitError(error, `receive from queue "${this.#queueName}"`);
    } finally {
      this.#gap.receiveEnded(performance.now());
      if (this.#line.isEmpty()) this.#idle(request.signal?.aborted === true ? 0 : lingerMs(this.#rhythm));
    }
  }

  /** Messages that were delivered here and that no call has taken. */
  unseen(): number {
    return this.#line.leftOver();
  }

  /**
   * Deletes what was delivered here, nobody has seen, and is worthless. Until this resolves, deliveries that were on their
   * way still arrive, and {@link ReceiverOwner.admits} decides about them; waiting calls go on waiting.
   */
  async discardUnseen(isWorthless: (delivery: Delivery) => boolean): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined) return;
    const stopped = channel.stopConsuming();
    for (const delivery of this.#line.takeLeftOver()) {
      if (isWorthless(delivery)) delivery.channel.ack(delivery.message);
      else this.#line.offer(delivery);
    }
    await stopped.catch(() => undefined); // a channel that is gone has given everything back
    if (!this.#line.isEmpty()) void this.#pump(this.#broker.deadline());
  }

  /** Asks the owner again about what was delivered here and nobody has seen. */
  admitAgain(): void {
    for (const delivery of this.#line.takeLeftOver()) {
      if (this.#owner.admits(delivery)) this.#line.offer(delivery);
    }
  }

  /** Gives everything up for good: waiting and later calls fail with `reason`, deliveries go back to the queue. */
  async close(reason: RabbitError): Promise<void> {
    this.#closedReason ??= reason;
    clearTimeout(this.#lingerTimer);
    this.#line.failAll(reason);
    await (this.#channel ?? (await this.#opening?.catch(() => undefined)))?.close();
  }

  /** Whether the application polls the queue in a tight loop, so that another call is all but certain. */
  isHot(): boolean {
    return isHot(this.#rhythm);
  }

  /** Waits for what a delete waits for, which is no part of the application's rhythm: consumers stay meanwhile. */
  async whileSettling(settled: Promise<void>): Promise<void> {
    this.#gap.waitBegan(performance.now());
    clearTimeout(this.#lingerTimer);
    await settled.finally(() => {
      this.#gap.waitEnded(performance.now());
      if (this.#line.isEmpty()) this.#idle(lingerMs(this.#rhythm));
    });
  }

  #callStarts(): void {
    clearTimeout(this.#lingerTimer);
    const gapMs = this.#gap.receiveBegan(performance.now());
    if (gapMs !== undefined) this.#rhythm = withGap(this.#rhythm, gapMs);
  }

  /** With a backlog a full batch is a moment away; without one, waiting would only add to the latency. */
  #fillMs(): number {
    return this.#backlog && isHot(this.#rhythm) ? FILL_MS : 0;
  }

  #wait(waiter: Waiter<Delivery>, request: ReceiveRequest): void {
    const { signal, waitMs, deadline } = request;
    const onAbort = (): void => this.#line.withdraw(waiter, buildAbortError(signal));
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = waitMs > 0 ? setTimeout(() => this.#timeIsUp(waiter), waitMs).unref() : undefined;
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    waiter.done.then(stop, stop);
    if (waitMs > 0) void this.#pump(deadline + waitMs);
    else if (waiter.taken.length === 0) void this.#pollShort(waiter, deadline);
  }

  #timeIsUp(waiter: Waiter<Delivery>): void {
    if (this.#channel !== undefined || waiter.taken.length > 0) waiter.finish();
    else waiter.fail(lostWhileWaiting(this.#queueName));
  }

  async #pollShort(waiter: Waiter<Delivery>, deadline: Deadline): Promise<void> {
    try {
      const ready = await countReady(this.#broker, this.#queueName, deadline);
      if (ready === 0 && !this.#returnedLately()) {
        // What the broker had pushed to our consumers arrives before its answer on their channel.
        if (this.#channel?.isConsuming() === true || this.#channel?.isStopping() === true)
          await withDeadline(this.#channel.barrier(), deadline, `receive from queue "${this.#queueName}"`);
        waiter.finish();
        return;
      }
      waiter.expect(Math.max(1, ready));
      await this.#pump(deadline);
      setTimeout(() => waiter.finish(), SHORT_POLL_MS).unref();
    } catch (error) {
      waiter.fail(error);
    }
  }

  /** Whether a message went back to the queue so short ago that the broker may not count it as ready yet. */
  #returnedLately(): boolean {
    return this.#channel !== undefined && performance.now() - this.#channel.lastReturnMs() < SHORT_POLL_MS;
  }

  /** Raises the consumers' credit to what the waiting calls demand. */
  async #pump(deadline: Deadline): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let credit = this.#missingCredit(); credit > 0; credit = this.#missingCredit()) {
        const channel = await this.#openChannel(deadline);
        await channel.consume(credit);
      }
    } catch (error) {
      this.#pumpFailed(error, deadline);
    } finally {
      this.#pumping = false;
    }
  }

  #pumpFailed(error: unknown, deadline: Deadline): void {
    const failure = toRabbitError(this.#channel?.closeReason() ?? error, `consume from queue "${this.#queueName}"`);
    const transient = failure.code === "connection-lost" || failure.code === "queue-unavailable";
    if (!transient || remainingMs(deadline) <= RECONSUME_MS) {
      this.#line.failAll(failure);
      return;
    }
    setTimeout(() => void this.#pump(deadline), RECONSUME_MS).unref();
  }

  #missingCredit(): number {
    const use = {
      demand: this.#line.demand(),
      buffered: this.#line.leftOver(),
      freeCredit: this.#channel?.freeCredit() ?? 0,
    };
    return missingCredit(use, this.#rhythm);
  }

  #openChannel(deadline: Deadline): Promise<ReceiveChannel> {
    if (this.#closedReason !== undefined) return Promise.reject(this.#closedReason);
    if (this.#channel !== undefined) return Promise.resolve(this.#channel);
    this.#opening ??= this.#open(deadline).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(deadline: Deadline): Promise<ReceiveChannel> {
    const events = {
      delivered: (delivery: Delivery): void => this.#delivered(delivery),
      cancelledByBroker: (): void => this.#cancelledByBroker(),
      closed: (closed: ReceiveChannel): void => this.#closed(closed),
    };
    const channel = await ReceiveChannel.open(this.#broker, this.#queueName, events, deadline);
    this.#channel = channel;
    return channel;
  }

  #delivered(delivery: Delivery): void {
    if (!this.#owner.admits(delivery)) return;
    this.#line.offer(delivery);
    // Nobody asked for it any more, and no consumer is left that would be cancelled later.
    if (this.#line.leftOver() > 0 && !delivery.channel.isConsuming() && !delivery.channel.isStopping())
      this.#handBack();
  }

  #cancelledByBroker(): void {
    if (!this.#line.isEmpty()) void this.#pump(this.#broker.deadline());
  }

  #closed(channel: ReceiveChannel): void {
    if (this.#channel === channel) this.#channel = undefined;
    this.#line.discard((delivery) => delivery.channel === channel);
    this.#owner.lost(channel);
    if (!this.#line.isEmpty()) void this.#pump(this.#broker.deadline());
  }

  #idle(linger: number): void {
    clearTimeout(this.#lingerTimer);
    if (this.#gap.isWaiting()) return;
    this.#lingerTimer = setTimeout(() => void this.#stop(), linger).unref();
  }

  async #stop(): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined || !this.#line.isEmpty()) return;
    // What goes back before the last consumer is cancelled would be pushed here again.
    await channel.stopConsuming().catch(() => undefined); // a channel that is gone has given everything back
    if (this.#line.isEmpty() && !channel.isConsuming()) this.#handBack();
  }

  #handBack(): void {
    for (const delivery of this.#line.takeLeftOver()) this.#owner.handBack(delivery);
  }
}

function lostWhileWaiting(queueName: string): RabbitError {
  return new RabbitError(
    "connection-lost",
    `Lost the connection to RabbitMQ while waiting for messages of queue "${queueName}". Retry.`,
  );
}
