import {
  RabbitError,
  type Broker,
  type Deadline,
  type MessageProperties,
  type RegistryView,
} from "@warrenmq/core/internal";
import {
  attributesByteLength,
  encodeMessage,
  type OutgoingMessage,
  type QueueDirectory,
  type QueueRecord,
  type WireProperties,
} from "@warrenmq/core/queues";
import { textFor } from "../model/message-structure.ts";
import {
  MOST_RAW_ATTRIBUTES,
  outgoingMessage,
  signatureFor,
  type Format,
  type Notification,
} from "../model/notification.ts";
import { FilterableMessage, routesOf, type Route } from "../model/routes.ts";
import {
  subscriptionsOf,
  type SnsCommand,
  type SnsOutcome,
  type SnsState,
  type SubscriptionRecord,
} from "../model/sns-registry.ts";
import { deadLetterQueue } from "../model/subscription-attributes.ts";
import type { QueueSender } from "./queue-sender.ts";
import type { TopicBindings } from "./topic-bindings.ts";
import { declareTopic } from "./topic-exchange.ts";

/** Keys in one publish. A header table has room for 64 KiB; a key takes 13 bytes, and attributes want room as well. */
const MOST_KEYS = 1_500;
const MOST_KEYS_BESIDE_LARGE_ATTRIBUTES = 250;
const LARGE_ATTRIBUTES_BYTES = 20 * 1_024;
/** How long a queue that nobody knows is not looked for again on the broker. */
const MISSING_MS = 2_000;

/** Subscribers that get the same bytes. */
interface Group {
  readonly format: Format;
  readonly protocol: SubscriptionRecord["protocol"];
  readonly routes: Route[];
}

/** What a topic publisher stands on. */
export interface TopicPublisherParts {
  readonly broker: Broker;
  readonly registry: RegistryView<SnsState, SnsCommand, SnsOutcome>;
  readonly directory: QueueDirectory;
  readonly bindings: TopicBindings;
  readonly sender: QueueSender;
}

/**
 * Brings published messages to all subscribers of a topic whose filters let them pass. All bound queues that get the
 * same bytes get them by one publish, whose `BCC` header names them: the broker takes it for all of them or for none.
 */
export class TopicPublisher {
  readonly #parts: TopicPublisherParts;
  readonly #routes = new Map<string, readonly Route[]>();
  readonly #missing = new Map<string, number>();

  constructor(parts: TopicPublisherParts) {
    this.#parts = parts;
    parts.registry.onApplied((command) => this.#routes.delete(command.name));
    // What happens to queues concerns any topic.
    parts.directory.registry.onApplied(() => this.#routes.clear());
  }

  /**
   * Publishes one message; resolves when the broker has confirmed it for every subscriber.
   * @throws RabbitError
   */
  async publish(topic: string, notification: Notification, deadline: Deadline): Promise<void> {
    await this.publishInOrder(topic, [notification], deadline);
  }

  /** Publishes messages in this order: in each FIFO queue they follow one another. @throws RabbitError */
  async publishInOrder(topic: string, notifications: readonly Notification[], deadline: Deadline): Promise<void> {
    const routes = this.#routesOf(topic);
    const work: Promise<void>[] = [];
    const ofQueues = new Map<Route, Notification[]>();
    for (const notification of notifications) {
      const passed = passing(routes, notification);
      for (const group of groupsOf(passed, notification))
        work.push(this.#publishGroup(topic, group, notification, deadline));
      for (const route of passed) {
        if (route.target.type === "exchange") continue;
        const list = ofQueues.get(route);
        if (list === undefined) ofQueues.set(route, [notification]);
        else list.push(notification);
      }
    }
    for (const [route, list] of ofQueues) work.push(this.#sendTo(route, list, deadline));
    await Promise.all(work);
  }

  /** Brings messages to one subscriber, whatever its queue is. @throws RabbitError */
  async deliver(
    subscription: SubscriptionRecord,
    notifications: readonly Notification[],
    deadline: Deadline,
  ): Promise<void> {
    const [route] = routesOf([subscription], this.#parts.directory.registry.state.queues);
    if (route === undefined) return;
    const passed = notifications.filter((notification) => passing([route], notification).length > 0);
    if (route.target.type !== "exchange") return this.#sendTo(route, passed, deadline);
    for (const notification of passed) {
      for (const group of groupsOf([route], notification)) {
        await this.#publishGroup(subscription.topic, group, notification, deadline);
      }
    }
  }

  /** Brings a message to the dead-letter queue of a subscription; without one it is dropped, as AWS does. */
  async deadLetter(
    subscription: SubscriptionRecord,
    messages: readonly OutgoingMessage[],
    deadline: Deadline,
  ): Promise<void> {
    const name = deadLetterQueue(subscription.attributes);
    const queue = name === undefined ? undefined : await this.#parts.directory.find(name, deadline);
    if (queue !== undefined) await this.#parts.sender.send(queue, messages, deadline);
  }

  #routesOf(topic: string): readonly Route[] {
    const known = this.#routes.get(topic);
    if (known !== undefined) return known;
    const { registry, directory } = this.#parts;
    const routes = routesOf(subscriptionsOf(registry.state, topic), directory.registry.state.queues);
    if (registry.isReady()) this.#routes.set(topic, routes);
    return routes;
  }

  async #publishGroup(topic: string, group: Group, notification: Notification, deadline: Deadline): Promise<void> {
    const { format, protocol, routes } = group;
    if (format === "raw" && notification.attributes.length > MOST_RAW_ATTRIBUTES) {
      const message = fifoIds(outgoingMessage(notification, "raw", protocol), notification);
      await Promise.all(routes.map(({ subscription }) => this.deadLetter(subscription, [message], deadline)));
      return;
    }
    const signing = format === "envelope" ? signatureFor(notification, protocol) : undefined;
    const signature = signing === undefined ? "" : await signing;
    const message = outgoingMessage(notification, format, protocol, signature);
    const unbound = await this.#bindAll(routes, deadline);
    if (unbound.length > 0) await this.#deadLetterAll(unbound, message, notification, deadline);
    const bound = unbound.length === 0 ? routes : routes.filter((route) => !unbound.includes(route));
    for (const part of chunks(bound, notification)) await this.#publishTo(topic, part, message, notification, deadline);
  }

  async #publishTo(
    topic: string,
    routes: readonly Route[],
    message: OutgoingMessage,
    notification: Notification,
    deadline: Deadline,
  ): Promise<void> {
    for (const { subscription } of routes) this.#parts.bindings.check(subscription);
    try {
      await this.#publishOnce(topic, routes, message, deadline);
    } catch (error) {
      if (!isUnreached(error)) throw error;
      await declareTopic(this.#parts.broker, topic, deadline);
      const restored = await Promise.all(
        routes.map(({ subscription }) => this.#parts.bindings.restore(subscription, deadline)),
      );
      const there = routes.filter((_, index) => restored[index] === true);
      const gone = routes.filter((_, index) => restored[index] !== true);
      await this.#deadLetterAll(gone, message, notification, deadline);
      if (there.length > 0) await this.#publishOnce(topic, there, message, deadline);
    }
  }

  async #publishOnce(
    topic: string,
    routes: readonly Route[],
    message: OutgoingMessage,
    deadline: Deadline,
  ): Promise<void> {
    const [first, ...others] = routes;
    if (first === undefined) return;
    const { content, properties } = encodeMessage(message);
    const publication = {
      exchange: topic,
      routingKey: first.key,
      content,
      properties: others.length === 0 ? properties : withCopies(properties, others),
      mandatory: true,
    };
    await this.#parts.broker.publisher.publish(publication, deadline);
  }

  /** Binds what is not bound yet. @returns the routes whose queues are not there */
  async #bindAll(routes: readonly Route[], deadline: Deadline): Promise<readonly Route[]> {
    const gone: Route[] = [];
    for (const route of routes) {
      const { target, subscription } = route;
      if (target.type !== "exchange" || target.binding === undefined) continue;
      try {
        await this.#parts.bindings.bindNew(subscription, target.binding, deadline);
      } catch (error) {
        if (!isUnreached(error)) throw error;
        gone.push(route);
      }
    }
    return gone;
  }

  async #sendTo(route: Route, notifications: readonly Notification[], deadline: Deadline): Promise<void> {
    const messages = await Promise.all(notifications.map((notification) => messageFor(route, notification)));
    const queue = await this.#queueOf(route, deadline);
    const fit =
      queue === undefined ? [] : messages.filter(({ attributes }) => attributes.length <= MOST_RAW_ATTRIBUTES);
    const unfit = messages.filter((message) => !fit.includes(message));
    if (unfit.length > 0) await this.deadLetter(route.subscription, unfit, deadline);
    if (queue === undefined || fit.length === 0) return;
    try {
      await this.#parts.sender.send(queue, fit, deadline);
    } catch (error) {
      if (!isUnreached(error)) throw error;
      await this.#parts.directory.registry.append({ type: "forget-queue", name: queue.name }, deadline);
      await this.deadLetter(route.subscription, fit, deadline);
    }
  }

  /** The queue of a route that does not go through the exchange. One that nobody knows is looked for on the broker. */
  async #queueOf({ target }: Route, deadline: Deadline): Promise<QueueRecord | undefined> {
    if (target.type === "queue") return target.queue;
    if (target.type === "exchange") return undefined;
    const lookedAtMs = this.#missing.get(target.queueName);
    if (lookedAtMs !== undefined && performance.now() - lookedAtMs < MISSING_MS) return undefined;
    const queue = await this.#parts.directory.find(target.queueName, deadline);
    if (queue === undefined) this.#missing.set(target.queueName, performance.now());
    else this.#missing.delete(target.queueName);
    return queue;
  }

  async #deadLetterAll(
    routes: readonly Route[],
    message: OutgoingMessage,
    notification: Notification,
    deadline: Deadline,
  ): Promise<void> {
    const letter = fifoIds(message, notification);
    await Promise.all(routes.map(({ subscription }) => this.deadLetter(subscription, [letter], deadline)));
  }
}

function passing(routes: readonly Route[], { attributes, texts }: Notification): readonly Route[] {
  if (routes.every(({ filter }) => filter === undefined)) return routes;
  const message = new FilterableMessage(attributes, texts);
  return routes.filter((route) => message.passes(route));
}

/** The routes through the exchange, by the bytes that they carry. A worker takes what HTTP subscribers get apart again. */
function groupsOf(routes: readonly Route[], { texts }: Notification): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const route of routes) {
    if (route.target.type !== "exchange") continue;
    const { protocol } = route.subscription;
    const format = route.raw ? "raw" : "envelope";
    const key = `${format} ${textFor(texts, protocol)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { format, protocol, routes: [route] });
    else group.routes.push(route);
  }
  return groups.values();
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

function* chunks(routes: readonly Route[], { attributes }: Notification): Iterable<readonly Route[]> {
  const large = attributesByteLength(attributes) > LARGE_ATTRIBUTES_BYTES;
  const size = large ? MOST_KEYS_BESIDE_LARGE_ATTRIBUTES : MOST_KEYS;
  for (let start = 0; start < routes.length; start += size) yield routes.slice(start, start + size);
}

/** Sender-selected distribution: the broker routes by these keys as well, and takes the header away. */
function withCopies(properties: WireProperties, routes: readonly Route[]): MessageProperties {
  return { ...properties, headers: { ...properties.headers, BCC: routes.map(({ key }) => key) } };
}

/** The exchange or the queue is not there, or the one is not bound to the other. */
function isUnreached(error: unknown): boolean {
  return error instanceof RabbitError && (error.code === "not-found" || error.code === "unroutable");
}
