import { describe, expect, it } from "vitest";
import type { QueueRecord } from "@warrenmq/core/queues";
import { deliveryRules, judge, type JudgedMessage } from "./delivery-rules.ts";

const NOW = 1_700_000_000_000;
const ARN = "arn:aws:sqs:eu-central-1:123456789012:orders-dead";

function rules(attributes: QueueRecord["attributes"], purgedAtMs?: number) {
  const record = { name: "orders", attributes, tags: {}, createdAt: NOW - 1_000_000, modifiedAt: NOW - 1_000_000 };
  return deliveryRules(record, purgedAtMs);
}

function message(changes: Partial<JudgedMessage> = {}): JudgedMessage {
  return {
    native: false,
    sentTimestampMs: NOW - 1_000,
    receiveCount: 0,
    earlierReceiveCount: 0,
    deliveryCount: undefined,
    delayed: false,
    ...changes,
  };
}

describe("a delivered message", () => {
  it("is dropped when it is older than the retention period, counted from its first send", () => {
    const minute = rules({ MessageRetentionPeriod: "60" });
    expect(judge(message({ sentTimestampMs: NOW - 60_000 }), minute, NOW)).toBe("hand-out");
    expect(judge(message({ sentTimestampMs: NOW - 60_001 }), minute, NOW)).toBe("drop");
    expect(judge(message({ sentTimestampMs: NOW - 60_001 }), rules({}), NOW)).toBe("hand-out");
  });

  it("does not age when a native client published it", () => {
    expect(judge(message({ native: true, sentTimestampMs: 0 }), rules({}), NOW)).toBe("hand-out");
  });

  it("is dropped when it was delayed and sent before the queue was purged", () => {
    const purged = rules({}, NOW - 500);
    expect(judge(message({ delayed: true }), purged, NOW)).toBe("drop");
    expect(judge(message({ delayed: true, sentTimestampMs: NOW - 400 }), purged, NOW)).toBe("hand-out");
    expect(judge(message(), purged, NOW)).toBe("hand-out");
  });

  it("is dropped when it was delayed for an earlier queue of the name, but not for a clock that is behind", () => {
    expect(judge(message({ delayed: true, sentTimestampMs: NOW - 1_060_000 }), rules({}), NOW)).toBe("drop");
    expect(judge(message({ delayed: true, sentTimestampMs: NOW - 1_005_000 }), rules({}), NOW)).toBe("hand-out");
  });

  it("is dead-lettered when this receive would exceed maxReceiveCount, not counting those from other queues", () => {
    const policy = rules({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: ARN, maxReceiveCount: 2 }) });
    expect(judge(message({ deliveryCount: 1 }), policy, NOW)).toBe("hand-out");
    expect(judge(message({ deliveryCount: 2 }), policy, NOW)).toBe("dead-letter");
    expect(judge(message({ receiveCount: 1, deliveryCount: 1 }), policy, NOW)).toBe("dead-letter");
    expect(judge(message({ receiveCount: 5, earlierReceiveCount: 5, deliveryCount: 1 }), policy, NOW)).toBe("hand-out");
    expect(policy.deadLetters).toEqual({
      maxReceiveCount: 2,
      queueName: "orders-dead",
      sourceArn: "arn:aws:sqs:eu-central-1:123456789012:orders",
    });
  });
});
