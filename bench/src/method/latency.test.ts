import { expect, test } from "vitest";
import { LatencyRecorder } from "./latency.ts";

test("percentiles of a known distribution come out within a few thousandths", () => {
  const latency = new LatencyRecorder();
  for (let us = 1; us <= 10_000; us++) latency.record(us / 1000);
  const { p50Ms, p99Ms, maxMs } = latency.summary();
  expect(p50Ms / 5).toBeCloseTo(1, 2);
  expect(p99Ms / 9.9).toBeCloseTo(1, 2);
  expect(maxMs / 10).toBeCloseTo(1, 2);
});

test("a stall shows in the maximum, however few calls it hit", () => {
  const latency = new LatencyRecorder();
  for (let call = 0; call < 1000; call++) latency.record(1);
  latency.record(3_600_000);
  expect(latency.summary().p50Ms).toBeCloseTo(1, 2);
  expect(latency.summary().maxMs).toBeGreaterThan(599_000);
});
