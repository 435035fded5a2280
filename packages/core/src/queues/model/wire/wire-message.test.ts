import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MessageAttribute, MessageAttributes } from "../message-attribute.ts";
import { hasOnlyValidCharacters } from "../text.ts";
import { attributeNameError } from "../validate/attribute-name.ts";
import { FRAMED_CONTENT_TYPE, type OutgoingMessage } from "../wire-message.ts";
import { newMessageId } from "../message-id.ts";
import { decodeMessage } from "./decode-message.ts";
import { encodeMessage } from "./encode-message.ts";

const PLAIN: OutgoingMessage = {
  messageId: "2a3f1c7e-58d0-4c1b-9f0e-6b7a8c9d0e1f",
  body: Buffer.from("hello"),
  attributes: [],
  systemAttributes: [],
  sentTimestampMs: 1_795_000_000_123,
  senderId: "AIDAEXAMPLE",
};

const validText = fc.string({ unit: "binary", minLength: 1 }).filter(hasOnlyValidCharacters);
const attributeName = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9_-]{1,256}$/),
    fc.constantFrom("CC", "BCC", "x-death", "warrenmq-sender-id", "__proto__", "constructor", "toString", "größe..ø"),
    fc.constant("é".repeat(256)),
  )
  .filter((name) => attributeNameError(name) === undefined);
const label = fc.constantFrom("", ".custom", ".java.lang.Long");
const textAttribute: fc.Arbitrary<Omit<MessageAttribute, "name">> = fc
  .tuple(fc.constantFrom("String", "Number"), label, validText)
  .map(([base, suffix, value]) => ({ dataType: base + suffix, value }));
const bytesAttribute: fc.Arbitrary<Omit<MessageAttribute, "name">> = fc
  .tuple(label, fc.uint8Array({ minLength: 1 }))
  .map(([suffix, value]) => ({ dataType: `Binary${suffix}`, value: Buffer.from(value) }));
const attributes: fc.Arbitrary<MessageAttributes> = fc.uniqueArray(
  fc.tuple(attributeName, fc.oneof(textAttribute, bytesAttribute)).map(([name, rest]) => ({ name, ...rest })),
  { maxLength: 10, selector: ({ name }) => name },
);

function sorted(list: MessageAttributes): MessageAttributes {
  return list.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** How many of the attributes are headers of their own, seen by a client that knows nothing of WarrenMQ. */
function headersOf(message: OutgoingMessage): readonly string[] {
  return Object.keys(encodeMessage(message).properties.headers ?? {});
}

describe("a message that is encoded and decoded", () => {
  it("is the same, whatever its body, attributes and system attributes", () => {
    const facts = fc.record(
      {
        messageGroupId: fc.stringMatching(/^[!-~]{1,128}$/),
        messageDeduplicationId: fc.stringMatching(/^[!-~]{1,128}$/),
        sequenceNumber: fc.stringMatching(/^[0-9]{20}$/),
        deadLetterQueueSourceArn: fc.constant("arn:aws:sqs:eu-central-1:123456789012:orders"),
        firstReceiveTimestampMs: fc.nat(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        validText,
        attributes,
        facts,
        fc.nat(2000),
        fc.boolean(),
        (body, list, optional, receiveCount, traced) => {
          const trace = { name: "AWSTraceHeader", dataType: "String", value: "Root=1-2-3" };
          const systemAttributes = traced ? [trace] : [];
          const sent = {
            ...PLAIN,
            ...optional,
            receiveCount,
            body: Buffer.from(body),
            attributes: list,
            systemAttributes,
          };
          const received = decodeMessage(encodeMessage(sent));
          expect(received.body).toBe(body);
          expect(received.bodyBytes).toEqual(sent.body);
          expect(sorted(received.attributes)).toEqual(sorted(list));
          expect(received).toMatchObject({
            messageId: sent.messageId,
            sentTimestampMs: sent.sentTimestampMs,
            senderId: sent.senderId,
            systemAttributes,
            receiveCount,
            ...optional,
          });
        },
      ),
    );
  });

  it("is the same when its attributes do not fit a header table", () => {
    const big = { name: "big", dataType: "String.json", value: "é".repeat(40_000) };
    const bytes = { name: "x-bytes", dataType: "Binary", value: Buffer.alloc(1000, 7) };
    const wire = encodeMessage({ ...PLAIN, attributes: [big, bytes] });
    expect(wire.properties.contentType).toBe(FRAMED_CONTENT_TYPE);
    expect(Object.keys(wire.properties.headers ?? {})).toEqual(["warrenmq-sent-timestamp", "warrenmq-sender-id"]);
    const received = decodeMessage(wire);
    expect(received.body).toBe("hello");
    expect(received.attributes).toEqual([big, bytes]);
  });

  it("keeps attributes of 50 KiB in headers, where native clients see them", () => {
    const large = { name: "large", dataType: "String", value: "x".repeat(50 * 1024) };
    expect(headersOf({ ...PLAIN, attributes: [large] })).toContain("large");
  });
});

describe("the wire format", () => {
  it("of a plain message is its text, without headers", () => {
    const messageId = newMessageId(PLAIN.sentTimestampMs);
    const wire = encodeMessage({ ...PLAIN, messageId, senderId: undefined });
    expect(wire).toEqual({
      content: Buffer.from("hello"),
      properties: {
        messageId,
        persistent: true,
        contentType: "text/plain",
        timestamp: 1_795_000_000,
        appId: "warrenmq",
        headers: undefined,
      },
    });
    expect(decodeMessage(wire)).toMatchObject({ native: false, sentTimestampMs: 1_795_000_000_123 });
  });

  it("of a message sent at another time than its MessageId says, or by another account, notes it in headers", () => {
    const messageId = newMessageId(PLAIN.sentTimestampMs - 1);
    expect(encodeMessage({ ...PLAIN, messageId }).properties.headers).toEqual({
      "warrenmq-sent-timestamp": 1_795_000_000_123,
      "warrenmq-sender-id": "AIDAEXAMPLE",
    });
  });

  it("of attributes is natural headers, with types and unsuitable names noted apart", () => {
    const { headers = {} } = encodeMessage({
      ...PLAIN,
      attributes: [
        { name: "kind", dataType: "String", value: "order" },
        { name: "price", dataType: "Number", value: "1.50" },
        { name: "photo", dataType: "Binary", value: Buffer.of(1, 2) },
        { name: "scan", dataType: "Binary.png", value: Buffer.of(3) },
        { name: "CC", dataType: "String", value: "boss" },
        { name: "x-raw", dataType: "Binary", value: Buffer.of(255) },
      ],
    }).properties;
    expect(headers).toMatchObject({ kind: "order", price: "1.50", photo: Buffer.of(1, 2), scan: Buffer.of(3) });
    expect(headers["warrenmq-attribute-types"]).toBe('{"price":"Number","scan":"Binary.png"}');
    expect(headers["warrenmq-attributes"]).toBe('[["CC","String","boss"],["x-raw","Binary","/w=="]]');
    expect(headers).not.toHaveProperty("CC");
    expect(headers).not.toHaveProperty("x-raw");
  });

  it.each(["CC", "BCC", "x-delay", "warrenmq-sent-timestamp", "__proto__", "é".repeat(200)])(
    "never has an attribute %s as a header of that name",
    (name) => {
      const value = "from an attribute";
      const { headers = {} } = encodeMessage({
        ...PLAIN,
        attributes: [{ name, dataType: "String", value }],
      }).properties;
      expect(Object.values(headers)).not.toContain(value);
      expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
    },
  );
});
