import { expect, test } from "vitest";
import { firstMinute, growthAfter } from "./growth.ts";

test("memory that rises after the first minute is reported as growth, to its highest point", () => {
  expect(growthAfter([50, 100, 100, 180, 120], 3)).toBe(80);
});

test("what is needed to start counts against nothing", () => {
  expect(growthAfter([20, 100, 100, 100, 100], 3)).toBe(0);
});

test.each([
  [1800, 60],
  [60, 20],
  [2, 1],
])("of %d seconds the first %d are the ones to compare with", (durationSeconds, seconds) => {
  expect(firstMinute(durationSeconds)).toBe(seconds);
});
