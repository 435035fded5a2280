import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSustainableRate } from "./sustainable-rate.ts";

describe("the search for the highest sustainable rate", () => {
  it("finds the limit of a target to the precision", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 500, max: 10_000, noNaN: true }), async (limit) => {
        const { best } = await search(limit, 10_000, 30);
        expect(best).toBeLessThanOrEqual(limit);
        expect(best).toBeGreaterThan(limit / 1.06);
      }),
      { numRuns: 50 },
    );
  });

  it("keeps to its number of trials, and gives the best of them", async () => {
    const { best, trials } = await search(3_000, 10_000, 2);
    expect(trials.map(({ perSecond, sustained }) => [perSecond, sustained])).toEqual([
      [8_000, false],
      [4_000, false],
    ]);
    expect(best).toBe(0);
  });
});

function search(limit: number, ceiling: number, mostTrials: number): ReturnType<typeof findSustainableRate> {
  return findSustainableRate({
    ceiling,
    precision: 0.05,
    mostTrials,
    attempt: (perSecond) => {
      const sustained = perSecond <= limit;
      return Promise.resolve({ perSecond, sustained, why: sustained ? null : "too many" });
    },
  });
}
