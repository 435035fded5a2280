import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startClock, sum } from "./stopwatch.ts";

test("waiting takes time by the clock and next to none of the CPU", async () => {
  const elapsed = startClock();
  await sleep(50);
  const { wallMs, cpuMs } = elapsed();
  expect(wallMs).toBeGreaterThanOrEqual(49);
  expect(cpuMs).toBeLessThan(wallMs);
});

test("computing takes CPU time", () => {
  const elapsed = startClock();
  let turns = 0;
  while (elapsed().cpuMs < 5) turns += 1;
  expect(turns).toBeGreaterThan(0);
  expect(elapsed().cpuMs).toBeGreaterThanOrEqual(5);
});

test("durations add up", () => {
  const parts = [
    { wallMs: 1, cpuMs: 2 },
    { wallMs: 10, cpuMs: 20 },
  ];
  expect(sum(parts)).toEqual({ wallMs: 11, cpuMs: 22 });
});
