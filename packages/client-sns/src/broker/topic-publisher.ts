import { type Broker, type Deadline, type MessageProperties, type RegistryView } from "@warrenmq/core/internal";
import {
  attributesByteLength,
  encodeMessage,
  type OutgoingMessage,
  type QueueDirectory,
  type WireProperties,
} from "@warrenmq/core/queues";
import {
  messageByteLength,
  MOST_RAW_ATTRIBUTES,
  outgoingMessage,
  signatureFor,
  type Notification,
} from "../model/notification.ts";
import { FilterableMessage, routesOf, type Route } from "../model/routes.ts";
import type { SnsCommand } from "../model/sns-command.ts";
import { subscriptionsOf, type SnsOutcome, type SnsState, type SubscriptionRecord } from "../model/sns-registry.ts";
import {
  commonCopies,
  copiesFor,
  groupsFor,
  topicPlan,
  type Copies,
  type Group,
  type TopicPlan,
} from "../model/topic-plan.ts";
import { isUnreached, type SingleDeliveries } from "./single-deliveries.ts";
import { TRUSTED_MS, type TopicBindings } from "./topic-bindings.ts";
import { declareTopic } from "./topic-exchange.ts";

/** From this size on attributes leave less room for keys in a header table. */
const LARGE_ATTRIBUTES_BYTES = 20 * 1_024;
/** How often the bindings of a topic that is published to are looked after. */
const CHECK_MS = 10_000;

/** What a topic publisher stands on. */
export interface TopicPublisherParts {
  readonly broker: Broker;
  readonly registry: RegistryView<SnsState, SnsCommand, SnsOutcome>;
  readonly directory: QueueDirectory;
  readonly bindings: TopicBindings;
  /** For what does not go through the exchange. */
  readonly singles: SingleDeliveries;
}

/**
 * Brings published messages to all subscribers of a topic whose filters let them pass. All bound queues that get the
 * same bytes get them by one publish, whose `BCC` header names them: the broker takes it for all of them or for none.
 */
export class TopicPublisher {
  readonly #parts: TopicPublisherParts;
  readonly #plans = new Map<string, TopicPlan>();
  readonly #lookedAfterAtMs = new Map<string, number>();
  /** For groups that were bound under a key in common: the publish that this allows, if it worked, and when it was tried. */
  readonly #common = new WeakMap<readonly Route[], { readonly copies: Copies | undefined; readonly atMs: number }>();

  constructor(parts: TopicPublisherParts) {
    this.#parts = parts;
    parts.registry.onApplied((command) => this.#plans.delete(command.name));
    // What happens to queues concerns any topic.
    parts.directory.registry.onApplied(() => this.#plans.clear());
  }

  /**
   * Publishes one message; resolves when the broker has confirmed it for every subscriber.
   * @throws RabbitError
   */
  publish(topic: string, notification: Notification, deadline: Deadline): Promise<void> {
    const plan = this.#planOf(topic);
    const [group, ...others] = plan.groups;
    const plain = plan.open && plan.singles.length === 0 && Object.keys(notification.texts.byProtocol).length === 0;
    if (group === undefined || others.length > 0 || !plain) return this.publishInOrder(topic, [notification], deadline);
    // One publish for all: the case that wants to be fast.
    this.#lookAfter(topic, plan);
    return this.#publishGroup(topic, group, notification, deadline);
  }

  /** Publishes messages in this order: in each FIFO queue they follow one another. @throws RabbitError */
  async publishInOrder(topic: string, notifications: readonly Notification[], deadline: Deadline): Promise<void> {
    const plan = this.#planOf(topic);
    this.#lookAfter(topic, plan);
    const work: Promise<void>[] = [];
    const ofQueues = new Map<Route, Notification[]>();
    for (const notification of notifications) {
      const passed = plan.open ? plan.routes : passing(plan.routes, notification);
      const { groups, singles } = groupsFor(plan, passed, notification.texts);
      for (const group of groups) work.push(this.#publishGroup(topic, group, notification, deadline));
      for (const route of singles) {
        const list = ofQueues.get(route);
        if (list === undefined) ofQueues.set(route, [notification]);
        else list.push(notification);
      }
    }
    for (const [route, list] of ofQueues) work.push(this.#parts.singles.send(route, list, deadline));
    await Promise.all(work);
  }

  /** Brings messages to one subscriber, whatever its queue is. @throws RabbitError */
  async deliver(
    subscription: SubscriptionRecord,
    notifications: readonly Notification[],
    deadline: Deadline,
  ): Promise<void> {
    const plan = topicPlan(routesOf([subscription], this.#parts.directory.registry.state.queues));
    for (const notification of notifications) {
      const { groups, singles } = groupsFor(plan, passing(plan.routes, notification), notification.texts);
      for (const group of groups) await this.#publishGroup(subscription.topic, group, notification, deadline);
      for (const route of singles) await this.#parts.singles.send(route, [notification], deadline);
    }
  }

  #planOf(topic: string): TopicPlan {
    const known = this.#plans.get(topic);
    if (known !== undefined) return known;
    const { registry, directory } = this.#parts;
    const plan = topicPlan(routesOf(subscriptionsOf(registry.state, topic), directory.registry.state.queues));
    // A plan that was made before the queues were known takes them for missing.
    if (registry.isReady() && directory.registry.isReady()) this.#plans.set(topic, plan);
    return plan;
  }

  #lookAfter(topic: string, plan: TopicPlan): void {
    const now = performance.now();
    const lastMs = this.#lookedAfterAtMs.get(topic);
    if (lastMs !== undefined && now - lastMs < CHECK_MS) return;
    this.#lookedAfterAtMs.set(topic, now);
    for (const { target, subscription } of plan.routes) {
      if (target.type === "exchange") this.#parts.bindings.check(subscription);
    }
    // Not at the first publish: a process that lives for one message has nothing to gain.
    if (lastMs !== undefined) for (const { routes } of plan.groups) void this.#bindInCommon(topic, routes);
  }

  /** Makes one key do for all queues of a group: to route by `BCC` takes the broker a fifth longer. Now and then it makes sure of that. */
  async #bindInCommon(topic: string, routes: readonly Route[]): Promise<void> {
    const copies = commonCopies(routes);
    const now = performance.now();
    const triedMs = this.#common.get(routes)?.atMs ?? -Infinity;
    if (copies === undefined || routes.some(isUnbound) || now - triedMs < TRUSTED_MS) return;
    const subscriptions = routes.map(({ subscription }) => subscription);
    const isBound = await this.#parts.bindings.bindInCommon(topic, subscriptions, copies.routingKey);
    this.#common.set(routes, { copies: isBound ? copies : undefined, atMs: now });
  }

  #publishGroup(topic: string, group: Group, notification: Notification, deadline: Deadline): Promise<void> {
    const { format, protocol, routes } = group;
    if (format === "raw" && notification.attributes.length > MOST_RAW_ATTRIBUTES) {
      const message = outgoingMessage(notification, "raw", protocol);
      return this.#parts.singles.deadLetterAll(routes, message, notification, deadline);
    }
    const signing = format === "envelope" ? signatureFor(notification, protocol) : undefined;
    if (signing !== undefined || routes.some(isUnbound))
      return this.#publishPrepared(topic, group, notification, signing, deadline);
    return this.#publishCopies(topic, group, outgoingMessage(notification, format, protocol), notification, deadline);
  }

  /** For a message that is signed, or a queue that is bound, before it can be published. */
  async #publishPrepared(
    topic: string,
    group: Group,
    notification: Notification,
    signing: Promise<string> | undefined,
    deadline: Deadline,
  ): Promise<void> {
    const { format, protocol, routes } = group;
    const message = outgoingMessage(notification, format, protocol, await signing);
    const bound = routes.some(isUnbound) ? await this.#bindAll(routes, message, notification, deadline) : routes;
    await this.#publishCopies(topic, { ...group, routes: bound }, message, notification, deadline);
  }

  async #publishCopies(
    topic: string,
    group: Group,
    message: OutgoingMessage,
    notification: Notification,
    deadline: Deadline,
  ): Promise<void> {
    const isTooLong = messageByteLength(message) > group.maximumBytes;
    const routes = isTooLong ? await this.#thatFit(group.routes, message, notification, deadline) : group.routes;
    const common = this.#common.get(routes)?.copies;
    if (common !== undefined) return this.#publishTo(topic, common, message, notification, deadline);
    const large = attributesByteLength(notification.attributes) > LARGE_ATTRIBUTES_BYTES;
    for (const copies of copiesFor(routes, large))
      await this.#publishTo(topic, copies, message, notification, deadline);
  }

  /** @returns the routes whose queues take a message of that length; the others' dead-letter queues get it */
  async #thatFit(
    routes: readonly Route[],
    message: OutgoingMessage,
    notification: Notification,
    deadline: Deadline,
  ): Promise<readonly Route[]> {
    const bytes = messageByteLength(message);
    const unfit = routes.filter(({ maximumBytes }) => bytes > maximumBytes);
    await this.#parts.singles.deadLetterAll(unfit, message, notification, deadline);
    return routes.filter(({ maximumBytes }) => bytes <= maximumBytes);
  }

  async #publishTo(
    topic: string,
    copies: Copies,
    message: OutgoingMessage,
    notification: Notification,
    deadline: Deadline,
  ): Promise<void> {
    try {
      await this.#publishOnce(topic, copies, message, deadline);
    } catch (error) {
      if (!isUnreached(error)) throw error;
      await this.#publishAgain(topic, copies.routes, message, notification, deadline);
    }
  }

  /** No queue got the message: what lost its binding gets it back, and what is gone has a dead-letter queue, perhaps. */
  async #publishAgain(
    topic: string,
    routes: readonly Route[],
    message: OutgoingMessage,
    notification: Notification,
    deadline: Deadline,
  ): Promise<void> {
    this.#common.set(routes, { copies: undefined, atMs: performance.now() });
    await declareTopic(this.#parts.broker, topic, deadline);
    const there: Route[] = [];
    const gone: Route[] = [];
    for (const route of routes) {
      const restored = await this.#parts.bindings.restore(route.subscription, deadline);
      (restored ? there : gone).push(route);
    }
    await this.#parts.singles.deadLetterAll(gone, message, notification, deadline);
    for (const copies of copiesFor(there, false)) await this.#publishOnce(topic, copies, message, deadline);
  }

  #publishOnce(
    topic: string,
    { routingKey, others }: Copies,
    message: OutgoingMessage,
    deadline: Deadline,
  ): Promise<void> {
    const { content, properties } = encodeMessage(message);
    const publication = {
      exchange: topic,
      routingKey,
      content,
      properties: others === undefined ? properties : withCopies(properties, others),
      mandatory: true,
    };
    return this.#parts.broker.publisher.publish(publication, deadline);
  }

  /** Binds what is not bound yet. @returns the routes whose queues are there; the others' dead-letter queues get the message */
  async #bindAll(
    routes: readonly Route[],
    message: OutgoingMessage,
    notification: Notification,
    deadline: Deadline,
  ): Promise<readonly Route[]> {
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
    await this.#parts.singles.deadLetterAll(gone, message, notification, deadline);
    return gone.length === 0 ? routes : routes.filter((route) => !gone.includes(route));
  }
}

function passing(routes: readonly Route[], { attributes, texts }: Notification): readonly Route[] {
  const message = new FilterableMessage(attributes, texts);
  return routes.filter((route) => message.passes(route));
}

function isUnbound({ target }: Route): boolean {
  return target.type === "exchange" && target.binding !== undefined;
}

/** Sender-selected distribution: the broker routes by these keys as well, and takes the header away. */
function withCopies(properties: WireProperties, keys: readonly string[]): MessageProperties {
  return { ...properties, headers: { ...properties.headers, BCC: keys } };
}
