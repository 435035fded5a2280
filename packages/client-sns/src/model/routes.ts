import type { QueueRecord } from "@warrenmq/core/queues";
import { bindingKey } from "./binding-key.ts";
import { compileFilter, type Filter } from "./filter-policy/filter-policy.ts";
import { attributeValues, parseBody, type JsonObject } from "./filter-policy/message-values.ts";
import type { AttributeValues } from "./filter-policy/compile-policy.ts";
import type { MessageAttributes } from "@warrenmq/core/queues";
import { textFor, type MessageTexts } from "./message-structure.ts";
import type { SubscriptionRecord } from "./sns-registry.ts";
import { queueNameOf } from "./validate/subscribe.ts";

const DEFAULT_MAXIMUM_MESSAGE_SIZE = 1_048_576;

/** How a message reaches a subscriber. */
export type Target =
  /** Through the topic's exchange; `binding` is `undefined` when the queue is bound already. */
  | { readonly type: "exchange"; readonly binding: Binding | undefined }
  /** By a publish of its own: a FIFO queue, or one that delays its messages. */
  | { readonly type: "queue"; readonly queue: QueueRecord }
  /** There is no such queue, as far as is known. */
  | { readonly type: "missing"; readonly queueName: string };

/** A queue that must be bound before the next publish. */
export interface Binding {
  readonly queueName: string;
  /** Which queue of that name it is. */
  readonly createdAt: number;
}

/** A subscription as publishers see it. */
export interface Route {
  readonly subscription: SubscriptionRecord;
  readonly key: string;
  readonly raw: boolean;
  readonly filter: Filter | undefined;
  readonly target: Target;
  /** How long a message the queue takes. */
  readonly maximumBytes: number;
}

/** The routes of a topic's confirmed subscriptions. */
export function routesOf(
  subscriptions: readonly SubscriptionRecord[],
  queues: ReadonlyMap<string, QueueRecord>,
): readonly Route[] {
  return subscriptions
    .filter(({ confirmed }) => confirmed)
    .map((subscription) => {
      const target = targetOf(subscription, queues);
      return { ...partsOf(subscription), target, maximumBytes: maximumBytesOf(subscription, queues) };
    });
}

type Parts = Omit<Route, "target" | "maximumBytes">;

const partsOfRecord = new WeakMap<SubscriptionRecord, Parts>();

/** What depends on the subscription alone, its compiled filter above all: made once for each version of its record. */
function partsOf(subscription: SubscriptionRecord): Parts {
  const known = partsOfRecord.get(subscription);
  if (known !== undefined) return known;
  const { id, protocol, attributes } = subscription;
  const raw = protocol === "sqs" && attributes["RawMessageDelivery"] === "true";
  const parts = { subscription, key: bindingKey(id), raw, filter: filterOf(subscription) };
  partsOfRecord.set(subscription, parts);
  return parts;
}

/** A subscription's filter; `undefined` when it has none. */
export function filterOf({ attributes }: SubscriptionRecord): Filter | undefined {
  const policy = attributes["FilterPolicy"];
  if (policy === undefined) return undefined;
  const scope = attributes["FilterPolicyScope"] === "MessageBody" ? "MessageBody" : "MessageAttributes";
  return compileFilter(policy, scope);
}

function targetOf(
  { protocol, endpoint, boundTo }: SubscriptionRecord,
  queues: ReadonlyMap<string, QueueRecord>,
): Target {
  if (protocol !== "sqs") return { type: "exchange", binding: undefined };
  const queueName = queueNameOf(endpoint) ?? "";
  const queue = queues.get(queueName);
  if (queue === undefined) return { type: "missing", queueName };
  const delayed = (queue.attributes["DelaySeconds"] ?? "0") !== "0";
  if (queue.fifo !== undefined || delayed) return { type: "queue", queue };
  const bound = boundTo === queue.createdAt;
  return { type: "exchange", binding: bound ? undefined : { queueName, createdAt: queue.createdAt } };
}

function maximumBytesOf({ protocol, endpoint }: SubscriptionRecord, queues: ReadonlyMap<string, QueueRecord>): number {
  const queue = protocol === "sqs" ? queues.get(queueNameOf(endpoint) ?? "") : undefined;
  return queue === undefined ? Infinity : maximumMessageSize(queue);
}

/** The queue's MaximumMessageSize. */
export function maximumMessageSize({ attributes }: QueueRecord): number {
  return Number(attributes["MaximumMessageSize"] ?? DEFAULT_MAXIMUM_MESSAGE_SIZE);
}

/** What filters look at. It is worked out once for each message, and only if a filter asks. */
export class FilterableMessage {
  readonly #attributes: MessageAttributes;
  readonly #texts: MessageTexts;
  #values: AttributeValues | undefined;
  readonly #bodies = new Map<string, JsonObject | undefined>();

  constructor(attributes: MessageAttributes, texts: MessageTexts) {
    this.#attributes = attributes;
    this.#texts = texts;
  }

  /** Whether a subscription gets the message. */
  passes({ filter, subscription }: Pick<Route, "filter" | "subscription">): boolean {
    if (filter === undefined) return true;
    if (filter.scope === "MessageAttributes") {
      this.#values ??= attributeValues(this.#attributes);
      return filter.test(this.#values);
    }
    const body = this.#body(textFor(this.#texts, subscription.protocol));
    return body !== undefined && filter.test(body);
  }

  #body(text: string): JsonObject | undefined {
    if (!this.#bodies.has(text)) this.#bodies.set(text, parseBody(text));
    return this.#bodies.get(text);
  }
}
