import { expect, it } from "vitest";
import { backOffMs } from "./back-off.ts";

it("doubles from 50 ms to 5 s", () => {
  const longest = [1, 2, 3, 8, 50].map((failures) => backOffMs(failures, () => 1));
  expect(longest).toEqual([50, 100, 200, 5_000, 5_000]);
});

it("spreads over the upper half, so that processes do not come back in step", () => {
  expect(backOffMs(8, () => 0)).toBe(2_500);
});
