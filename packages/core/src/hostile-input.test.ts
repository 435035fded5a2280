// Whatever comes off the wire or out of a request: parsers answer, in bounded time, and change nothing but their result.
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { traceHeaderOf } from "./aws/stub-request.ts";
import { OperationError } from "./aws/operation-error.ts";
import { decodeControlMessage } from "./control/control-message.ts";
import { parseArn, parseStreamResource, parseSubscriptionResource } from "./names/arn.ts";
import { parseQueueUrl } from "./names/queue-url.ts";
import { decodeFifoLogRecord } from "./queues/model/fifo-log-record.ts";
import { addPermission, parsePolicy, removePermission } from "./queues/model/queue-policy.ts";
import { QUEUE_FOLD } from "./queues/model/queue-registry.ts";
import { QUEUE_SNAPSHOT } from "./queues/model/queue-snapshot.ts";
import { decodeMessage } from "./queues/model/wire/decode-message.ts";
import { republishMessage } from "./queues/model/wire/republish-message.ts";
import { decodeRecord } from "./registry/command-record.ts";
import { decodeSnapshot } from "./registry/snapshot-record.ts";

const prototypeBefore = Object.getOwnPropertyNames(Object.prototype);

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototypeBefore);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
});

/** Keys that an object has already, or that are read by this project. */
const keys = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "type",
  "name",
  "attributes",
  "tags",
  "v",
);
/** JSON text whose objects may have a member `__proto__` of their own, which `JSON.stringify` of a literal cannot show. */
const { json: hostileJson } = fc.letrec<{ json: string; member: string }>((tie) => ({
  member: fc.tuple(fc.oneof(keys, fc.string()), tie("json")).map(([key, value]) => `${JSON.stringify(key)}:${value}`),
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("null", "1e999", "-1", '"polluted"', '{"polluted":true}', "[]"),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.array(tie("member"), { maxLength: 4 }).map((members) => `{${members.join(",")}}`),
    fc.array(tie("json"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
  ),
}));
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  hostileJson.map((text) => Buffer.from(text)),
);

function never(parse: (content: Buffer) => unknown): void {
  fc.assert(fc.property(bytes, (content) => void parse(Buffer.from(content))));
}

/** Only what AWS would answer may be thrown. */
function answers(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
  }
}

describe("random bytes, and JSON with the names of Object's own members", () => {
  it.each<[string, (content: Buffer) => unknown]>([
    ["a record of the registry", (content) => decodeRecord(content)],
    ["a message between processes", (content) => decodeControlMessage(content)],
    ["a record of a FIFO queue's log", (content) => decodeFifoLogRecord(content)],
  ])("are no harm as %s", (_what, parse) => never(parse));

  it("are no harm as a snapshot", async () => {
    await fc.assert(fc.asyncProperty(bytes, async (content) => void (await decodeSnapshot(Buffer.from(content)))));
  });

  it("are no harm as commands about queues, and as their state", () => {
    const text = fc.oneof(
      hostileJson,
      fc
        .tuple(fc.constantFrom("create-queue", "set-attributes", "tag-queue", "untag-queue"), hostileJson, keys)
        .map(
          ([type, map, name]) =>
            `{"type":"${type}","name":"${name}","attributes":${map},"tags":${map},"removed":["__proto__"],"keys":["a"]}`,
        ),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
        const state = QUEUE_FOLD.initial();
        for (const [at, each] of texts.entries()) {
          const command = QUEUE_FOLD.parse(JSON.parse(each));
          if (command !== undefined) QUEUE_FOLD.apply(state, command, { id: "x", at });
        }
        QUEUE_SNAPSHOT.load(JSON.parse(JSON.stringify(QUEUE_SNAPSHOT.dump(state))));
        QUEUE_SNAPSHOT.load(JSON.parse(texts[0] ?? "null"));
      }),
    );
  });

  it("are no harm as a policy", () => {
    const grant = { label: "__proto__", accountIds: ["1"], actions: ["*"] };
    fc.assert(
      fc.property(hostileJson, (policy) => {
        answers(() => parsePolicy(policy));
        answers(() => addPermission(policy, "arn", grant));
        answers(() => removePermission(policy, "__proto__"));
      }),
    );
  });
});

describe("a message of any publisher", () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
      fc.uint8Array({ maxLength: 20 }).map((each) => Buffer.from(each)),
      fc.record({ "!": fc.oneof(fc.string(), fc.constantFrom("timestamp", "decimal")), value: tie("value") }),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(keys, fc.string()), tie("value"), { maxKeys: 4 }),
    ),
  })).value;
  const names = fc.constantFrom(
    "warrenmq-attributes",
    "warrenmq-attribute-types",
    "warrenmq-receive-count",
    "warrenmq-propagation",
    "warrenmq-log-offset",
    "traceparent",
    "x-delivery-count",
    "x-death",
  );
  /**
   * As amqplib makes it of a table that has a field `__proto__`: assigned, so that it becomes the prototype. Where the
   * prototype is of bytes and a later name is a number, assigning can throw; amqplib hands over no such message.
   */
  const headers = fc
    .array(fc.tuple(fc.oneof(names, keys, fc.string()), value), { maxLength: 12 })
    .map((fields) => {
      const table: Record<string, unknown> = {};
      try {
        for (const [name, field] of fields) table[name] = field;
      } catch (error) {
        if (error instanceof TypeError) return;
        throw error;
      }
      return table;
    })
    .filter((table) => table !== undefined);
  const properties = fc.record(
    {
      headers: fc.oneof(headers, value),
      contentType: fc.oneof(fc.constant("application/vnd.warrenmq.sqs-message"), value),
      messageId: value,
      timestamp: value,
      userId: value,
      appId: fc.oneof(fc.constant("warrenmq"), value),
    },
    { requiredKeys: [] },
  );

  it("is read without harm, whatever its properties, headers and content", () => {
    fc.assert(
      fc.property(properties, bytes, (given, content) => {
        const delivery = { content: Buffer.from(content), properties: given };
        const message = decodeMessage(delivery);
        for (const getter of Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(message)))) {
          Reflect.get(message, getter);
        }
        expect(message.messageId.length).toBeLessThanOrEqual(80);
        expect(message.attributes.length).toBeLessThanOrEqual(10);
        republishMessage(delivery, { receiveCount: 1 });
      }),
      { numRuns: 400 },
    );
  });

  it("has ten attributes and ten names of trace context at most, however many its headers are", () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`h${index}`, "x"]));
    const list = Object.keys(many).join(" ").slice(0, 1_000);
    const message = decodeMessage({
      content: Buffer.from("x"),
      properties: { headers: { ...many, "warrenmq-propagation": list } },
    });
    expect(message.attributes).toHaveLength(10);
    expect(Object.keys(message.propagation ?? {}).length).toBeLessThanOrEqual(13);
  });
});

describe("the names of queues and resources", () => {
  it("are read from any text without harm", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.webUrl({ withQueryParameters: true })), (text) => {
        parseQueueUrl(text);
        const arn = parseArn(text);
        if (arn !== undefined) parseSubscriptionResource(arn.resource);
        parseStreamResource(text);
        traceHeaderOf({ headers: { [text]: text } });
      }),
    );
  });
});

describe("long and deeply nested texts", () => {
  const long = ["a", "/", ":", "-", ".", "0", " ", '"', "\\", "{", "[", "\u{1F600}"].flatMap((each) => [
    each.repeat(200_000),
    `https://sqs.us-east-1.amazonaws.com/1/${each.repeat(200_000)}!`,
    `arn:aws:sqs:${each.repeat(200_000)}!`,
  ]);

  it.each<[string, (text: string) => unknown]>([
    ["a queue URL", parseQueueUrl],
    ["an ARN", parseArn],
    ["a stream's resource", parseStreamResource],
    ["a policy", (text) => answers(() => parsePolicy(text))],
    ["a record", (text) => decodeRecord(Buffer.from(text))],
    ["a message between processes", (text) => decodeControlMessage(Buffer.from(text))],
    [
      "a message",
      (text) => decodeMessage({ content: Buffer.from(text), properties: { headers: { a: text } } }).attributes,
    ],
  ])("take no more than time in proportion as %s", (_what, parse) => {
    const deep = 100_000;
    const startedAt = performance.now();
    for (const text of [...long, "[".repeat(deep) + "]".repeat(deep), `${'{"a":'.repeat(deep)}1${"}".repeat(deep)}`]) {
      parse(text);
    }
    // Some 10 ms; what tries combinations takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
