import { describe, expect, test } from "vitest";
import { decodeControlMessage, encodeControlMessage, type ControlMessage } from "./control-message.ts";

const request: ControlMessage = {
  type: "request",
  id: "0b4c2f6e-6f0e-4a52-9d0e-0d6f1f6f6a01",
  from: "0123456789abcdef",
  topic: "sqs.delete",
  body: { queue: "orders" },
};

describe("control messages", () => {
  test("a request and a reply read as they were written", () => {
    expect(decodeControlMessage(encodeControlMessage(request))).toEqual(request);
    const reply: ControlMessage = { type: "reply", id: request.id, from: request.from, body: ["deleted"] };
    expect(decodeControlMessage(encodeControlMessage(reply))).toEqual(reply);
  });

  test("a message without a body has the body null", () => {
    const encoded = JSON.stringify({ v: 1, ...request, body: undefined });
    expect(decodeControlMessage(Buffer.from(encoded))).toEqual({ ...request, body: null });
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "7"],
    ["null", "null"],
    ["an array", "[]"],
    ["another version", JSON.stringify({ v: 2, ...request })],
    ["an unknown type", JSON.stringify({ v: 1, ...request, type: "order" })],
    ["no id", JSON.stringify({ v: 1, ...request, id: undefined })],
    ["an id of another shape", JSON.stringify({ v: 1, ...request, id: "x".repeat(36) })],
    ["a sender that is everyone", JSON.stringify({ v: 1, ...request, from: "all" })],
    ["a topic that is no string", JSON.stringify({ v: 1, ...request, topic: { toString: "x" } })],
    ["a topic that is too long", JSON.stringify({ v: 1, ...request, topic: "a".repeat(41) })],
    ["too many bytes", JSON.stringify({ v: 1, ...request, body: "x".repeat(262_144) })],
  ])("content with %s is no message", (_what, content) => {
    expect(decodeControlMessage(Buffer.from(content))).toBeUndefined();
  });

  test("members named like Object's own do no harm", () => {
    const encoded = `{"__proto__":{"v":1},"type":"request","constructor":1}`;
    expect(decodeControlMessage(Buffer.from(encoded))).toBeUndefined();
  });
});
