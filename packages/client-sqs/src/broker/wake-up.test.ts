import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WakeUp } from "./wake-up.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("wakes once, at the earliest of the times that were asked for", () => {
  const wake = vi.fn<() => void>();
  const wakeUp = new WakeUp(wake);
  const now = performance.now();
  wakeUp.notLaterThan(now + 300);
  wakeUp.notLaterThan(now + 100);
  wakeUp.notLaterThan(now + 200);
  wakeUp.notLaterThan(Infinity);
  vi.advanceTimersByTime(99);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(wake).toHaveBeenCalledTimes(1);
});

test("wakes again for a time that is asked for while it wakes, and not when it was cancelled", () => {
  const times: number[] = [];
  const startMs = performance.now();
  const wakeUp: WakeUp = new WakeUp(() => {
    times.push(performance.now() - startMs);
    if (times.length < 3) wakeUp.notLaterThan(performance.now() + 50);
  });
  wakeUp.notLaterThan(startMs + 10);
  vi.advanceTimersByTime(60);
  wakeUp.cancel();
  vi.advanceTimersByTime(1_000);
  expect(times).toEqual([10, 60]);
});
