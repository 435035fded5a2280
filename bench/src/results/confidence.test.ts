import { describe, expect, it } from "vitest";
import { ratioInterval } from "./confidence.ts";

describe("ratioInterval", () => {
  it("is wide when there are few runs that lie apart", () => {
    const { ratio, low, high } = ratioInterval([100, 110, 105, 98], [90, 95, 100]);
    expect(ratio).toBeCloseTo(0.92, 2);
    expect(low ?? 0).toBeLessThan(0.85);
    expect(high ?? 0).toBeGreaterThan(1);
  });

  it("holds the true ratio in 95 of 100 cases", () => {
    let inside = 0;
    let state = 1;
    const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    const noise = (): number => Math.exp(0.1 * Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()));
    for (let round = 0; round < 1_000; round++) {
      const a = Array.from({ length: 5 }, () => 100 * noise());
      const b = Array.from({ length: 5 }, () => 90 * noise());
      const { low, high } = ratioInterval(a, b);
      if ((low ?? 0) <= 0.9 && (high ?? 0) >= 0.9) inside += 1;
    }
    expect(inside).toBeGreaterThan(930);
    expect(inside).toBeLessThan(985);
  });

  it("has no interval for single runs", () => {
    expect(ratioInterval([2], [2])).toEqual({ ratio: 1, low: null, high: null });
  });
});
