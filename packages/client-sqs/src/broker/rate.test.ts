import { expect, test, vi } from "vitest";
import { Rate } from "./rate.ts";

test("work goes at its rate, and at once without one", async () => {
  vi.useFakeTimers();
  const done: number[] = [];
  const startMs = performance.now();
  const rate = new Rate(10);
  const work = Promise.all(
    Array.from({ length: 3 }, async () => {
      await rate.slot();
      done.push(performance.now() - startMs);
    }),
  );
  await vi.advanceTimersByTimeAsync(1_000);
  await work;
  expect(done.map((ms) => Math.round(ms / 100))).toEqual([0, 1, 2]);
  await new Rate(undefined).slot();
  vi.useRealTimers();
});
