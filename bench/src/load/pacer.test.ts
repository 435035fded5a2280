import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { paceCalls } from "./pacer.ts";
import type { Pace } from "./pacer.ts";

describe("paceCalls", () => {
  it("starts every call, none before it is due", async () => {
    const started: { dueMs: number; atMs: number }[] = [];
    const { nowMs } = clock();
    await pace({ nowMs, start: (dueMs) => started.push({ dueMs, atMs: nowMs() }) }, [0, 5, 5, 20]);
    expect(started.map(({ dueMs }) => dueMs)).toEqual([0, 5, 5, 20]);
    for (const { dueMs, atMs } of started) expect(atMs).toBeGreaterThanOrEqual(dueMs);
  });

  it("keeps the due times of calls that it could not start in time", async () => {
    const started: number[] = [];
    const { nowMs } = clock();
    let firstMs = 0;
    const start = (dueMs: number): void => {
      if (started.length === 0) firstMs = nowMs();
      started.push(dueMs);
    };
    await pace({ nowMs, start, room: () => (started.length === 0 ? sleep(60) : undefined) }, [0, 10, 20]);
    expect(started).toEqual([0, 10, 20]);
    expect(firstMs).toBeGreaterThan(50);
  });

  it("stops when it is told to", async () => {
    const started: number[] = [];
    const stopping = new AbortController();
    const start = (dueMs: number): void => {
      started.push(dueMs);
      if (started.length === 2) stopping.abort();
    };
    await pace({ ...clock(), start, signal: stopping.signal }, [0, 1, 2, 3]);
    expect(started).toEqual([0, 1]);
  });
});

function clock(): { nowMs: () => number } {
  const startMs = performance.now();
  return { nowMs: () => performance.now() - startMs };
}

function pace(options: Partial<Pace> & Pick<Pace, "start" | "nowMs">, dueMs: readonly number[]): Promise<void> {
  const left = [...dueMs];
  return paceCalls({
    nextDueMs: () => left.shift(),
    room: () => undefined,
    isExact: true,
    signal: new AbortController().signal,
    ...options,
  });
}
