import { expect, test } from "vitest";
import { Coalescer } from "./coalescer.ts";

test("what is asked for in one turn is sent together, for each key", async () => {
  const sent: [string, readonly number[]][] = [];
  const doubling = new Coalescer<number, number>(100, (key, entries) => {
    sent.push([key, entries]);
    return Promise.resolve(entries.map((entry) => entry * 2));
  });
  const results = await Promise.all([doubling.add("a", 1), doubling.add("b", 2), doubling.add("a", 3)]);
  expect(results).toEqual([2, 4, 6]);
  expect(sent).toEqual([
    ["a", [1, 3]],
    ["b", [2]],
  ]);
  expect(await doubling.add("a", 4)).toBe(8);
  expect(sent).toHaveLength(3);
});

test("no more than the limit is sent at once", async () => {
  const sizes: number[] = [];
  const counting = new Coalescer<number, number>(2, (_key, entries) => {
    sizes.push(entries.length);
    return Promise.resolve(entries);
  });
  expect(await Promise.all([1, 2, 3, 4, 5].map((entry) => counting.add("a", entry)))).toEqual([1, 2, 3, 4, 5]);
  expect(sizes).toEqual([2, 2, 1]);
});

test("a failure is every entry's failure, and of no other key's", async () => {
  const failing = new Coalescer<number, number>(100, (key, entries) =>
    key === "bad" ? Promise.reject(new Error("refused")) : Promise.resolve(entries),
  );
  const outcomes = await Promise.allSettled([failing.add("bad", 1), failing.add("good", 2), failing.add("bad", 3)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected"]);
});
