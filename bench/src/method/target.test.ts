import { expect, test } from "vitest";
import { meets } from "./target.ts";

test("a bound is met at the bound itself and not beyond it", () => {
  expect(meets({ atMost: 1.15 }, 1.15)).toBe(true);
  expect(meets({ atMost: 1.15 }, 1.151)).toBe(false);
  expect(meets({ atLeast: 0.8 }, 0.8)).toBe(true);
  expect(meets({ atLeast: 0.8 }, 0.799)).toBe(false);
});

test("what could not be computed meets no bound", () => {
  expect(meets({ atMost: 1 }, Number.NaN)).toBe(false);
  expect(meets({ atLeast: 1 }, Number.NaN)).toBe(false);
});
