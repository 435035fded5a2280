import type { MessageAttribute } from "@warrenmq/core/queues";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkFilterPolicy, compileFilter } from "./filter-policy.ts";
import { attributeValues, parseBody } from "./message-values.ts";

/** Values of the messages' properties: lists of what JSON has beside objects. */
type Values = readonly unknown[];

function inAttributes(policy: unknown, message: Readonly<Record<string, Values>>): boolean {
  const text = JSON.stringify(policy);
  checkFilterPolicy(text, "MessageAttributes");
  const filter = compileFilter(text, "MessageAttributes");
  if (filter?.scope !== "MessageAttributes") throw new Error("No filter.");
  const attributes = Object.entries(message).map(([name, values]): MessageAttribute => ({
    name,
    dataType: "String.Array",
    value: JSON.stringify(values),
  }));
  return filter.test(attributeValues(attributes));
}

function inBody(policy: unknown, body: unknown): boolean {
  const text = JSON.stringify(policy);
  checkFilterPolicy(text, "MessageBody");
  const filter = compileFilter(text, "MessageBody");
  const parsed = parseBody(JSON.stringify(body));
  if (filter?.scope !== "MessageBody" || parsed === undefined) throw new Error("No filter or no body.");
  return filter.test(parsed);
}

/** A condition with the one that means its opposite: both are elements of a policy's array. */
type Opposites = readonly [condition: unknown, opposite: unknown];

const letters = (least: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[abAB]{${least},3}$`));
const number = fc.integer({ min: -3, max: 3 });
const texts = fc.array(letters(1), { minLength: 1, maxLength: 3 });
const pattern = fc
  .tuple(letters(0), fc.array(letters(1), { maxLength: 2 }), letters(0))
  .map(([first, middle, last]) => [first, ...middle, last].join("*"));

const negated = (operator: string, operand: fc.Arbitrary<string>): fc.Arbitrary<Opposites> =>
  operand.map((text) => [{ [operator]: text }, { "anything-but": { [operator]: text } }]);

const opposites: fc.Arbitrary<Opposites> = fc.oneof(
  letters(1).map((text): Opposites => [text, { "anything-but": text }]),
  number.map((value): Opposites => [value, { "anything-but": [value] }]),
  number.map((value): Opposites => [{ numeric: ["=", value] }, { "anything-but": value }]),
  negated("prefix", letters(1)),
  negated("equals-ignore-case", letters(1)),
  negated("wildcard", pattern),
);

const scalar = fc.oneof(letters(0), number, fc.boolean(), fc.constant(null));
const values = fc.array(scalar, { minLength: 1, maxLength: 4 });

describe("a filter policy and its opposite", () => {
  it("never both hold, and one does if there is a value: every operator that anything-but takes, both scopes", () => {
    fc.assert(
      fc.property(opposites, values, ([condition, opposite], key) => {
        expect(inAttributes({ key: [opposite] }, { key })).toBe(!inAttributes({ key: [condition] }, { key }));
        expect(inBody({ key: [opposite] }, { key })).toBe(!inBody({ key: [condition] }, { key }));
        expect(inBody({ key: [condition, opposite] }, { key: [] })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("are opposites in nested bodies, and in lists of lists", () => {
    fc.assert(
      fc.property(opposites, values, ([condition, opposite], key) => {
        const holds = (one: unknown, held: unknown): boolean =>
          inBody({ a: { b: { key: [one] } } }, { a: { b: { key: held } } });
        for (const held of [key, [key], [[], [key]]]) expect(holds(opposite, held)).toBe(!holds(condition, held));
      }),
    );
  });

  it("are opposites for each object of a list; the list satisfies what one of them does", () => {
    fc.assert(
      fc.property(opposites, fc.array(values, { minLength: 1, maxLength: 3 }), ([condition, opposite], lists) => {
        const objects = lists.map((key) => ({ key }));
        for (const one of [condition, opposite]) {
          const policy = { items: { key: [one] } };
          const each = objects.map((items) => inBody(policy, { items }));
          expect(inBody(policy, { items: objects })).toBe(each.includes(true));
        }
        for (const items of objects) {
          const both = [condition, opposite].map((one) => inBody({ items: { key: [one] } }, { items }));
          expect(both.toSorted()).toEqual([false, true]);
        }
      }),
    );
  });

  it("of an $or is the opposite of each alternative at once", () => {
    fc.assert(
      fc.property(opposites, opposites, values, values, ([one, notOne], [two, notTwo], x, y) => {
        const either = { $or: [{ x: [one] }, { y: [two] }] };
        const neither = { x: [notOne], y: [notTwo] };
        expect(inAttributes(either, { x, y })).toBe(!inAttributes(neither, { x, y }));
        expect(inBody({ o: either }, { o: { x, y } })).toBe(!inBody({ o: neither }, { o: { x, y } }));
      }),
    );
  });

  it("of a list of values is anything but all of them, whatever their case with equals-ignore-case", () => {
    fc.assert(
      fc.property(texts, values, (wanted, key) => {
        const any = wanted.map((text) => ({ "equals-ignore-case": text }));
        const none = [{ "anything-but": { "equals-ignore-case": wanted } }];
        expect(inAttributes({ key: none }, { key })).toBe(!inAttributes({ key: any }, { key }));
        expect(inBody({ key: [{ "anything-but": wanted }] }, { key })).toBe(!inBody({ key: wanted }, { key }));
      }),
    );
  });

  it("of a range of numbers is the rest of them", () => {
    fc.assert(
      fc.property(number, number, (bound, value) => {
        for (const [below, above] of [
          ["<", ">="],
          ["<=", ">"],
        ] as const) {
          const holds = (operator: string): boolean =>
            inBody({ key: [{ numeric: [operator, bound] }] }, { key: value });
          expect(holds(below)).toBe(!holds(above));
        }
      }),
    );
  });
});

describe("suffix, which AWS has no opposite of", () => {
  it("holds for the texts that end so, in both scopes", () => {
    fc.assert(
      fc.property(letters(1), values, (suffix, key) => {
        const expected = key.some((value) => typeof value === "string" && value.endsWith(suffix));
        expect(inAttributes({ key: [{ suffix }] }, { key })).toBe(expected);
        expect(inBody({ a: { key: [{ suffix }] } }, { a: { key } })).toBe(expected);
      }),
    );
  });
});

/** Two ranges that are halves of one, and an address that is likely to be in it. */
function halves(bits: number, write: (address: bigint) => string): fc.Arbitrary<readonly string[]> {
  const address = fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
  return fc
    .tuple(address, fc.integer({ min: 1, max: bits }), fc.integer({ min: 0, max: bits }), address)
    .map(([network, length, shared, other]) => {
      const rest = (1n << BigInt(bits - shared)) - 1n;
      const sibling = network ^ (1n << BigInt(bits - length));
      const ranges = [`${write(network)}/${length}`, `${write(sibling)}/${length}`, `${write(network)}/${length - 1}`];
      return [...ranges, write((network & ~rest) | (other & rest))];
    });
}

const ipv4 = halves(32, (address) => [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join("."));
const ipv6 = halves(128, (address) =>
  Array.from({ length: 8 }, (_, part) => ((address >> BigInt(112 - 16 * part)) & 0xff_ffn).toString(16)).join(":"),
);

describe("cidr, which AWS has no opposite of", () => {
  it.each([
    ["IPv4", ipv4],
    ["IPv6", ipv6],
  ])("holds for one half of a range or the other: %s", (_family, ranges) => {
    fc.assert(
      fc.property(ranges, ([one = "", other = "", whole = "", address = ""]) => {
        const inRange = (cidr: string): boolean => inAttributes({ key: [{ cidr }] }, { key: [address] });
        expect(inRange(one) && inRange(other)).toBe(false);
        expect(inRange(one) || inRange(other)).toBe(inRange(whole));
        expect(inBody({ a: { key: [{ cidr: one }] } }, { a: { key: [null, address] } })).toBe(inRange(one));
      }),
    );
  });
});
