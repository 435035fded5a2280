import { describe, expect, it } from "vitest";
import type { WireDelivery } from "../wire-message.ts";
import { newMessageId } from "../message-id.ts";
import { decodeMessage } from "./decode-message.ts";
import { encodeMessage } from "./encode-message.ts";
import { republishMessage } from "./republish-message.ts";

const SENT = encodeMessage({
  messageId: "3f0c6c7e-3e0a-4d6f-8f5c-0e5d2a1b7c11",
  body: Buffer.from("hello"),
  attributes: [{ name: "colour", dataType: "String", value: "green" }],
  systemAttributes: [{ name: "AWSTraceHeader", dataType: "String", value: "Root=1-5759e988-bd862e3fe1be46a994272793" }],
  sentTimestampMs: 1_700_000_000_123,
  senderId: "123456789012",
});

/** The message after its way through the broker. */
const DELIVERED: WireDelivery = {
  content: SENT.content,
  properties: {
    ...SENT.properties,
    headers: {
      ...SENT.properties.headers,
      "x-death": [{ count: 1, reason: "expired", queue: "warrenmq.delay.5" }],
      "x-first-death-queue": "warrenmq.delay.5",
      "x-delivery-count": 3,
      "warrenmq-delay-long": "0",
      "warrenmq-delay-short": "5",
      CC: ["elsewhere"],
    },
  },
};

describe("a message that is published again", () => {
  it("equals the one that was sent when nothing is changed, whatever the broker added", () => {
    expect(republishMessage(DELIVERED, {})).toEqual(SENT);
  });

  it("carries its receives and its source to a dead-letter queue", () => {
    const sourceArn = "arn:aws:sqs:eu-central-1:123456789012:orders";
    const copy = republishMessage(DELIVERED, {
      receiveCount: 3,
      earlierReceiveCount: 3,
      firstReceiveTimestampMs: 1_700_000_001_000,
      deadLetterQueueSourceArn: sourceArn,
      expiration: null,
    });
    const message = decodeMessage(copy);
    expect(message).toMatchObject({
      messageId: "3f0c6c7e-3e0a-4d6f-8f5c-0e5d2a1b7c11",
      body: "hello",
      sentTimestampMs: 1_700_000_000_123,
      receiveCount: 3,
      earlierReceiveCount: 3,
      firstReceiveTimestampMs: 1_700_000_001_000,
      deadLetterQueueSourceArn: sourceArn,
      deliveryCount: undefined,
    });
    expect(message.attributes).toEqual(decodeMessage(DELIVERED).attributes);
    expect(message.systemAttributes).toEqual(decodeMessage(DELIVERED).systemAttributes);
  });

  it("begins anew when it is redriven", () => {
    const dead = republishMessage(DELIVERED, {
      receiveCount: 3,
      earlierReceiveCount: 3,
      deadLetterQueueSourceArn: "a",
    });
    const messageId = newMessageId(1_800_000_000_999);
    const redriven = republishMessage(dead, {
      messageId,
      sentTimestampMs: 1_800_000_000_999,
      receiveCount: null,
      earlierReceiveCount: null,
      deadLetterQueueSourceArn: null,
    });
    expect(decodeMessage(redriven)).toMatchObject({ messageId, sentTimestampMs: 1_800_000_000_999, receiveCount: 0 });
    expect(Object.keys(redriven.properties.headers ?? {})).toEqual([
      "warrenmq-sender-id",
      "warrenmq-aws-trace-header",
      "colour",
    ]);
    expect(redriven.properties.timestamp).toBe(1_800_000_000);
  });

  it("of a native client stays as it is, but for the user that only its publisher may claim", () => {
    const native: WireDelivery = {
      content: Buffer.of(0xff, 0x00),
      properties: {
        contentType: "application/x-protobuf",
        correlationId: "c-1",
        userId: "orders",
        expiration: "60000",
        priority: 3,
        headers: { retries: 2, nested: { deep: true } },
      },
    };
    const copy = republishMessage(native, { receiveCount: 1 });
    expect(copy.properties).toEqual({
      contentType: "application/x-protobuf",
      correlationId: "c-1",
      expiration: "60000",
      priority: 3,
      messageId: decodeMessage(native).messageId,
      persistent: true,
      headers: { retries: 2, nested: { deep: true }, "warrenmq-receive-count": 1 },
    });
    expect(republishMessage(native, { expiration: null }).properties).not.toHaveProperty("expiration");
  });
});
