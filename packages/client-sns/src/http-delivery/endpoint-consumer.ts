import { beginConsuming, pause, withDeadline, type Channel, type ConsumeMessage } from "@warrenmq/core/internal";
import { delayedDeliveryOf, republishMessage } from "@warrenmq/core/queues";
import { outgoingLetter } from "../model/dead-letter.ts";
import {
  CANCELLATION_TYPE,
  confirmationRequest,
  CONFIRMATION_TYPE,
  notificationRequest,
  readNotification,
  traceHeaders,
  type HttpRequest,
  type HttpSubscriber,
} from "../model/http-request.ts";
import { retryDelaySeconds } from "../model/retry-delay.ts";
import type { SigningKey } from "../model/signature.ts";
import type { SubscriptionRecord } from "../model/sns-registry.ts";
import type { SnsBroker } from "../broker/sns-broker.ts";
import type { DeliveryEvent } from "./delivery-event.ts";
import type { HttpPoster } from "./http-poster.ts";
import { RateLimit } from "./rate-limit.ts";
import { confirmationOf } from "./confirmations.ts";
import type { DeliverySource } from "./delivery-source.ts";
import { subscriberOf, type SubscriberNaming } from "./subscriber.ts";

const ATTEMPTS_HEADER = "warrenmq-http-attempts";
const DUE_HEADER = "warrenmq-http-due";
/** The longest delay of one hop through the broker's delay queues. */
const LONGEST_HOP_SECONDS = 900;
const REATTACH_MS = 500;
/** How often a limited endpoint's worker asks how many workers there are. */
const COUNT_WORKERS_MS = 5_000;

/** What the consumers of all endpoints share. */
export interface EndpointParts {
  readonly sns: SnsBroker;
  readonly poster: HttpPoster;
  readonly signingKey: SigningKey;
  readonly naming: SubscriberNaming;
  /** Requests that are under way to one endpoint at a time. */
  readonly concurrency: number;
  readonly report: (event: DeliveryEvent) => void;
}

/** A message, and how to get it to its endpoint. */
interface Delivery {
  readonly message: ConsumeMessage;
  readonly channel: Channel;
  readonly subscription: SubscriptionRecord;
  readonly subscriber: HttpSubscriber;
  readonly messageId: string;
  readonly request: HttpRequest;
}

/**
 * Takes the messages of a queue and posts them to the endpoint that they are for. A message is taken off its queue when the
 * endpoint has it, or when it lies elsewhere for its next attempt; so a worker that dies loses none.
 */
export class EndpointConsumer {
  readonly #parts: EndpointParts;
  readonly #source: DeliverySource;
  readonly #limit = new RateLimit();
  readonly #underWay = new Set<Promise<void>>();
  #workers = 1;
  #workersCountedAtMs = -Infinity;
  #channel: Channel | undefined;
  #closed = false;

  constructor(parts: EndpointParts, source: DeliverySource) {
    this.#parts = parts;
    this.#source = source;
    void this.#run();
  }

  /** Takes no more messages; resolves when those under way are settled. */
  async close(): Promise<void> {
    this.#closed = true;
    const channel = this.#channel;
    if (channel !== undefined) await this.#answered(channel.cancel(this.#source.queueName));
    await Promise.all(this.#underWay);
    if (channel !== undefined) await this.#answered(channel.close());
  }

  /** The channel may be closed, or answer nothing. */
  async #answered(answer: Promise<unknown>): Promise<void> {
    await withDeadline(answer, this.#parts.sns.broker.deadline(), "stop the delivery").catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      await this.#consume().catch(() => undefined); // tried again: the connection or the queue may come back
      if (!this.#closed) await pause(REATTACH_MS);
    }
  }

  /** Consumes until the channel is closed. */
  async #consume(): Promise<void> {
    const { broker } = this.#parts.sns;
    const deadline = broker.deadline();
    const channel = await broker.consuming.channel(deadline);
    const closed = new Promise<void>((resolve) => channel.on("close", resolve));
    this.#channel = channel;
    const { queueName } = this.#source;
    const onMessage = (message: ConsumeMessage | null): void => this.#take(channel, message);
    const options = { consumerTag: queueName };
    const start = { queue: queueName, prefetch: this.#parts.concurrency, onMessage, options };
    try {
      await beginConsuming(channel, start, deadline);
      await closed;
    } finally {
      this.#channel = undefined;
    }
  }

  #take(channel: Channel, message: ConsumeMessage | null): void {
    if (message === null) {
      void channel.close().catch(() => undefined); // the queue was deleted, or its node went away
      return;
    }
    const work = this.#handle(channel, message)
      .catch(() => putBack(channel, message))
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #handle(channel: Channel, message: ConsumeMessage): Promise<void> {
    const dueMs = Number(message.properties.headers?.[DUE_HEADER] ?? 0);
    if (dueMs > Date.now() + 1_000) return this.#delay(channel, message, dueMs, attemptsOf(message));
    const delivery = await this.#deliveryOf(channel, message);
    if (delivery === undefined) {
      channel.ack(message); // the subscription is gone
      return;
    }
    await this.#attempt(delivery, attemptsOf(message) + 1);
  }

  async #attempt(delivery: Delivery, attempt: number): Promise<void> {
    const { subscription, subscriber, request } = delivery;
    await this.#awaitTurn(subscriber);
    const outcome = await this.#parts.poster.post(subscription.endpoint, request);
    if (outcome.type === "delivered") {
      delivery.channel.ack(delivery.message);
      this.#report(delivery, attempt, "delivered");
      return;
    }
    const delaySeconds = outcome.type === "refused" ? undefined : retryDelaySeconds(subscriber.policy.retry, attempt);
    if (delaySeconds === undefined) return this.#giveUp(delivery, attempt, outcome.reason);
    this.#report(delivery, attempt, "retrying", outcome.reason);
    if (delaySeconds === 0) return this.#attempt(delivery, attempt + 1);
    return this.#delay(delivery.channel, delivery.message, Date.now() + delaySeconds * 1_000, attempt);
  }

  /** Puts the message where it waits for its next attempt, and takes it off the queue. */
  async #delay(channel: Channel, message: ConsumeMessage, dueMs: number, attempts: number): Promise<void> {
    const { broker } = this.#parts.sns;
    const copy = republishMessage(message, {});
    const headers = { ...copy.properties.headers, [ATTEMPTS_HEADER]: attempts, [DUE_HEADER]: dueMs };
    const seconds = Math.ceil(Math.max(dueMs - Date.now(), 1) / 1_000);
    const delayed = { content: copy.content, properties: { ...copy.properties, headers } };
    const hop = Math.min(seconds, LONGEST_HOP_SECONDS);
    await delayedDeliveryOf(broker).publish(this.#source.queueName, hop, delayed, broker.deadline());
    channel.ack(message);
  }

  async #giveUp(delivery: Delivery, attempt: number, reason: string): Promise<void> {
    const { subscription, message, channel, request } = delivery;
    const { sns } = this.#parts;
    const kept =
      !isConfirmation(message) &&
      (await sns.singles.deadLetter(subscription, [outgoingLetter(message, request.body)], sns.broker.deadline()));
    channel.ack(message);
    this.#report(delivery, attempt, kept ? "dead-lettered" : "dropped", reason);
  }

  async #deliveryOf(channel: Channel, message: ConsumeMessage): Promise<Delivery | undefined> {
    const { sns, naming, signingKey } = this.#parts;
    const subscription = await this.#source.subscriptionOf(message);
    const topic = sns.registry.state.topics.get(subscription?.topic ?? "");
    if (subscription === undefined || topic === undefined) return undefined;
    const subscriber = subscriberOf(subscription, topic, naming);
    const base = { channel, message, subscription, subscriber };
    if (!isConfirmation(message)) {
      const fields = readNotification(message, subscriber);
      const request = await notificationRequest(fields, subscriber, signingKey);
      const headers = { ...traceHeaders(message), ...request.headers };
      return { ...base, messageId: fields.messageId, request: { ...request, headers } };
    }
    const confirmation = confirmationOf(message, subscriber, naming);
    const request = await confirmationRequest(confirmation, subscriber, signingKey);
    return { ...base, messageId: confirmation.messageId, request };
  }

  async #awaitTurn({ policy }: HttpSubscriber): Promise<void> {
    const limit = policy.maxReceivesPerSecond;
    if (limit === undefined || !this.#source.isOfOneEndpoint) return;
    await this.#countWorkers();
    await this.#limit.turn(limit / this.#workers);
  }

  /** The workers of an endpoint share its limit; the broker knows how many consume its queue. */
  async #countWorkers(): Promise<void> {
    const now = performance.now();
    if (now - this.#workersCountedAtMs < COUNT_WORKERS_MS) return;
    this.#workersCountedAtMs = now;
    const { broker } = this.#parts.sns;
    const queue = this.#source.queueName;
    const state = await broker.channels.use(`look at queue "${queue}"`, broker.deadline(), (channel) =>
      channel.checkQueue(queue),
    );
    this.#workers = Math.max(1, state.consumerCount);
  }

  #report(
    { subscriber, messageId }: Delivery,
    attempt: number,
    outcome: DeliveryEvent["outcome"],
    reason?: string,
  ): void {
    const { subscriptionArn } = subscriber;
    this.#parts.report({ outcome, subscriptionArn, messageId, attempt, ...(reason === undefined ? {} : { reason }) });
  }
}

function attemptsOf(message: ConsumeMessage): number {
  return Number(message.properties.headers?.[ATTEMPTS_HEADER] ?? 0);
}

/** The broker does not take the message elsewhere for now: it goes back to its queue after a moment. */
async function putBack(channel: Channel, message: ConsumeMessage): Promise<void> {
  await pause(REATTACH_MS);
  try {
    channel.nack(message, false, true);
  } catch {
    // The channel is closed, and so the message is back already.
  }
}

function isConfirmation({ properties }: ConsumeMessage): boolean {
  return properties.type === CONFIRMATION_TYPE || properties.type === CANCELLATION_TYPE;
}
