import { describe, expect, it } from "vitest";
import { AWS_QUOTAS, checkFilterPolicyQuota, checkSubscriptionQuota, checkTopicQuota } from "./quotas.ts";
import { SNS_FOLD, type SnsState } from "./sns-registry.ts";

function stateWith(topics: readonly string[], subscriptions: readonly (readonly [topic: string, policy?: string])[]) {
  const state: SnsState = SNS_FOLD.initial();
  const facts = { id: "x", at: 1 };
  for (const name of topics) SNS_FOLD.apply(state, { type: "create-topic", name, attributes: {}, tags: {} }, facts);
  for (const [index, [name, policy]] of subscriptions.entries()) {
    const attributes = policy === undefined ? {} : { FilterPolicy: policy };
    const id = `s${index}`;
    SNS_FOLD.apply(state, { type: "subscribe", name, id, protocol: "sqs", endpoint: id, attributes }, facts);
  }
  return state;
}

function fail(name: string, option: string): unknown {
  return expect.objectContaining({ name, message: expect.stringContaining(`'quotas.${option}'`) });
}

describe("the quotas", () => {
  it("count standard and FIFO topics apart", () => {
    const state = stateWith(["a", "b", "c.fifo"], []);
    const quotas = { ...AWS_QUOTAS, standardTopics: 2, fifoTopics: 2 };
    expect(() => checkTopicQuota(state, "d.fifo", quotas)).not.toThrow();
    expect(() => checkTopicQuota(state, "d", quotas)).toThrow(fail("TopicLimitExceededException", "standardTopics"));
    const one = { ...quotas, fifoTopics: 1 };
    expect(() => checkTopicQuota(state, "d.fifo", one)).toThrow(fail("TopicLimitExceededException", "fifoTopics"));
  });

  it("are a hundred subscriptions of a FIFO topic", () => {
    const hundred = Array.from({ length: 100 }, (): readonly [string] => ["t.fifo"]);
    const state = stateWith(["t.fifo", "t"], hundred);
    expect(() => checkSubscriptionQuota(stateWith(["t.fifo"], hundred.slice(1)), "t.fifo", AWS_QUOTAS)).not.toThrow();
    expect(() => checkSubscriptionQuota(state, "t", AWS_QUOTAS)).not.toThrow();
    expect(() => checkSubscriptionQuota(state, "t.fifo", AWS_QUOTAS)).toThrow(
      fail("SubscriptionLimitExceededException", "subscriptionsPerFifoTopic"),
    );
  });

  it("count filter policies of the topic and of all", () => {
    const state = stateWith(["a", "b"], [["a", "{}"], ["a", "{}"], ["b", "{}"], ["b"]]);
    const quotas = { ...AWS_QUOTAS, filterPoliciesPerTopic: 2, filterPolicies: 4 };
    expect(() => checkFilterPolicyQuota(state, "b", quotas)).not.toThrow();
    expect(() => checkFilterPolicyQuota(state, "a", quotas)).toThrow(
      fail("FilterPolicyLimitExceededException", "filterPoliciesPerTopic"),
    );
    expect(() => checkFilterPolicyQuota(state, "b", { ...quotas, filterPolicies: 3 })).toThrow(
      fail("FilterPolicyLimitExceededException", "filterPolicies"),
    );
  });
});
