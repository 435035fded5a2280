import { expect, test } from "vitest";
import { parseLateDelete } from "./late-delete.ts";

test("an entry names the queue and the messages", () => {
  expect(parseLateDelete({ queue: "orders", ids: ["a", "b"] })).toEqual({ queue: "orders", ids: ["a", "b"] });
});

test.each([
  ["nothing", null],
  ["no queue", { ids: [] }],
  ["no list", { queue: "orders", ids: "a" }],
  ["an id that is no text", { queue: "orders", ids: ["a", 1] }],
  ["too many ids", { queue: "orders", ids: Array.from({ length: 1_001 }, () => "a") }],
])("%s is no entry", (_what, data) => {
  expect(parseLateDelete(data)).toBeUndefined();
});
