import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRAMED_CONTENT_TYPE, HEADERS, type IncomingMessage, type WireDelivery } from "../wire-message.ts";
import { decodeMessage } from "./decode-message.ts";
import { encodeFrame } from "./frame.ts";
import { numberedMessageId } from "./message-id.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;
const delivery = (headers: unknown, content = Buffer.from("text")): WireDelivery => ({
  content,
  properties: { headers },
});
const attributesOf = (headers: unknown): Record<string, unknown> =>
  Object.fromEntries(
    decodeMessage(delivery(headers)).attributes.map(({ name, dataType, value }) => [name, [dataType, value]]),
  );

function withId(messageId: string): string {
  return decodeMessage({ content: Buffer.from("x"), properties: { messageId } }).messageId;
}

/** Asks for everything that is worked out late. */
function everything(message: IncomingMessage): readonly unknown[] {
  return [
    message.messageId,
    message.body,
    message.attributes,
    message.systemAttributes,
    message.sentTimestampMs,
    message.senderId,
    message.messageGroupId,
    message.receiveCount,
    message.deliveryCount,
  ];
}

describe("a message from a native client", () => {
  it("has its headers as attributes of natural types", () => {
    const headers = {
      text: "a",
      bytes: Buffer.of(1),
      integer: 42,
      double: 1.5,
      yes: true,
      at: { "!": "timestamp", value: 1_700_000_000 },
      money: { "!": "decimal", value: { places: 2, digits: 1234 } },
      table: { a: [1, Buffer.of(255)] },
      list: ["a", 1],
    };
    expect(attributesOf(headers)).toEqual({
      text: ["String", "a"],
      bytes: ["Binary", Buffer.of(1)],
      integer: ["Number", "42"],
      double: ["Number", "1.5"],
      yes: ["String", "true"],
      at: ["String", "2023-11-14T22:13:20.000Z"],
      money: ["Number", "1234e-2"],
      table: ["String", '{"a":[1,"/w=="]}'],
      list: ["String", '["a",1]'],
    });
  });

  it("keeps back the broker's headers, names that SQS refuses, and what has no value", () => {
    const headers = {
      "x-death": [{ queue: "q" }],
      "x-delivery-count": 2,
      CC: ["a"],
      "warrenmq-else": "a",
      "not allowed": "a",
      "AWS.reserved": "a",
      empty: "",
      nothing: null,
      missing: undefined,
      endless: Number.POSITIVE_INFINITY,
      good: "a",
    };
    expect(attributesOf(headers)).toEqual({ good: ["String", "a"] });
  });

  it("has at most ten attributes", () => {
    const headers = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`h${index}`, "v"]));
    expect(decodeMessage(delivery(headers)).attributes).toHaveLength(10);
  });

  it("takes sender and time from the AMQP properties", () => {
    const message = decodeMessage({
      content: Buffer.from("x"),
      properties: { timestamp: 1_700_000_000, userId: "shop", messageId: "order-1" },
    });
    expect(message).toMatchObject({
      messageId: "order-1",
      sentTimestampMs: 1_700_000_000_000,
      senderId: "shop",
      receiveCount: 0,
      deliveryCount: undefined,
    });
    const inMs = decodeMessage({ content: Buffer.from("x"), properties: { timestamp: 1_700_000_000_000 } });
    expect(inMs.sentTimestampMs).toBe(1_700_000_000_000);
  });

  it("shows the broker's counts", () => {
    const message = decodeMessage(delivery({ "x-delivery-count": 3, "x-acquired-count": 5 }));
    expect(message).toMatchObject({ deliveryCount: 3, acquiredCount: 5 });
  });

  it("whose content is not UTF-8 has it in base64, and an attribute that says so", () => {
    const bytes = Buffer.of(0xff, 0x00, 0xfe);
    const message = decodeMessage(delivery({ kind: "scan" }, bytes));
    expect(message.body).toBe(bytes.toString("base64"));
    expect(message.bodyBytes).toBe(bytes);
    expect(message.attributes).toEqual([
      { name: "kind", dataType: "String", value: "scan" },
      { name: "Content-Transfer-Encoding", dataType: "String", value: "base64" },
    ]);
  });
});

describe("the MessageId of a native message", () => {
  it("is a UUID that does not change when the broker delivers it again", () => {
    const first = decodeMessage(delivery({ a: "1" }));
    const again = decodeMessage(delivery({ a: "1", "x-delivery-count": 1, "x-death": [{}] }));
    expect(first.messageId).toMatch(UUID);
    expect(again.messageId).toBe(first.messageId);
    expect(decodeMessage(delivery({ a: "2" })).messageId).not.toBe(first.messageId);
    expect(decodeMessage(delivery({ a: "1" }, Buffer.from("other"))).messageId).not.toBe(first.messageId);
  });

  it("is a UUID made from a message-id that could not be the Id of a batch entry", () => {
    expect(withId("urn:order:1")).toMatch(UUID);
    expect(withId("urn:order:1")).toBe(withId("urn:order:1"));
    expect(withId("urn:order:1")).not.toBe(withId("urn:order:2"));
    expect(withId("x".repeat(81))).toMatch(UUID);
  });

  it("is replaced by another UUID for each further message that has the same one", () => {
    const [second, third] = [numberedMessageId("a", 1), numberedMessageId("a", 2)];
    expect(second).toMatch(UUID);
    expect(third).toMatch(UUID);
    expect(third).not.toBe(second);
    expect(numberedMessageId("a", 1)).toBe(second);
  });
});

describe("hostile deliveries", () => {
  it("never make decoding throw, and never give more than ten attributes or an empty value", () => {
    const anything = fc.anything({ withNullPrototype: true, withTypedArray: true, withDate: true });
    const ownHeaders = fc.dictionary(
      fc.constantFrom(...Object.values(HEADERS)),
      fc.oneof(fc.string(), fc.json(), anything),
    );
    const headers = fc.oneof(
      anything,
      fc.tuple(fc.dictionary(fc.string(), anything), ownHeaders).map((all) => Object.assign({}, ...all)),
    );
    const contentType = fc.constantFrom(undefined, FRAMED_CONTENT_TYPE);
    fc.assert(
      fc.property(headers, contentType, fc.uint8Array(), anything, (table, type, content, other) => {
        const properties = { headers: table, contentType: type, messageId: other, timestamp: other, userId: other };
        const message = decodeMessage({ content: Buffer.from(content), properties });
        expect(everything(message)).toBeDefined();
        expect(message.attributes.length).toBeLessThanOrEqual(10);
        expect(message.attributes.every(({ name, value }) => name !== "" && value.length > 0)).toBe(true);
      }),
    );
  });

  it("cannot reach prototypes", () => {
    // What amqplib makes of a header named __proto__ that holds a table.
    const headers: unknown = Object.setPrototypeOf({}, { "warrenmq-sender-id": "evil", "x-delivery-count": 9 });
    const message = decodeMessage(delivery(headers));
    expect(message).toMatchObject({ senderId: undefined, deliveryCount: undefined });
    const named = decodeMessage(delivery({ [HEADERS.attributes]: '[["__proto__","String","x"]]' }));
    expect(named.attributes).toEqual([{ name: "__proto__", dataType: "String", value: "x" }]);
  });

  it("with malformed headers of ours are treated as native", () => {
    const headers = {
      [HEADERS.sentTimestamp]: "yesterday",
      [HEADERS.attributeTypes]: '{"price":"Binary","kind":5',
      [HEADERS.attributes]: '[["a","Nonsense","x"],["b","String"],5,["c","Binary",""]]',
      [HEADERS.messageGroupId]: 5,
      [HEADERS.receiveCount]: -1,
      price: "5",
    };
    const message = decodeMessage(delivery(headers));
    expect(message).toMatchObject({ sentTimestampMs: undefined, messageGroupId: undefined, receiveCount: 0 });
    expect(message.attributes).toEqual([{ name: "price", dataType: "String", value: "5" }]);
  });

  it("with a declared type that the value does not have keep the natural type", () => {
    const types = '{"bytes":"Number","text":"Binary","long":"String.xxx","odd":"Date"}';
    const headers = { [HEADERS.attributeTypes]: types, bytes: Buffer.of(1), text: "a", long: "b", odd: "c" };
    expect(attributesOf(headers)).toEqual({
      bytes: ["Binary", Buffer.of(1)],
      text: ["String", "a"],
      long: ["String.xxx", "b"],
      odd: ["String", "c"],
    });
  });

  it("with a frame cut anywhere are treated as native", () => {
    const attributes = [{ name: "a", dataType: "String", value: "v" }];
    const frame = encodeFrame({ attributes, body: Buffer.alloc(0) });
    for (let length = 0; length < frame.length; length += 1) {
      const content = frame.subarray(0, length);
      const message = decodeMessage({ content, properties: { contentType: FRAMED_CONTENT_TYPE } });
      expect(message.bodyBytes).toBe(content);
      expect(message.attributes).toEqual([]);
    }
  });
});
