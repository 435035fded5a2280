import { setImmediate as turn } from "node:timers/promises";
import { compareSides } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { LatencyRecorder } from "../method/latency.ts";
import { p50Ms, rates } from "../method/round.ts";
import type { Round } from "../method/round.ts";
import type { LocalScenario } from "../method/scenario.ts";
import { startClock } from "../method/stopwatch.ts";
import { addedP99, moreRounds } from "./added-p99.ts";
import { harnessRounds } from "./bare-load.ts";

const CALLS_PER_SECOND = 2_000;

const figure: FigureSpec = {
  name: "open-loop-p99",
  title: `p99 from due time to answer of ${CALLS_PER_SECOND} calls/s that are answered at once, less that of a bare loop that waits for due times`,
  unit: "µs",
  target: { atMost: 50 },
};

/** Calls with fixed due times to a target that costs nothing, against a loop that only waits until they are due. */
export const openLoop: LocalScenario = {
  name: figure.name,
  needsBroker: false,
  figures: [figure],
  measure: async (bench) => {
    // No broker, and few calls: in shorter rounds the 99th percentile would be that of two or three.
    const often = moreRounds(bench, 1);
    const durationMs = often.effort.roundMs;
    const producer = { send: () => Promise.resolve(), close: () => Promise.resolve() };
    const load = { producer, records: 1, recordBytes: 200, inFlight: 1, durationMs };
    const segment = { durationMs, fromPerSecond: CALLS_PER_SECOND, toPerSecond: CALLS_PER_SECOND };
    const compared = await compareSides(often, {
      subject: { name: "harness", round: harnessRounds(load, [segment]) },
      baseline: { name: "bare", round: () => bareWait(durationMs) },
      metric: p50Ms,
    });
    return { [figure.name]: addedP99(compared) };
  },
};

async function bareWait(durationMs: number): Promise<Round> {
  const latency = new LatencyRecorder();
  const calls = (durationMs * CALLS_PER_SECOND) / 1000;
  const elapsed = startClock();
  const startMs = performance.now();
  for (let call = 0; call < calls; call++) {
    const dueMs = startMs + (call * 1000) / CALLS_PER_SECOND;
    while (performance.now() < dueMs) await turn();
    latency.record(performance.now() - dueMs);
  }
  return { ...rates(calls, elapsed()), latency: latency.summary() };
}
