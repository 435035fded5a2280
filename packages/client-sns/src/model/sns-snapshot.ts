import type { StateSnapshot } from "@warrenmq/core/internal";
import type {
  Protocol,
  Replay,
  ReplayOrder,
  ReplayStatus,
  SnsState,
  SubscriptionRecord,
  TextMap,
  TopicRecord,
} from "./sns-registry.ts";

/** How the topics and subscriptions of a virtual host are written down. */
export const SNS_SNAPSHOT: StateSnapshot<SnsState> = {
  version: 2,
  dump: ({ topics, subscriptions, cancelled }) => ({
    topics: [...topics.values()],
    subscriptions: [...subscriptions.values()],
    cancelled: [...cancelled.values()],
  }),
  load: (data) => {
    if (typeof data !== "object" || data === null) return undefined;
    const { topics, subscriptions, cancelled }: Partial<Record<string, unknown>> = { ...data };
    if (!Array.isArray(topics) || !topics.every(isTopic)) return undefined;
    if (!Array.isArray(subscriptions) || !subscriptions.every(isSubscription)) return undefined;
    if (!Array.isArray(cancelled) || !cancelled.every(isSubscription)) return undefined;
    return {
      topics: new Map(topics.map((topic) => [topic.name, topic])),
      subscriptions: byId(subscriptions),
      byTopic: idsByTopic(subscriptions),
      cancelled: byId(cancelled),
    };
  },
};

function byId(subscriptions: readonly SubscriptionRecord[]): Map<string, SubscriptionRecord> {
  return new Map(subscriptions.map((subscription) => [subscription.id, subscription]));
}

function idsByTopic(subscriptions: readonly SubscriptionRecord[]): Map<string, Set<string>> {
  const byTopic = new Map<string, Set<string>>();
  for (const { id, topic } of subscriptions) byTopic.set(topic, (byTopic.get(topic) ?? new Set()).add(id));
  return byTopic;
}

function isTopic(value: unknown): value is TopicRecord {
  if (typeof value !== "object" || value === null) return false;
  const fields: Partial<Record<keyof TopicRecord, unknown>> = { ...value };
  const { name, attributes, tags, dataProtectionPolicy, createdAt, deletedSubscriptions } = fields;
  const texts = typeof name === "string" && typeof dataProtectionPolicy === "string";
  const numbers = typeof createdAt === "number" && typeof deletedSubscriptions === "number";
  return texts && numbers && isMap(attributes) && isMap(tags);
}

function isSubscription(value: unknown): value is SubscriptionRecord {
  if (typeof value !== "object" || value === null) return false;
  const fields: Partial<Record<keyof SubscriptionRecord, unknown>> = { ...value };
  const { id, topic, protocol, endpoint, attributes, tokenAt } = fields;
  const texts = typeof id === "string" && typeof topic === "string" && typeof endpoint === "string";
  const flags = [fields.confirmed, fields.authenticateOnUnsubscribe, fields.confirmationWasAuthenticated].every(
    (flag) => typeof flag === "boolean",
  );
  const optional =
    isOptional(fields.token, "string") &&
    isOptional(fields.boundTo, "number") &&
    (fields.replay === undefined || isReplay(fields.replay));
  return texts && flags && optional && typeof tokenAt === "number" && isProtocol(protocol) && isMap(attributes);
}

function isReplay(value: unknown): value is Replay {
  if (!isReplayOrder(value)) return false;
  const { status, position }: Partial<Record<string, unknown>> = { ...value };
  return isReplayStatus(status) && (position === null || typeof position === "number");
}

/** Whether the value says who replays what. */
export function isReplayOrder(value: unknown): value is ReplayOrder {
  if (typeof value !== "object" || value === null) return false;
  const { id, owner, topicArn }: Partial<Record<string, unknown>> = { ...value };
  return typeof id === "string" && typeof owner === "string" && typeof topicArn === "string";
}

/** Whether the value is a status of replays. */
export function isReplayStatus(value: unknown): value is ReplayStatus {
  return value === "In progress" || value === "Completed" || value === "Failed";
}

function isOptional(value: unknown, type: "string" | "number"): boolean {
  return value === undefined || typeof value === type;
}

/** Whether the value is a protocol of subscriptions. */
export function isProtocol(value: unknown): value is Protocol {
  return value === "sqs" || value === "http" || value === "https";
}

/** Whether the value has texts only. */
export function isMap(value: unknown): value is TextMap {
  return (
    typeof value === "object" && value !== null && Object.values(value).every((entry) => typeof entry === "string")
  );
}
