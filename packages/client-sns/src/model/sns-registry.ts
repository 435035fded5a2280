import type { CommandFacts, RegistryFold } from "@warrenmq/core/internal";
import { parseSnsCommand } from "./parse-sns-command.ts";
import type { SnsCommand } from "./sns-command.ts";
import { SNS_SNAPSHOT } from "./sns-snapshot.ts";
import { addPermission, removePermission } from "./topic-policy.ts";

/** Attributes or tags: string values by name. */
export type TextMap = Readonly<Record<string, string>>;

/** The protocols of subscriptions that RabbitMQ can serve. */
export type Protocol = "sqs" | "http" | "https";

/** What the registry knows of one topic. */
export interface TopicRecord {
  readonly name: string;
  /** The attributes that were set, at creation or later. */
  readonly attributes: TextMap;
  readonly tags: TextMap;
  readonly dataProtectionPolicy: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** How many subscriptions were deleted, for `SubscriptionsDeleted`. */
  readonly deletedSubscriptions: number;
}

/** What the registry knows of one subscription. */
export interface SubscriptionRecord {
  /** A UUID, the last part of the ARN. */
  readonly id: string;
  readonly topic: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly attributes: TextMap;
  readonly confirmed: boolean;
  /** With what an endpoint confirms; `undefined` for queues, which need not. */
  readonly token: string | undefined;
  /** Milliseconds since the epoch at which the token was issued. */
  readonly tokenAt: number;
  /** Whether unsubscribing needs the owner's credentials: then a visit to the UnsubscribeURL does not do. */
  readonly authenticateOnUnsubscribe: boolean;
  /** Whether whoever confirmed had credentials; a visit to the SubscribeURL has none. */
  readonly confirmationWasAuthenticated: boolean;
  /** `createdAt` of the queue that was bound to the topic's exchange; another queue of that name must be bound again. */
  readonly boundTo: number | undefined;
  /** The replay that its ReplayPolicy asked for. */
  readonly replay: Replay | undefined;
}

/** How far a replay is. AWS's values of `ReplayStatus`. */
export type ReplayStatus = "In progress" | "Completed" | "Failed";

/** A replay as it begins. */
export interface ReplayOrder {
  readonly id: string;
  /** The process that runs it. */
  readonly owner: string;
  readonly topicArn: string;
}

/** A replay of archived messages to a subscription. */
export interface Replay extends ReplayOrder {
  readonly status: ReplayStatus;
  /** The offset in the archive up to which the subscriber has what it wants; `null` at the beginning. */
  readonly position: number | null;
}

/** What came of a command, the same in every process. */
export type SnsOutcome =
  | { readonly type: "applied" }
  /** create-topic: a topic of that name was there before; the caller compares. */
  | { readonly type: "topic-exists"; readonly topic: TopicRecord }
  /** subscribe: this endpoint was subscribed before; the caller compares. */
  | { readonly type: "subscription-exists"; readonly subscription: SubscriptionRecord }
  /**
   * add-permission, remove-permission: the policy, as it is when the command comes, does not allow it. take-replay,
   * report-replay: the replay has ended, or belongs to another process.
   */
  | { readonly type: "refused" }
  | { readonly type: "no-such-topic" }
  | { readonly type: "no-such-subscription" };

/** All topics of a virtual host with their subscriptions, in the order in which they were made. */
export interface SnsState {
  readonly topics: Map<string, TopicRecord>;
  /** By id. */
  readonly subscriptions: Map<string, SubscriptionRecord>;
  /** Ids by topic. */
  readonly byTopic: Map<string, Set<string>>;
  /** Subscriptions that were cancelled by their UnsubscribeURL, by id, while their endpoints may take that back. */
  readonly cancelled: Map<string, SubscriptionRecord>;
}

/** AWS: a token is valid for two days. */
export const TOKEN_MS = 172_800_000;

const APPLIED: SnsOutcome = { type: "applied" };
const NO_SUCH_TOPIC: SnsOutcome = { type: "no-such-topic" };
const NO_SUCH_SUBSCRIPTION: SnsOutcome = { type: "no-such-subscription" };

/** How the SNS part of the registry is read. */
export const SNS_FOLD: RegistryFold<SnsState, SnsCommand, SnsOutcome> = {
  service: "sns",
  initial: () => ({ topics: new Map(), subscriptions: new Map(), byTopic: new Map(), cancelled: new Map() }),
  parse: parseSnsCommand,
  apply: applyCommand,
  snapshot: SNS_SNAPSHOT,
};

/** The subscriptions of a topic, in the order in which they were made. */
export function subscriptionsOf(state: SnsState, topic: string): readonly SubscriptionRecord[] {
  const found: SubscriptionRecord[] = [];
  for (const id of state.byTopic.get(topic) ?? []) {
    const subscription = state.subscriptions.get(id);
    if (subscription !== undefined) found.push(subscription);
  }
  return found;
}

/** The topic's subscription of an endpoint, if there is one. */
export function findEndpoint(
  state: SnsState,
  { topic, protocol, endpoint }: Pick<SubscriptionRecord, "topic" | "protocol" | "endpoint">,
): SubscriptionRecord | undefined {
  return subscriptionsOf(state, topic).find((other) => other.protocol === protocol && other.endpoint === endpoint);
}

function applyCommand(state: SnsState, command: SnsCommand, { at }: CommandFacts): SnsOutcome {
  switch (command.type) {
    case "create-topic":
      return createTopic(state, command, at);
    case "delete-topic":
      return deleteTopic(state, command.name);
    case "set-topic-attributes":
      return changeTopic(state, command.name, (topic) => ({
        attributes: without({ ...topic.attributes, ...command.attributes }, command.removed),
      }));
    case "tag-topic":
      return changeTopic(state, command.name, (topic) => ({ tags: { ...topic.tags, ...command.tags } }));
    case "untag-topic":
      return changeTopic(state, command.name, (topic) => ({ tags: without(topic.tags, command.keys) }));
    case "protect-topic":
      return changeTopic(state, command.name, () => ({ dataProtectionPolicy: command.policy }));
    case "add-permission":
      return changePolicy(state, command.name, (policy) => addPermission(policy, command));
    case "remove-permission":
      return changePolicy(state, command.name, (policy) => removePermission(policy, command));
    case "subscribe":
      return subscribe(state, command, at);
    case "issue-token":
      return changeSubscription(state, command.id, () => ({ token: command.token, tokenAt: at }));
    case "confirm":
      return confirm(state, command);
    case "unsubscribe":
      return unsubscribe(state, command, at);
    case "set-subscription-attributes":
      return changeSubscription(state, command.id, (subscription) => ({
        attributes: without({ ...subscription.attributes, ...command.attributes }, command.removed),
        replay: command.removed.includes("ReplayPolicy") ? undefined : (begun(command.replay) ?? subscription.replay),
      }));
    case "bound":
      return changeSubscription(state, command.id, () => ({ boundTo: command.boundTo }));
    case "take-replay":
      return changeReplay(state, { ...command, owner: command.from }, { owner: command.owner });
    case "report-replay":
      return changeReplay(state, command, { position: command.position, status: command.status });
  }
}

function createTopic(
  state: SnsState,
  { name, attributes, tags }: SnsCommand & { type: "create-topic" },
  at: number,
): SnsOutcome {
  const existing = state.topics.get(name);
  if (existing !== undefined) return { type: "topic-exists", topic: existing };
  state.topics.set(name, { name, attributes, tags, dataProtectionPolicy: "", createdAt: at, deletedSubscriptions: 0 });
  return APPLIED;
}

function deleteTopic(state: SnsState, name: string): SnsOutcome {
  if (!state.topics.delete(name)) return NO_SUCH_TOPIC;
  for (const id of state.byTopic.get(name) ?? []) state.subscriptions.delete(id);
  for (const { id, topic } of state.cancelled.values()) if (topic === name) state.cancelled.delete(id);
  state.byTopic.delete(name);
  return APPLIED;
}

function subscribe(state: SnsState, command: SnsCommand & { type: "subscribe" }, at: number): SnsOutcome {
  const { name: topic, id, protocol, endpoint, attributes, token, boundTo, replay } = command;
  if (!state.topics.has(topic)) return NO_SUCH_TOPIC;
  const existing = findEndpoint(state, { topic, protocol, endpoint });
  if (existing !== undefined) return { type: "subscription-exists", subscription: existing };
  const confirmed = token === undefined;
  const subscription = { id, topic, protocol, endpoint, attributes, confirmed, token, tokenAt: at, boundTo };
  const authentication = { authenticateOnUnsubscribe: confirmed, confirmationWasAuthenticated: confirmed };
  add(state, { ...subscription, ...authentication, replay: begun(replay) });
  return APPLIED;
}

function confirm(state: SnsState, { id, authenticate, authenticated }: SnsCommand & { type: "confirm" }): SnsOutcome {
  const cancelled = state.cancelled.get(id);
  if (cancelled !== undefined) {
    const existing = findEndpoint(state, cancelled);
    if (existing !== undefined) return { type: "subscription-exists", subscription: existing };
    state.cancelled.delete(id);
    add(state, cancelled);
    changeTopic(state, cancelled.topic, (topic) => ({ deletedSubscriptions: topic.deletedSubscriptions - 1 }));
  }
  return changeSubscription(state, id, () => ({
    confirmed: true,
    authenticateOnUnsubscribe: authenticate,
    confirmationWasAuthenticated: authenticated,
  }));
}

function unsubscribe(state: SnsState, { id, token }: SnsCommand & { type: "unsubscribe" }, at: number): SnsOutcome {
  const subscription = state.subscriptions.get(id);
  if (subscription === undefined) return NO_SUCH_SUBSCRIPTION;
  state.subscriptions.delete(id);
  state.byTopic.get(subscription.topic)?.delete(id);
  for (const { id: old, tokenAt } of state.cancelled.values()) if (at - tokenAt > TOKEN_MS) state.cancelled.delete(old);
  if (token !== undefined) state.cancelled.set(id, { ...subscription, token, tokenAt: at });
  return changeTopic(state, subscription.topic, (topic) => ({ deletedSubscriptions: topic.deletedSubscriptions + 1 }));
}

function add(state: SnsState, subscription: SubscriptionRecord): void {
  const { id, topic } = subscription;
  state.subscriptions.set(id, subscription);
  const ids = state.byTopic.get(topic) ?? new Set();
  state.byTopic.set(topic, ids.add(id));
}

function changeTopic(state: SnsState, name: string, change: (topic: TopicRecord) => Partial<TopicRecord>): SnsOutcome {
  const topic = state.topics.get(name);
  if (topic === undefined) return NO_SUCH_TOPIC;
  state.topics.set(name, { ...topic, ...change(topic) });
  return APPLIED;
}

/** Policies are changed in the order of the log, so that two processes which grant at once do not undo each other's. */
function changePolicy(
  state: SnsState,
  name: string,
  change: (policy: string | undefined) => string | undefined,
): SnsOutcome {
  const policy = change(state.topics.get(name)?.attributes["Policy"]);
  if (policy === undefined) return state.topics.has(name) ? { type: "refused" } : NO_SUCH_TOPIC;
  return changeTopic(state, name, (topic) => ({ attributes: { ...topic.attributes, Policy: policy } }));
}

function changeSubscription(
  state: SnsState,
  id: string,
  change: (subscription: SubscriptionRecord) => Partial<SubscriptionRecord>,
): SnsOutcome {
  const subscription = state.subscriptions.get(id);
  if (subscription === undefined) return NO_SUCH_SUBSCRIPTION;
  state.subscriptions.set(id, { ...subscription, ...change(subscription) });
  return APPLIED;
}

function begun(order: ReplayOrder | undefined): Replay | undefined {
  return order && { ...order, status: "In progress", position: null };
}

/** Changes a replay that is under way and still its owner's. */
function changeReplay(
  state: SnsState,
  { id, replayId, owner }: { readonly id: string; readonly replayId: string; readonly owner: string },
  change: Partial<Replay>,
): SnsOutcome {
  const replay = state.subscriptions.get(id)?.replay;
  if (replay?.id !== replayId || replay.owner !== owner || replay.status !== "In progress") return { type: "refused" };
  return changeSubscription(state, id, () => ({ replay: { ...replay, ...change } }));
}

function without(map: TextMap, keys: readonly string[]): TextMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}
