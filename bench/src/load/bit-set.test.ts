import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BitSet } from "./bit-set.ts";

const numbers = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 50 });

describe("BitSet", () => {
  it("has what was added, once, also after a journey", () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 3_000_000 }), (added, other) => {
        const set = new BitSet();
        const fresh = added.filter((number) => set.add(number));
        const copy = BitSet.decode(set.encoded());
        expect(fresh.length).toBe(new Set(added).size);
        expect(copy.size).toBe(new Set(added).size);
        for (const number of [...added, other]) expect(copy.has(number)).toBe(added.includes(number));
      }),
      { numRuns: 30 },
    );
  });

  it("counts what two sets have in common when one is added to the other", () => {
    fc.assert(
      fc.property(numbers, numbers, (mine, theirs) => {
        const [a, b] = [new BitSet(), new BitSet()];
        for (const number of mine) a.add(number);
        for (const number of theirs) b.add(number);
        const both = countBoth(mine, theirs);
        expect(a.addAll(b)).toBe(both);
        expect(a.size).toBe(new Set([...mine, ...theirs]).size);
      }),
      { numRuns: 30 },
    );
  });
});

function countBoth(a: readonly number[], b: readonly number[]): number {
  return [...new Set(a)].filter((number) => b.includes(number)).length;
}
