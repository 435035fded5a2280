import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scheduleOf } from "./schedule.ts";

const segment = fc.record({
  durationMs: fc.integer({ min: 100, max: 5_000 }),
  fromPerSecond: fc.integer({ min: 0, max: 500 }),
  toPerSecond: fc.integer({ min: 1, max: 500 }),
});

describe("a schedule", () => {
  it("spaces calls evenly at a constant rate", () => {
    const schedule = scheduleOf([{ durationMs: 1000, fromPerSecond: 4, toPerSecond: 4 }]);
    expect([0, 1, 2, 3, 4].map((call) => schedule.dueMs(call))).toEqual([0, 250, 500, 750, undefined]);
  });

  it("has as many calls up to any time of a ramp as the rate adds up to", () => {
    const schedule = scheduleOf([{ durationMs: 10_000, fromPerSecond: 0, toPerSecond: 100 }]);
    // 5 t² calls after t seconds.
    expect(schedule.dueMs(0)).toBe(0);
    expect(schedule.dueMs(125)).toBeCloseTo(5_000, 6);
    expect(schedule.dueMs(20)).toBeCloseTo(2_000, 6);
    expect(schedule.calls).toBe(500);
  });

  it("goes on from one stretch to the next, and over one without calls", () => {
    const rates = [10, 0, 20];
    const schedule = scheduleOf(rates.map((rate) => ({ durationMs: 1000, fromPerSecond: rate, toPerSecond: rate })));
    expect(schedule.dueMs(9)).toBe(900);
    expect(schedule.dueMs(10)).toBe(2_000);
    expect(schedule.dueMs(11)).toBe(2_050);
    expect(schedule.dueMs(30)).toBeUndefined();
  });

  it("never goes back in time, and ends in its time", () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
        const schedule = scheduleOf(segments);
        let before = 0;
        for (let call = 0; call < schedule.calls; call++) {
          const due = schedule.dueMs(call) ?? Number.NaN;
          expect(due).toBeGreaterThanOrEqual(before - 1e-6);
          before = due;
        }
        expect(before).toBeLessThanOrEqual(schedule.durationMs + 1e-6);
        expect(schedule.dueMs(schedule.calls)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});
