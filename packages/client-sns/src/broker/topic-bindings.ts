import { RabbitError, type Broker, type Deadline, type RegistryView } from "@warrenmq/core/internal";
import type { QueueDirectory } from "@warrenmq/core/queues";
import { bindingKey, COMMON_KEY, httpQueueName } from "../model/binding-key.ts";
import type { Binding } from "../model/routes.ts";
import type { SnsCommand } from "../model/sns-command.ts";
import type { SnsOutcome, SnsState, SubscriptionRecord } from "../model/sns-registry.ts";
import { queueNameOf } from "../model/validate/subscribe.ts";
import { bindQueue, declareTopic, unbindQueue } from "./topic-exchange.ts";

/**
 * How long a binding is taken for granted. Then the next publish makes sure of it, in the background: somebody may have
 * deleted the queue natively, or declared it anew.
 */
export const TRUSTED_MS = 30_000;

/** Which queues are bound to which topics. */
export class TopicBindings {
  readonly #broker: Broker;
  readonly #registry: RegistryView<SnsState, SnsCommand, SnsOutcome>;
  readonly #directory: QueueDirectory;
  readonly #binding = new Map<string, Promise<void>>();
  readonly #checkedAtMs = new Map<string, number>();

  constructor(broker: Broker, registry: RegistryView<SnsState, SnsCommand, SnsOutcome>, directory: QueueDirectory) {
    this.#broker = broker;
    this.#registry = registry;
    this.#directory = directory;
  }

  /** Binds a subscription's queue. @throws RabbitError `not-found` when the queue is not there */
  async bind(subscription: SubscriptionRecord, deadline: Deadline): Promise<void> {
    const queue = queueOf(subscription);
    try {
      await bindQueue(this.#broker, subscription.topic, queue, keysOf(subscription), deadline);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await declareTopic(this.#broker, subscription.topic, deadline); // the exchange may be what is missing
      await bindQueue(this.#broker, subscription.topic, queue, keysOf(subscription), deadline);
    }
    this.#checkedAtMs.set(subscription.id, performance.now());
  }

  /** Binds a queue that its subscription is not bound to yet, once for all publishes that wait for it. */
  bindNew(subscription: SubscriptionRecord, { createdAt }: Binding, deadline: Deadline): Promise<void> {
    const known = this.#binding.get(subscription.id);
    if (known !== undefined) return known;
    const binding = this.#bindNew(subscription, createdAt, deadline).finally(() =>
      this.#binding.delete(subscription.id),
    );
    this.#binding.set(subscription.id, binding);
    return binding;
  }

  /**
   * Binds the queues of some subscriptions under one key besides their own. @returns whether all of them are bound: that they
   * are not costs speed and nothing else, so no error is raised
   */
  async bindInCommon(topic: string, subscriptions: readonly SubscriptionRecord[], key: string): Promise<boolean> {
    try {
      const deadline = this.#broker.deadline();
      for (const subscription of subscriptions) {
        await bindQueue(this.#broker, topic, queueOf(subscription), [key], deadline);
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Makes native publishers reach the subscription, or not any more: only those without a filter are reached. */
  async follow(subscription: SubscriptionRecord, deadline: Deadline): Promise<void> {
    const queue = queueOf(subscription);
    const common = [COMMON_KEY];
    if (isFiltered(subscription)) {
      await unbindQueue(this.#broker, subscription.topic, queue, common, deadline).catch(ignoreMissing);
      return;
    }
    await bindQueue(this.#broker, subscription.topic, queue, common, deadline).catch(ignoreMissing);
  }

  /** Unbinds a subscription's queue. */
  async unbind(subscription: SubscriptionRecord, deadline: Deadline): Promise<void> {
    const keys = [bindingKey(subscription.id), COMMON_KEY];
    await unbindQueue(this.#broker, subscription.topic, queueOf(subscription), keys, deadline).catch(ignoreMissing);
    this.#checkedAtMs.delete(subscription.id);
  }

  /** Makes sure of a binding now and then; what it finds out shows in the registry. */
  check(subscription: SubscriptionRecord): void {
    const now = performance.now();
    const checkedAtMs = this.#checkedAtMs.get(subscription.id);
    this.#checkedAtMs.set(
      subscription.id,
      checkedAtMs === undefined || now - checkedAtMs >= TRUSTED_MS ? now : checkedAtMs,
    );
    if (checkedAtMs === undefined || now - checkedAtMs < TRUSTED_MS) return;
    // Whatever else is wrong, the publishes themselves are told.
    this.restore(subscription, this.#broker.deadline()).catch(() => undefined);
  }

  /** Binds anew what may have lost its binding. A queue that is gone is forgotten. @returns whether it is there */
  async restore(subscription: SubscriptionRecord, deadline: Deadline): Promise<boolean> {
    try {
      await this.bind(subscription, deadline);
      if (this.#registry.state.subscriptions.has(subscription.id)) return true;
      await this.unbind(subscription, deadline); // somebody unsubscribed it meanwhile
      return false;
    } catch (error) {
      if (!isMissing(error)) throw error;
      const name = queueOf(subscription);
      const { registry } = this.#directory;
      if (registry.state.queues.has(name)) await registry.append({ type: "forget-queue", name }, deadline);
      return false;
    }
  }

  async #bindNew(subscription: SubscriptionRecord, boundTo: number, deadline: Deadline): Promise<void> {
    await this.bind(subscription, deadline);
    const { topic: name, id } = subscription;
    const { type } = await this.#registry.append({ type: "bound", name, id, boundTo }, deadline);
    if (type === "no-such-subscription") await this.unbind(subscription, deadline); // unsubscribed meanwhile
  }
}

/** The broker's queue of a subscription. */
export function queueOf({ protocol, endpoint, id }: SubscriptionRecord): string {
  return protocol === "sqs" ? (queueNameOf(endpoint) ?? "") : httpQueueName(id);
}

function keysOf(subscription: SubscriptionRecord): readonly string[] {
  const own = bindingKey(subscription.id);
  return isFiltered(subscription) ? [own] : [own, COMMON_KEY];
}

function isFiltered({ attributes }: SubscriptionRecord): boolean {
  return attributes["FilterPolicy"] !== undefined;
}

function isMissing(error: unknown): boolean {
  return error instanceof RabbitError && error.code === "not-found";
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
