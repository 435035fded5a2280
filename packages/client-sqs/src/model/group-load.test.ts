import { expect, test } from "vitest";
import { GroupLoad, takeQuietFirst } from "./group-load.ts";

function loadOf(counts: Readonly<Record<string, number>>): GroupLoad {
  const load = new GroupLoad();
  for (const [group, count] of Object.entries(counts)) for (let added = 0; added < count; added++) load.add(group);
  return load;
}

test("a group is noisy with 30 messages in flight that are more than a tenth of all", () => {
  const load = loadOf({ a: 30, b: 29 });
  expect(load.isNoisy("a", 299)).toBe(true);
  expect(load.isNoisy("a", 300)).toBe(false);
  expect(load.isNoisy("b", 59)).toBe(false);
  expect(load.isNoisy("unknown", 59)).toBe(false);
  expect(load.isNoisy(undefined, 59)).toBe(false);
});

test("a group whose messages were deleted is quiet again", () => {
  const load = loadOf({ a: 31 });
  expect(load.mayBeNoisy()).toBe(true);
  load.remove("a");
  load.remove("a");
  expect(load.mayBeNoisy()).toBe(false);
  expect(load.isNoisy("a", 29)).toBe(false);
  load.add("a");
  expect(load.mayBeNoisy()).toBe(true);
});

test("quiet items are taken first, and each kind in its order", () => {
  const items = ["n1", "q1", "n2", "q2", "n3"];
  expect(takeQuietFirst(items, 3, isNoisy)).toEqual(["q1", "q2", "n1"]);
  expect(items).toEqual(["n2", "n3"]);
  expect(takeQuietFirst(items, 5, isNoisy)).toEqual(["n2", "n3"]);
  expect(items).toEqual([]);
});

function isNoisy(item: string): boolean {
  return item.startsWith("n");
}
