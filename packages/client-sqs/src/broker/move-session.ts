import {
  beginConsuming,
  pause,
  toRabbitError,
  withDeadline,
  type Broker,
  type Channel,
  type ConsumeMessage,
} from "@warrenmq/core/internal";
import {
  decodeMessage,
  newMessageId,
  readyMessages,
  type RepublishChanges,
  republishMessage,
} from "@warrenmq/core/queues";
import { queueNameOfArn } from "../model/queue-arn.ts";
import { Rate } from "./rate.ts";
import { SETTLING_MS } from "./receive-channel.ts";

/** What a move task moves where. */
export interface MoveOrder {
  /** Name of the queue to empty. */
  readonly source: string;
  /** Name of the queue to fill; `undefined`: each message goes back to the queue that it came from. */
  readonly destination: string | undefined;
  readonly maxPerSecond: number | undefined;
  /** No more than this many messages, so that a task ends whose messages come back. */
  readonly limit: number;
}

/** How a session ended. */
export type MoveEnd =
  | { readonly type: "drained" }
  | { readonly type: "stopped" }
  /** The connection was lost; another session may go on. */
  | { readonly type: "lost" }
  /** `reason` is AWS's FailureReason. */
  | { readonly type: "failed"; readonly reason: string };

/** How many messages may be on their way at once. */
const PREFETCH = 300;
/** How often the session looks whether the queue is empty and whether it shall stop. */
const CHECK_MS = 200;
/** So often in a row nothing must be there: what the broker has pushed and we have not got yet counts nowhere. */
const IDLE_CHECKS = 3;

/** AWS's FailureReason when a queue that messages are to go to is not there. */
export const NO_SUCH_QUEUE = "AWS.SimpleQueueService.NonExistentQueue";
/** AWS's FailureReason for a message that cannot be given back, because it never died in another queue. */
export const NO_SOURCE = "CouldNotDetermineMessageSource";

/**
 * Moves messages on one channel until the source is empty, the limit is reached, or it is stopped. Each message is
 * published with a confirm and then acknowledged, so none is lost; a connection lost in between duplicates it.
 */
export class MoveSession {
  readonly #broker: Broker;
  readonly #order: MoveOrder;
  readonly #onMoved: () => void;
  readonly #publishing = new Set<Promise<void>>();
  readonly #rate: Rate;
  #channel: Channel | undefined;
  #started = 0;
  #moved = 0;
  #idleChecks = 0;
  #ended = false;
  #resolve: (end: MoveEnd) => void = () => undefined;

  constructor(broker: Broker, order: MoveOrder, onMoved: () => void) {
    this.#broker = broker;
    this.#order = order;
    this.#onMoved = onMoved;
    this.#rate = new Rate(order.maxPerSecond);
  }

  /** Runs until the end. `shallStop` is asked now and then. Never rejects. */
  async run(shallStop: () => boolean): Promise<MoveEnd> {
    if (this.#order.limit === 0) return { type: "drained" };
    const ended = new Promise<MoveEnd>((resolve) => {
      this.#resolve = resolve;
    });
    const checks = setInterval(() => void this.#check(shallStop), CHECK_MS).unref();
    try {
      await this.#consume();
      return await ended;
    } catch (error) {
      return moveEndOf(error);
    } finally {
      this.#ended = true;
      clearInterval(checks);
      await this.#close();
    }
  }

  /** Lets what is on its way arrive and be acknowledged; what was not begun goes back to the queue. */
  async #close(): Promise<void> {
    await Promise.all(this.#publishing);
    if (this.#moved > 0) await pause(SETTLING_MS);
    const closed = this.#channel?.close() ?? Promise.resolve();
    await withDeadline(closed, this.#broker.deadline(), "close a channel").catch(() => undefined); // lost already
  }

  async #consume(): Promise<void> {
    const deadline = this.#broker.deadline();
    const channel = await this.#broker.consuming.channel(deadline);
    this.#channel = channel;
    channel.on("close", () => this.#end({ type: "lost" }));
    const { source, limit, maxPerSecond } = this.#order;
    const onMessage = (message: ConsumeMessage | null): void => {
      if (message === null) this.#end({ type: "lost" });
      else if (this.#started < limit) void this.#move(channel, message);
    };
    const prefetch = Math.min(PREFETCH, limit, maxPerSecond ?? PREFETCH);
    await beginConsuming(channel, { queue: source, prefetch, onMessage }, deadline);
  }

  async #move(channel: Channel, message: ConsumeMessage): Promise<void> {
    this.#started++;
    const sourceArn = decodeMessage(message).deadLetterQueueSourceArn;
    const routingKey = this.#order.destination ?? (sourceArn === undefined ? undefined : queueNameOfArn(sourceArn));
    if (routingKey === undefined) {
      this.#end({ type: "failed", reason: NO_SOURCE });
      return;
    }
    await this.#rate.slot();
    if (this.#ended) return;
    const publishing = this.#publish(channel, message, routingKey);
    this.#publishing.add(publishing);
    await publishing;
    this.#publishing.delete(publishing);
  }

  async #publish(channel: Channel, message: ConsumeMessage, routingKey: string): Promise<void> {
    const { content, properties } = republishMessage(message, {
      // A native message keeps its id, which its application may know.
      ...(decodeMessage(message).native ? {} : newIdentity()),
      receiveCount: null,
      earlierReceiveCount: null,
      firstReceiveTimestampMs: null,
      deadLetterQueueSourceArn: null,
    });
    const publication = { exchange: "", routingKey, content, properties, mandatory: true };
    try {
      await this.#broker.publisher.publish(publication, this.#broker.deadline());
      channel.ack(message);
    } catch (error) {
      this.#end(moveEndOf(error));
      return;
    }
    this.#onMoved();
    if (++this.#moved === this.#order.limit) this.#end({ type: "drained" });
  }

  async #check(shallStop: () => boolean): Promise<void> {
    if (shallStop()) return this.#end({ type: "stopped" });
    const ready = await readyMessages(this.#broker, this.#order.source, this.#broker.deadline()).catch(() => undefined);
    this.#idleChecks = ready === 0 && this.#started === this.#moved ? this.#idleChecks + 1 : 0;
    if (this.#idleChecks === IDLE_CHECKS) this.#end({ type: "drained" });
  }

  #end(end: MoveEnd): void {
    this.#ended = true;
    this.#resolve(end);
  }
}

function newIdentity(): Pick<RepublishChanges, "messageId" | "sentTimestampMs"> {
  const sentTimestampMs = Date.now();
  return { messageId: newMessageId(sentTimestampMs), sentTimestampMs };
}

/** How a session ends that met this error. */
export function moveEndOf(error: unknown): MoveEnd {
  const { code, retryable } = toRabbitError(error, "move messages");
  if (code === "not-found" || code === "unroutable") return { type: "failed", reason: NO_SUCH_QUEUE };
  return retryable ? { type: "lost" } : { type: "failed", reason: `RabbitMQ.${code}` };
}
