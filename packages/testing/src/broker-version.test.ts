import { expect, test } from "vitest";
import { matchesVersion } from "./broker-version.ts";

test("a full version belongs to its major.minor, and 3.10 is not 3.1", () => {
  expect(matchesVersion("3.10.8", "3.10")).toBe(true);
  expect(matchesVersion("4.3.6", "4.0")).toBe(false);
  expect(matchesVersion("4.30.1", "4.3")).toBe(false);
});
