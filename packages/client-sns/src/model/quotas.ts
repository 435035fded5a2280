import { OperationError } from "@warrenmq/core/internal";
import type { SnsState } from "./sns-registry.ts";
import { isFifoName } from "./topic-facts.ts";

/** AWS's quotas for an account; there they are raised on request. Source: "Amazon SNS endpoints and quotas". */
export interface SnsQuotas {
  /** Standard topics. @default 100000 */
  readonly standardTopics: number;
  /** FIFO topics. @default 1000 */
  readonly fifoTopics: number;
  /** Subscriptions of a standard topic, pending ones included. @default 12500000 */
  readonly subscriptionsPerStandardTopic: number;
  /** Subscriptions of a FIFO topic. @default 100 */
  readonly subscriptionsPerFifoTopic: number;
  /** Filter policies of one topic. @default 200 */
  readonly filterPoliciesPerTopic: number;
  /** Filter policies of all topics. @default 10000 */
  readonly filterPolicies: number;
}

/** What an AWS account has. */
export const AWS_QUOTAS: SnsQuotas = {
  standardTopics: 100_000,
  fifoTopics: 1_000,
  subscriptionsPerStandardTopic: 12_500_000,
  subscriptionsPerFifoTopic: 100,
  filterPoliciesPerTopic: 200,
  filterPolicies: 10_000,
};

/** Whether there may be one more topic, of this name. @throws OperationError `TopicLimitExceeded` */
export function checkTopicQuota({ topics }: SnsState, name: string, quotas: SnsQuotas): void {
  const fifo = isFifoName(name);
  let count = 0;
  for (const other of topics.keys()) if (isFifoName(other) === fifo) count += 1;
  if (fifo) check(count, quotas, "fifoTopics", "TopicLimitExceededException");
  else check(count, quotas, "standardTopics", "TopicLimitExceededException");
}

/** Whether the topic may have one more subscription. @throws OperationError `SubscriptionLimitExceeded` */
export function checkSubscriptionQuota({ byTopic }: SnsState, topic: string, quotas: SnsQuotas): void {
  const count = byTopic.get(topic)?.size ?? 0;
  const quota = isFifoName(topic) ? "subscriptionsPerFifoTopic" : "subscriptionsPerStandardTopic";
  check(count, quotas, quota, "SubscriptionLimitExceededException");
}

/** Whether the topic may have one more filter policy. @throws OperationError `FilterPolicyLimitExceeded` */
export function checkFilterPolicyQuota({ subscriptions }: SnsState, topic: string, quotas: SnsQuotas): void {
  let ofTopic = 0;
  let ofAll = 0;
  for (const subscription of subscriptions.values()) {
    if (subscription.attributes["FilterPolicy"] === undefined) continue;
    ofAll += 1;
    if (subscription.topic === topic) ofTopic += 1;
  }
  check(ofTopic, quotas, "filterPoliciesPerTopic", "FilterPolicyLimitExceededException");
  check(ofAll, quotas, "filterPolicies", "FilterPolicyLimitExceededException");
}

function check(count: number, quotas: SnsQuotas, quota: keyof SnsQuotas, error: string): void {
  if (count < quotas[quota]) return;
  throw new OperationError(
    error,
    `The quota is ${quotas[quota]}. Raise it with the client's option 'quotas.${quota}'.`,
  );
}
