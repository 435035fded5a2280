import type { MessageAttribute } from "@warrenmq/core/queues";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileFilter } from "./filter-policy.ts";
import { attributeValues, parseBody } from "./message-values.ts";

function matchesAttributes(policy: unknown, attributes: readonly MessageAttribute[]): boolean {
  const filter = compileFilter(JSON.stringify(policy), "MessageAttributes");
  if (filter?.scope !== "MessageAttributes") throw new Error("No filter.");
  return filter.test(attributeValues(attributes));
}

function matchesBody(policy: unknown, body: unknown): boolean {
  const filter = compileFilter(JSON.stringify(policy), "MessageBody");
  const parsed = parseBody(JSON.stringify(body));
  if (filter?.scope !== "MessageBody" || parsed === undefined) throw new Error("No filter or no body.");
  return filter.test(parsed);
}

const text = (name: string, value: string): MessageAttribute => ({ name, dataType: "String", value });
const number = (name: string, value: string): MessageAttribute => ({ name, dataType: "Number", value });
const list = (name: string, ...values: readonly unknown[]): MessageAttribute => ({
  name,
  dataType: "String.Array",
  value: JSON.stringify(values),
});

/** From the pages "String value matching", "Numeric value matching" and "Key matching" of the SNS guide. */
const INTERESTS = "customer_interests";
const STRINGS: readonly (readonly [condition: unknown, matching: readonly string[], others: readonly string[]])[] = [
  [
    ["rugby", "tennis"],
    ["rugby", "tennis"],
    ["baseball", "Rugby"],
  ],
  [[{ "anything-but": ["rugby", "tennis"] }], ["baseball", "football"], ["rugby"]],
  [[{ "anything-but": "rugby" }], ["baseball"], ["rugby"]],
  [[{ "anything-but": { prefix: "bas" } }], ["rugby"], ["baseball", "basketball"]],
  [[{ "anything-but": { wildcard: "*ball" } }], ["hockey"], ["baseball", "football"]],
  [[{ "anything-but": { wildcard: ["*ball", "h*y"] } }], ["rugby"], ["baseball", "hockey"]],
  [[{ "equals-ignore-case": "tennis" }], ["TENNIS", "Tennis", "tennis"], ["rugby"]],
  [[{ prefix: "bas" }], ["baseball", "basketball"], ["rugby"]],
  [[{ suffix: "ball" }], ["baseball", "football"], ["rugby"]],
  [[{ wildcard: "*ball" }], ["baseball", "basketball", "ball"], ["hockey", "ballet"]],
  [[{ wildcard: "b*s*l" }], ["baseball"], ["bal", "football"]],
  [[{ wildcard: "a\\*b*" }], ["a*bc"], ["aabc"]],
  [[{ cidr: "10.0.0.0/24" }], ["10.0.0.0", "10.0.0.255"], ["10.1.1.0", "10.0.1.0", "x"]],
  [[{ cidr: "2001:db8::/32" }], ["2001:db8::1"], ["2001:db9::1", "10.0.0.1"]],
];

describe("string matching", () => {
  it.each(STRINGS)("with %j accepts %j and refuses %j", (condition, matching, others) => {
    const policy = { [INTERESTS]: condition };
    for (const value of matching) {
      expect(matchesAttributes(policy, [text(INTERESTS, value)])).toBe(true);
      expect(matchesBody(policy, { [INTERESTS]: value })).toBe(true);
    }
    for (const value of others) {
      expect(matchesAttributes(policy, [text(INTERESTS, value)])).toBe(false);
      expect(matchesBody(policy, { [INTERESTS]: value })).toBe(false);
    }
  });

  it("takes each element of a String.Array, or of a list in the body, by itself", () => {
    const policy = { [INTERESTS]: ["rugby", "tennis"] };
    expect(matchesAttributes(policy, [list(INTERESTS, "rugby", "baseball")])).toBe(true);
    expect(matchesAttributes(policy, [list(INTERESTS, "baseball")])).toBe(false);
    expect(matchesBody(policy, { [INTERESTS]: ["rugby", "baseball"] })).toBe(true);
  });

  it("with anything-but refuses a list that has one of the values", () => {
    const policy = { [INTERESTS]: [{ "anything-but": ["rugby", "tennis"] }] };
    expect(matchesAttributes(policy, [list(INTERESTS, "rugby", "baseball")])).toBe(false);
    expect(matchesAttributes(policy, [list(INTERESTS, "football", "baseball")])).toBe(true);
  });

  it("does not take a Binary attribute for a value, nor text for a number", () => {
    const binary: MessageAttribute = { name: "key", dataType: "Binary", value: Buffer.from("a") };
    expect(matchesAttributes({ key: ["a"] }, [binary])).toBe(false);
    expect(matchesAttributes({ key: [{ exists: false }] }, [binary, text("other", "x")])).toBe(true);
    expect(matchesAttributes({ key: [100] }, [text("key", "100")])).toBe(false);
    expect(matchesAttributes({ key: ["100"] }, [number("key", "100")])).toBe(false);
  });

  it("takes true, false, null and numbers in a String.Array for what they are", () => {
    for (const value of [true, false, null, 5]) {
      expect(matchesAttributes({ key: [value] }, [list("key", "a", value)])).toBe(true);
      expect(matchesAttributes({ key: [value] }, [list("key", "a", String(value))])).toBe(false);
      expect(matchesBody({ key: [value] }, { key: value })).toBe(true);
    }
  });
});

describe("numeric matching", () => {
  it.each([
    [[{ numeric: ["=", 301.5] }], ["301.5", "3.015e2"], ["301.4"]],
    [[100], ["100", "1e2", "100.000001"], ["100.1", "-100"]],
    [[123456789012], ["123456789012"], ["123456789013", "0"]],
    [[{ "anything-but": [100, 500] }], ["101", "501"], ["100", "500"]],
    [[{ numeric: ["<", 0] }], ["-1", "-0.00001"], ["0", "1"]],
    [[{ numeric: [">", 0, "<=", 150] }], ["1", "150", "0.00001"], ["0", "151"]],
    [[{ numeric: [">=", 0] }], ["0", "1000000000"], ["-1", "1000000001"]],
    [[{ numeric: ["<=", 5] }], ["5", "-1000000000"], ["5.00001"]],
  ])("with %j accepts %j and refuses %j", (condition, matching, others) => {
    const policy = { price: condition };
    for (const value of matching) {
      expect(matchesAttributes(policy, [number("price", value)])).toBe(true);
      expect(matchesBody(policy, { price: Number(value) })).toBe(true);
    }
    for (const value of others) {
      expect(matchesAttributes(policy, [number("price", value)])).toBe(false);
      expect(matchesBody(policy, { price: Number(value) })).toBe(false);
    }
  });
});

describe("key matching", () => {
  it("with exists: true needs the attribute, whatever its value", () => {
    expect(matchesAttributes({ store: [{ exists: true }] }, [text("store", "fans")])).toBe(true);
    expect(matchesAttributes({ store: [{ exists: true }] }, [text("event", "x")])).toBe(false);
  });

  it("with exists: false needs a message that has attributes, but not this one", () => {
    expect(matchesAttributes({ store: [{ exists: false }] }, [text("event", "x")])).toBe(true);
    expect(matchesAttributes({ store: [{ exists: false }] }, [text("store", "x")])).toBe(false);
    expect(matchesAttributes({ store: [{ exists: false }] }, [])).toBe(false);
    expect(matchesBody({ store: [{ exists: false }] }, { event: "x" })).toBe(true);
  });

  it("looks at leaves only: an object is none, and an empty list has none", () => {
    expect(matchesBody({ store: [{ exists: true }] }, { store: { name: "x" } })).toBe(false);
    expect(matchesBody({ store: [{ exists: true }] }, { store: [] })).toBe(false);
    expect(matchesBody({ store: [{ exists: true }] }, { store: null })).toBe(true);
  });
});

describe("combining", () => {
  it("needs all properties, and one condition of each", () => {
    const policy = { [INTERESTS]: ["rugby", { prefix: "bas" }], price: [{ numeric: [">", 100] }] };
    expect(matchesAttributes(policy, [text(INTERESTS, "baseball"), number("price", "101")])).toBe(true);
    expect(matchesAttributes(policy, [text(INTERESTS, "baseball"), number("price", "100")])).toBe(false);
    expect(matchesAttributes(policy, [text(INTERESTS, "baseball")])).toBe(false);
  });

  it("with $or needs one of its alternatives, and the properties beside it", () => {
    const policy = {
      source: ["aws.cloudwatch"],
      $or: [{ metric: ["CPU"] }, { namespace: ["AWS/EC2", "AWS/ES"] }],
    };
    expect(matchesBody(policy, { source: "aws.cloudwatch", metric: "CPU" })).toBe(true);
    expect(matchesBody(policy, { source: "aws.cloudwatch", namespace: "AWS/ES" })).toBe(true);
    expect(matchesBody(policy, { source: "aws.cloudwatch", namespace: "x" })).toBe(false);
    expect(matchesBody(policy, { source: "x", metric: "CPU" })).toBe(false);
  });

  it("takes $or for a name like any other where AWS does", () => {
    const policy = { $or: [{ prefix: "abc" }, { numeric: ["=", 123] }] };
    expect(matchesBody(policy, { $or: "abcd" })).toBe(true);
    expect(matchesBody(policy, { $or: 123 })).toBe(true);
    expect(matchesBody(policy, { $or: 124 })).toBe(false);
    expect(matchesBody(policy, {})).toBe(false);
    expect(matchesBody({ $or: ["x"] }, { $or: "x" })).toBe(true);
    expect(matchesBody({ $or: { a: ["x"] } }, { $or: { a: "x" } })).toBe(true);
  });

  it("takes $or in an alternative, in a nested object and beside one that is a name", () => {
    const policy = {
      a: { $or: [{ b: ["x"] }, { c: ["y"], $or: [{ d: [1] }, { prefix_: [2] }] }] },
      e: { $or: [{ exists: true }] },
    };
    expect(matchesBody(policy, { a: { b: "x" }, e: { $or: 0 } })).toBe(true);
    expect(matchesBody(policy, { a: { c: "y", prefix_: 2 }, e: { $or: 0 } })).toBe(true);
    expect(matchesBody(policy, { a: { c: "y" }, e: { $or: 0 } })).toBe(false);
    expect(matchesBody(policy, { a: { b: "x" }, e: { x: 0 } })).toBe(false);
  });

  it("takes dots in names of the body's properties for paths. Recorded", () => {
    const policy = { "object.nested.test": ["string.value"] };
    for (const body of [
      { object: { nested: { test: "string.value" } } },
      { "object.nested.test": "string.value" },
      { "object.nested": { test: "string.value" } },
      { object: { "nested.test": "string.value" } },
    ]) {
      expect(matchesBody(policy, body)).toBe(true);
      expect(matchesBody({ object: { nested: { test: ["string.value"] } } }, body)).toBe(true);
      expect(matchesBody({ object: { "nested.test": ["other"] } }, body)).toBe(false);
    }
    expect(matchesAttributes({ "a.b": ["x"] }, [text("a.b", "x")])).toBe(true);
  });

  it("joins what names with dots and objects say of one property", () => {
    const policy = { "a.b": ["x"], a: { c: ["y"] }, "a.d": { e: ["z"] } };
    expect(matchesBody(policy, { a: { b: "x", c: "y", d: { e: "z" } } })).toBe(true);
    expect(matchesBody(policy, { a: { b: "x" }, "a.c": "y", "a.d.e": ["w", "z"] })).toBe(true);
    expect(matchesBody(policy, { a: [{ b: "x", c: "n", "d.e": "z" }] })).toBe(false);
    expect(matchesBody({ a: ["x"], "a.b": ["y"] }, { a: ["x", { b: "y" }] })).toBe(true);
    expect(matchesBody({ a: ["x"], "a.b": ["y"] }, { a: "x", "a.b": "y" })).toBe(true);
    expect(matchesBody({ a: ["x"], "a.b": ["y"] }, { a: "x" })).toBe(false);
  });

  it("reaches into nested objects and lists of them, one of which matches by itself", () => {
    const policy = { order: { items: { kind: ["book"], price: [{ numeric: [">", 10] }] } } };
    expect(
      matchesBody(policy, {
        order: {
          items: [
            { kind: "cd", price: 20 },
            { kind: "book", price: 11 },
          ],
        },
      }),
    ).toBe(true);
    expect(
      matchesBody(policy, {
        order: {
          items: [
            { kind: "cd", price: 20 },
            { kind: "book", price: 9 },
          ],
        },
      }),
    ).toBe(false);
    expect(matchesBody(policy, { order: "none" })).toBe(false);
  });

  it("is not confused by properties that JavaScript objects have of their own", () => {
    expect(matchesBody({ constructor: [{ exists: true }] }, { a: 1 })).toBe(false);
    expect(matchesBody(JSON.parse('{"__proto__":["x"]}'), JSON.parse('{"__proto__":"x"}'))).toBe(true);
  });
});

describe("a policy and its negation", () => {
  const scalar = fc.oneof(fc.string(), fc.integer({ min: -1e6, max: 1e6 }), fc.constantFrom("rugby", "tennis", 100));
  // A list of anything-but has values of one type.
  const values = fc.oneof(
    fc.array(fc.oneof(fc.string(), fc.constant("rugby")), { minLength: 1, maxLength: 5 }),
    fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 5 }),
  );
  const message = fc.array(fc.oneof(scalar, fc.boolean(), fc.constant(null)), { maxLength: 4 });

  it("never both hold: values against anything-but", () => {
    fc.assert(
      fc.property(values, message, (wanted, got) => {
        const policy = matchesBody({ key: wanted }, { key: got });
        const negation = matchesBody({ key: [{ "anything-but": wanted }] }, { key: got });
        expect(policy && negation).toBe(false);
        // One of them holds whenever there is something to compare.
        expect(policy || negation).toBe(got.length > 0);
      }),
    );
  });

  it.each(["prefix", "wildcard", "equals-ignore-case"] as const)(
    "never both hold: %s against anything-but",
    (operator) => {
      const pattern = fc.stringMatching(/^[a-c]{1,3}$/);
      fc.assert(
        fc.property(pattern, fc.array(fc.stringMatching(/^[a-c]{0,4}$/), { maxLength: 3 }), (part, got) => {
          const operand = operator === "wildcard" ? `${part}*` : part;
          const policy = matchesAttributes({ key: [{ [operator]: operand }] }, [list("key", ...got)]);
          const negation = matchesAttributes({ key: [{ "anything-but": { [operator]: operand } }] }, [
            list("key", ...got),
          ]);
          expect(policy && negation).toBe(false);
          expect(policy || negation).toBe(got.length > 0);
        }),
      );
    },
  );

  it("never both hold: exists true against false, and a range against the rest of the numbers", () => {
    fc.assert(
      fc.property(message, fc.integer({ min: -100, max: 100 }), (got, bound) => {
        const attributes = got.length === 0 ? [text("other", "x")] : [list("key", ...got)];
        const holds = (condition: unknown): boolean => matchesAttributes({ key: [condition] }, attributes);
        expect(holds({ exists: true })).toBe(!holds({ exists: false }));
        const one = [number("key", String(bound + got.length))];
        const below = matchesAttributes({ key: [{ numeric: ["<", bound] }] }, one);
        expect(below).toBe(!matchesAttributes({ key: [{ numeric: [">=", bound] }] }, one));
      }),
    );
  });
});

describe("a body that is no JSON object", () => {
  it.each(["", "text", "[1]", '"a"', "5", "null"])("%j has nothing to compare", (body) => {
    expect(parseBody(body)).toBeUndefined();
  });
});
