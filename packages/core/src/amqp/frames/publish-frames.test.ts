import { createRequire } from "node:module";
import path from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { MessageProperties } from "../publication.ts";
import { methodFrame, publishFrames } from "./publish-frames.ts";

// amqplib's own decoder is the judge. It is no part of its interface, so it is found by its file.
const require = createRequire(import.meta.url);
const amqplib = path.dirname(require.resolve("amqplib"));
interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
  readonly rest: Buffer;
}
interface Method {
  readonly id: number;
  readonly size?: number;
  readonly fields: Record<string, unknown>;
}
interface Decoder {
  readonly parseFrame: (bytes: Buffer) => Frame | false;
  readonly decodeFrame: (frame: Frame) => Method;
}
const { parseFrame, decodeFrame }: Decoder = require(path.join(amqplib, "lib/frame.js"));

const BODY_FRAME = 3;
const TARGET = { channel: 7, maxFrameBytes: 131_072 };

/** What a broker would understand. */
function read(frames: Buffer): { method: Method; header: Method; body: Buffer; frames: number } {
  const parsed: Frame[] = [];
  let rest = frames;
  while (rest.length > 0) {
    const frame = parseFrame(rest);
    if (frame === false) throw new Error("a frame is not complete");
    expect(frame.channel).toBe(TARGET.channel);
    parsed.push(frame);
    rest = frame.rest;
  }
  const [method, header, ...body] = parsed;
  if (method === undefined || header === undefined) throw new Error("frames are missing");
  expect(body.every(({ type }) => type === BODY_FRAME)).toBe(true);
  return {
    method: decodeFrame(method),
    header: decodeFrame(header),
    body: Buffer.concat(body.map(({ payload }) => payload)),
    frames: parsed.length,
  };
}

function publish(
  properties: MessageProperties,
  content = Buffer.from("hello"),
  target = TARGET,
): ReturnType<typeof read> {
  const publication = { exchange: "", routingKey: "orders", mandatory: true, content, properties };
  return read(publishFrames(target, methodFrame(target, publication), publication));
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

it("names exchange and routing key, and whether the message must reach a queue", () => {
  for (const mandatory of [true, false]) {
    const frame = methodFrame(TARGET, { exchange: "orders.é", routingKey: "eu.*", mandatory });
    const parsed = parseFrame(frame);
    if (parsed === false) throw new Error("the frame is not complete");
    expect(decodeFrame(parsed).fields).toMatchObject({ exchange: "orders.é", routingKey: "eu.*", mandatory });
  }
});

it("writes every property so that another client reads it", () => {
  const text = fc.option(fc.string({ unit: "binary", maxLength: 60 }), { nil: undefined });
  // amqplib's decoder loses a header of that name.
  const name = fc.string({ maxLength: 20 }).filter((characters) => characters !== "__proto__");
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: "binary" }),
      fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
      fc.double({ noNaN: true }).map((number) => number + 0), // no -0: it is written as 0,
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.record({ "!": fc.constant("timestamp"), value: fc.nat() }),
      fc.record({ "!": fc.constant("decimal"), value: fc.record({ places: fc.nat(255), digits: fc.nat() }) }),
      fc.array(tie("value")),
      fc.dictionary(name, tie("value"), { noNullPrototype: true }),
    ),
  })).value;
  const messages = fc.record({
    contentType: text,
    contentEncoding: text,
    headers: fc.option(fc.dictionary(name, value, { noNullPrototype: true }), {
      nil: undefined,
    }),
    persistent: fc.boolean(),
    priority: fc.option(fc.nat(255), { nil: undefined }),
    correlationId: text,
    replyTo: text,
    expiration: text,
    messageId: text,
    timestamp: fc.option(fc.nat({ max: 2 ** 45 }), { nil: undefined }),
    type: text,
    appId: text,
  });
  fc.assert(
    fc.property(messages, fc.uint8Array({ maxLength: 500 }), (properties, bytes) => {
      const { header, body } = publish(properties, Buffer.from(bytes));
      const { persistent, ...rest } = properties;
      expect(given(header.fields)).toEqual(given({ ...rest, deliveryMode: persistent ? 2 : undefined }));
      expect(header.size).toBe(bytes.length);
      expect(body).toEqual(Buffer.from(bytes));
    }),
  );
});

it("writes numbers with fractions as doubles, however large", () => {
  for (const number of [0.5, 2 ** 50 + 0.25, -(2 ** 51) - 0.5]) {
    expect(publish({ persistent: true, headers: { number } }).header.fields).toMatchObject({ headers: { number } });
  }
});

it("splits a body that is larger than a frame", () => {
  const content = Buffer.alloc(1_048_576, "0123456789");
  const { body, frames } = publish({}, content);
  expect(body.equals(content)).toBe(true);
  expect(frames).toBe(2 + 9);
  expect(publish({}, Buffer.alloc(0)).frames).toBe(2);
});

it("fails for what AMQP cannot carry, and encodes the next message all the same", () => {
  expect(() => publish({ messageId: "x".repeat(256) })).toThrow("takes 256 bytes where AMQP allows 255");
  expect(() => publish({ headers: { large: "x".repeat(70_000) } })).toThrow("take more than 65536 bytes");
  expect(() => publish({ headers: { large: Buffer.alloc(70_000) } })).toThrow("take more than 65536 bytes");
  expect(() => publish({ headers: { call: () => undefined } })).toThrow("A header cannot hold a function.");
  expect(() =>
    publish({ headers: { long: "x".repeat(5_000) } }, Buffer.alloc(1), { channel: 7, maxFrameBytes: 4_096 }),
  ).toThrow("the broker allows 4096");
  expect(publish({ messageId: "m" }).header.fields).toMatchObject({ messageId: "m" });
});
