import { describe, expect, it } from "vitest";
import { checkDeliveryPolicy, DEFAULT_RETRY, effectivePolicy, shownTopicPolicy } from "./delivery-policy.ts";
import { retryDelaySeconds } from "./retry-delay.ts";
import type { RetryPolicy } from "./delivery-policy.ts";

function delays(policy: Partial<RetryPolicy>): readonly (number | undefined)[] {
  const whole = { ...DEFAULT_RETRY, ...policy };
  return Array.from({ length: whole.numRetries + 1 }, (_, index) => retryDelaySeconds(whole, index + 1));
}

describe("the retries of a delivery policy", () => {
  it("are three after twenty seconds each, unless set", () => {
    expect(delays({})).toEqual([20, 20, 20, undefined]);
  });

  it("go through AWS's phases: none, least, growing, greatest delay", () => {
    const phases = { numNoDelayRetries: 2, numMinDelayRetries: 1, numMaxDelayRetries: 2, numRetries: 8 };
    expect(delays({ ...phases, minDelayTarget: 10, maxDelayTarget: 30 })).toEqual([
      0,
      0,
      10,
      10,
      20,
      30,
      30,
      30,
      undefined,
    ]);
  });

  it.each(["linear", "arithmetic", "geometric", "exponential"] as const)(
    "grow from the least to the greatest delay: %s",
    (backoffFunction) => {
      const list = delays({ backoffFunction, numRetries: 10, minDelayTarget: 1, maxDelayTarget: 100 }).slice(0, -1);
      expect(list[0]).toBe(1);
      expect(list.at(-1)).toBe(100);
      expect(list).toEqual(list.toSorted((left, right) => Number(left) - Number(right)));
    },
  );
});

function topicPolicy(more: object): string {
  return JSON.stringify({ http: { defaultHealthyRetryPolicy: { numRetries: 5 }, ...more } });
}

describe("a delivery policy", () => {
  it.each([
    "nothing",
    '{"healthyRetryPolicy":5}',
    '{"healthyRetryPolicy":{"numRetries":101}}',
    '{"healthyRetryPolicy":{"minDelayTarget":30,"maxDelayTarget":20}}',
    '{"healthyRetryPolicy":{"numRetries":1,"numNoDelayRetries":2}}',
    '{"healthyRetryPolicy":{"backoffFunction":"wild"}}',
    '{"healthyRetryPolicy":{"numRetries":37,"minDelayTarget":100,"maxDelayTarget":100}}',
    '{"throttlePolicy":{"maxReceivesPerSecond":0}}',
    '{"requestPolicy":{"headerContentType":"video/mp4"}}',
  ])("%s is refused", (text) => {
    expect(() => checkDeliveryPolicy(text, "subscription")).toThrow("Invalid parameter: DeliveryPolicy");
  });

  it("may retry for an hour in all", () => {
    const hour = '{"healthyRetryPolicy":{"numRetries":36,"minDelayTarget":100,"maxDelayTarget":100}}';
    expect(() => checkDeliveryPolicy(hour, "subscription")).not.toThrow();
  });

  it("of a topic is shown as it is in force", () => {
    const text = topicPolicy({
      disableSubscriptionOverrides: true,
      defaultThrottlePolicy: { maxReceivesPerSecond: 5 },
    });
    expect(JSON.parse(shownTopicPolicy(text))).toMatchObject({
      http: {
        defaultHealthyRetryPolicy: { numRetries: 5, minDelayTarget: 20 },
        disableSubscriptionOverrides: true,
        defaultThrottlePolicy: { maxReceivesPerSecond: 5 },
      },
    });
    expect(JSON.parse(shownTopicPolicy(undefined)).http).not.toHaveProperty("defaultThrottlePolicy");
  });

  it("of a subscription counts before its topic's, unless the topic forbids it", () => {
    const own = '{"healthyRetryPolicy":{"numRetries":7}}';
    expect(effectivePolicy(topicPolicy({}), own).retry.numRetries).toBe(7);
    expect(effectivePolicy(topicPolicy({}), undefined).retry.numRetries).toBe(5);
    expect(effectivePolicy(topicPolicy({ disableSubscriptionOverrides: true }), own).retry.numRetries).toBe(5);
  });
});
