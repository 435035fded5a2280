import { RabbitError, type Deadline } from "@warrenmq/core/internal";
import type { OutgoingMessage, QueueDirectory, QueueRecord } from "@warrenmq/core/queues";
import { copyId } from "../model/copy-id.ts";
import {
  messageByteLength,
  MOST_RAW_ATTRIBUTES,
  outgoingMessage,
  signatureFor,
  type Notification,
} from "../model/notification.ts";
import { maximumMessageSize, type Route } from "../model/routes.ts";
import type { SubscriptionRecord } from "../model/sns-registry.ts";
import { deadLetterQueue } from "../model/subscription-attributes.ts";
import type { QueueSender } from "./queue-sender.ts";

/** How long a queue that nobody knows is not looked for again on the broker. */
const MISSING_MS = 2_000;

/** Brings messages to single queues: FIFO queues, queues that delay, and dead-letter queues. */
export class SingleDeliveries {
  readonly #directory: QueueDirectory;
  readonly #sender: QueueSender;
  readonly #missing = new Map<string, number>();

  constructor(directory: QueueDirectory, sender: QueueSender) {
    this.#directory = directory;
    this.#sender = sender;
  }

  /** Sends messages to the queue of a route, in this order. What it cannot take goes to the dead-letter queue. @throws RabbitError */
  async send(route: Route, notifications: readonly Notification[], deadline: Deadline): Promise<void> {
    const messages = await Promise.all(notifications.map((notification) => messageFor(route, notification)));
    const queue = await this.#queueOf(route, deadline);
    const fit = queue === undefined ? [] : messages.filter((message) => fits(queue, message));
    const unfit = messages.filter((message) => !fit.includes(message));
    if (unfit.length > 0) await this.deadLetter(route.subscription, unfit, deadline);
    if (queue === undefined || fit.length === 0) return;
    try {
      await this.#sender.send(queue, fit, deadline);
    } catch (error) {
      if (!isUnreached(error)) throw error;
      await this.#directory.registry.append({ type: "forget-queue", name: queue.name }, deadline);
      await this.deadLetter(route.subscription, fit, deadline);
    }
  }

  /**
   * Brings messages to the dead-letter queue of a subscription; without one they are dropped, as AWS does.
   * @returns whether there is such a queue
   */
  async deadLetter(
    subscription: SubscriptionRecord,
    messages: readonly OutgoingMessage[],
    deadline: Deadline,
  ): Promise<boolean> {
    const name = deadLetterQueue(subscription.attributes);
    const queue = name === undefined ? undefined : await this.#directory.find(name, deadline);
    if (queue === undefined) return false;
    // Several subscriptions may share the queue.
    const letters = messages.map((message) => ({ ...message, messageId: copyId(message.messageId, subscription.id) }));
    try {
      await this.#sender.send(queue, letters, deadline);
      return true;
    } catch (error) {
      if (!isUnreached(error)) throw error;
      await this.#directory.registry.append({ type: "forget-queue", name: queue.name }, deadline);
      return false;
    }
  }

  /** Brings one message to the dead-letter queues of several subscriptions. @throws RabbitError */
  async deadLetterAll(
    routes: readonly Route[],
    message: OutgoingMessage,
    notification: Notification,
    deadline: Deadline,
  ): Promise<void> {
    const letter = fifoIds(message, notification);
    await Promise.all(routes.map(({ subscription }) => this.deadLetter(subscription, [letter], deadline)));
  }

  /** The queue of a route that does not go through the exchange. One that nobody knows is looked for on the broker. */
  async #queueOf({ target }: Route, deadline: Deadline): Promise<QueueRecord | undefined> {
    if (target.type === "queue") return target.queue;
    if (target.type === "exchange") return undefined;
    const lookedAtMs = this.#missing.get(target.queueName);
    if (lookedAtMs !== undefined && performance.now() - lookedAtMs < MISSING_MS) return undefined;
    const queue = await this.#directory.find(target.queueName, deadline);
    if (queue === undefined) this.#missing.set(target.queueName, performance.now());
    else this.#missing.delete(target.queueName);
    return queue;
  }
}

function fits(queue: QueueRecord, message: OutgoingMessage): boolean {
  return message.attributes.length <= MOST_RAW_ATTRIBUTES && messageByteLength(message) <= maximumMessageSize(queue);
}

async function messageFor({ raw, subscription }: Route, notification: Notification): Promise<OutgoingMessage> {
  const format = raw ? "raw" : "envelope";
  const { protocol } = subscription;
  const signing = raw ? undefined : signatureFor(notification, protocol);
  const message = outgoingMessage(notification, format, protocol, signing === undefined ? "" : await signing);
  return fifoIds(message, notification);
}

/** A FIFO queue gets the topic's group and deduplication id; a standard queue of a FIFO topic does not (recorded). */
function fifoIds(message: OutgoingMessage, notification: Notification): OutgoingMessage {
  const { messageGroupId, messageDeduplicationId } = notification;
  if (messageDeduplicationId === undefined) return message;
  return { ...message, messageGroupId, messageDeduplicationId };
}

/** The exchange or the queue is not there, or the one is not bound to the other. */
export function isUnreached(error: unknown): boolean {
  return error instanceof RabbitError && (error.code === "not-found" || error.code === "unroutable");
}
