import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OperationError } from "@warrenmq/core/internal";
import { snsConventions } from "../conventions.ts";
import { decodeArchivedMessage } from "./archived-message.ts";
import { subscriptionOf, topicNameOf } from "./arns.ts";
import { checkDeliveryPolicy, effectivePolicy } from "./delivery-policy.ts";
import { checkFilterPolicy, compileFilter } from "./filter-policy/filter-policy.ts";
import { PolicyError } from "./filter-policy/policy.ts";
import { wildcardMatcher } from "./filter-policy/wildcard.ts";
import { jsonComplaint } from "./json-complaint.ts";
import { parseMessageStructure } from "./message-structure.ts";
import { parseSnsCommand } from "./parse-sns-command.ts";
import { FilterableMessage } from "./routes.ts";
import { decodeTopicLogRecord } from "./topic-log.ts";

/** Only what AWS would answer may be thrown. */
function answers(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof OperationError) && !(error instanceof PolicyError)) throw error;
  }
}

function filtering(text: string): void {
  for (const scope of ["MessageAttributes", "MessageBody"] as const) {
    answers(() => {
      checkFilterPolicy(text, scope);
      const filter = compileFilter(text, scope);
      const message = new FilterableMessage([], { default: text, byProtocol: {} });
      message.passes(Reflect.apply(Object, undefined, [{ filter, subscription: { protocol: "sqs" } }]));
    });
  }
}

const texts: readonly [string, (text: string) => unknown][] = [
  ["an ARN of a topic", (text) => answers(() => topicNameOf(text))],
  ["an ARN of a subscription", (text) => answers(() => subscriptionOf(text))],
  ["a delivery policy", (text) => answers(() => checkDeliveryPolicy(text, "topic"))],
  ["a message structure", (text) => answers(() => parseMessageStructure(text))],
  ["a text that is complained about", jsonComplaint],
  ["a record of a topic's log", (text) => decodeTopicLogRecord(Buffer.from(text))],
  ["an archived message", (text) => decodeArchivedMessage(Buffer.from(text))],
  ["a filter policy and a body", filtering],
];

const json = fc
  .jsonValue()
  .map((value) => JSON.stringify(value).replaceAll('"a"', '"__proto__"').replaceAll('"b"', '"$or"'));
const policies = fc
  .dictionary(
    fc.constantFrom("a", "b", "$or", "__proto__", "constructor"),
    fc.array(
      fc.oneof(
        fc.string(),
        fc.record({ wildcard: fc.string() }),
        fc.record({ "anything-but": fc.anything() }),
        fc.record({ numeric: fc.array(fc.oneof(fc.constantFrom("<", ">="), fc.double())) }),
        fc.record({ cidr: fc.string() }),
      ),
      { maxLength: 4 },
    ),
    { maxKeys: 4 },
  )
  .map((policy) => JSON.stringify(policy));

describe("any text", () => {
  it.each(texts)("is no harm as %s", (_what, parse) => {
    fc.assert(fc.property(fc.oneof(fc.string(), json, policies), (text) => void parse(text)));
  });

  it.each(texts)("may be nested as deeply as a message has room for as %s", (_what, parse) => {
    const depth = 100_000;
    parse("[".repeat(depth) + "]".repeat(depth));
    parse(`${'{"a":'.repeat(depth)}["x"]${"}".repeat(depth)}`);
  });

  it.each(texts)("is read in time in proportion to its length as %s", (_what, parse) => {
    const startedAt = performance.now();
    for (const each of ["a", "0", "1", ".", "*", ":", '"', "\\", "{", "[", '{"a":', '["a",']) {
      for (const [begin, end] of [
        ["", ""],
        ['{"a":["', '"]}'],
        ['{"a":[{"wildcard":"', '"}]}'],
      ] as const) {
        parse(begin + each.repeat(50_000) + end);
      }
    }
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

it("a wildcard takes time in proportion to the text, also where every place looks promising", () => {
  const startedAt = performance.now();
  for (const part of ["a".repeat(80_000), `b${"a".repeat(80_000)}`, `${"a".repeat(80_000)}b`]) {
    const matches = wildcardMatcher(`*${part}*${part}*`);
    expect(matches("a".repeat(250_000))).toBe(!part.includes("b"));
  }
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

it("any value is no harm as a command of the registry, a delivery policy, or a call that is observed", () => {
  fc.assert(
    fc.property(fc.anything(), json, json, (value, topicPolicy, own) => {
      parseSnsCommand(value);
      effectivePolicy(topicPolicy, own);
      for (const operation of ["Publish", "PublishBatch"]) {
        snsConventions.call(operation, value);
        snsConventions.result(operation, value);
      }
    }),
  );
});
