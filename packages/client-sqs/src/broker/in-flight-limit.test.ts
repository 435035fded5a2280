import { expect, it, vi } from "vitest";
import { InFlightLimit } from "./in-flight-limit.ts";

it("counts what this process holds without asking anybody", () => {
  const countAll = vi.fn<() => Promise<number>>();
  const limit = new InFlightLimit(countAll);
  expect(limit.isReached("orders", () => 999)).toBe(false);
  expect(limit.isReached("orders", () => 120_000)).toBe(true);
  expect(countAll).not.toHaveBeenCalled();
});

it("counts what the other processes hold, and asks them once in two seconds", async () => {
  const countAll = vi.fn<() => Promise<number>>().mockResolvedValue(120_500);
  const limit = new InFlightLimit(countAll);
  const isReached = (): boolean => limit.isReached("orders", () => 60_000);
  expect(isReached()).toBe(false);
  await vi.waitFor(() => expect(isReached()).toBe(true));
  expect(countAll).toHaveBeenCalledTimes(1);
  expect(limit.isReached("orders", () => 59_000)).toBe(false);
});

it("goes by its own count when the others cannot be asked", async () => {
  const limit = new InFlightLimit(() => Promise.reject(new Error("no broker")));
  limit.isReached("orders", () => 60_000);
  await Promise.resolve();
  expect(limit.isReached("orders", () => 60_000)).toBe(false);
});
