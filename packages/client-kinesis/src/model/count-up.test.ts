import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countUp } from "./count-up.ts";

describe("counting up", () => {
  const start = fc.bigInt({ min: 10n ** 30n, max: 10n ** 56n - 1n });
  const step = fc.bigInt({ min: 1n, max: 10n ** 29n - 1n });

  it("writes what BigInts would", () => {
    fc.assert(
      fc.property(start, step, fc.nat(100), (from, by, count) => {
        expect(countUp(from, by, count)).toEqual(byBigInt(from, by, count));
      }),
    );
  });

  it("carries into the digits that it does not count, and to a number that is longer", () => {
    for (const from of [123n * 10n ** 30n - 1n, 10n ** 31n - 1n, 10n ** 56n - 5n]) {
      expect(countUp(from, 1n, 70)).toEqual(byBigInt(from, 1n, 70));
      expect(countUp(from, 10n ** 29n - 1n, 70)).toEqual(byBigInt(from, 10n ** 29n - 1n, 70));
    }
  });
});

function byBigInt(start: bigint, step: bigint, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (start + BigInt(index) * step).toString());
}
