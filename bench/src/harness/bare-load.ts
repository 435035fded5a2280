import type { Job } from "../load/job.ts";
import { ProducerRun } from "../load/producing.ts";
import type { LoadRecord } from "../load/record-maker.ts";
import { TimeSlots } from "../load/time-slots.ts";
import { LatencyRecorder } from "../method/latency.ts";
import { runClosedLoop } from "../method/closed-loop.ts";
import { rates } from "../method/round.ts";
import type { Round } from "../method/round.ts";
import { startClock } from "../method/stopwatch.ts";
import type { Producer } from "../targets/target.ts";
import { resolveWorkload } from "../workload/parse-workload.ts";
import { keyChoice, keyName } from "../workload/record-keys.ts";
import type { Segment } from "../workload/schedule.ts";

/** A load, as both sides make it. */
export interface SameLoad {
  readonly producer: Producer;
  readonly records: number;
  readonly recordBytes: number;
  readonly inFlight: number;
  readonly durationMs: number;
}

/**
 * The loop that somebody writes who wants no more than a rate: records that were made beforehand, and nobody who looks at
 * them. @returns a turn of it
 */
export function bareRounds({ producer, records, recordBytes, inFlight, durationMs }: SameLoad): () => Promise<Round> {
  // The keys are the load's, and what a target does with them is its own: they are drawn as the harness draws them.
  const { keys, seed } = resolveWorkload({ scenario: "put-records" }, ".");
  const names = Array.from({ length: keys.count }, (_, key) => keyName(key));
  const nextKey = keyChoice(keys, seed);
  // As many different ones as are under way at once: the same one in all calls would be in the processor's cache.
  const batches = Array.from({ length: inFlight }, () =>
    Array.from({ length: records }, (): LoadRecord => ({
      key: names[nextKey()] ?? "",
      body: Buffer.alloc(recordBytes, "x"),
    })),
  );
  let calls = 0;
  const call = (): Promise<void> => producer.send(batches[calls++ % inFlight] ?? []);
  return () => runClosedLoop({ inFlight, durationMs, messagesPerCall: records, call });
}

/**
 * The same load as the harness makes it: numbered records, their accounts, times by stretches of the run. One producer
 * makes all turns: what it makes once, it makes once in a run of minutes. @returns a turn of it
 */
export function harnessRounds(load: SameLoad, segments: readonly Segment[] | null = null): () => Promise<Round> {
  const { producer, records, recordBytes, inFlight, durationMs } = load;
  const workload = resolveWorkload(
    { scenario: "put-records", record: { type: "fixed", bytes: recordBytes }, batch: records, inFlight },
    ".",
  );
  let slots = new TimeSlots(durationMs);
  let startMs = performance.now();
  const run = new ProducerRun({
    job: jobOf(workload, durationMs, segments),
    encoding: "binary",
    samples: [],
    number: 0,
    producer,
    get slots() {
      return slots;
    },
    nowMs: () => performance.now() - startMs,
    signal: new AbortController().signal,
  });
  return async () => {
    const before = run.log.confirmed;
    slots = new TimeSlots(durationMs);
    startMs = performance.now();
    const elapsed = startClock();
    await run.run();
    const duration = elapsed();
    if (run.log.failedCount > 0) throw new Error(`${run.log.failedCount} records failed: ${run.log.lastError}`);
    const latency = new LatencyRecorder();
    for (const { send } of slots.state()) if (send !== undefined) latency.addEncoded(send);
    return { ...rates(run.log.confirmed - before, duration), latency: latency.summary() };
  };
}

function jobOf(workload: Job["workload"], durationMs: number, segments: Job["segments"]): Job {
  return {
    target: "",
    endpoint: {},
    request: { name: "", resource: "stream", shards: 1, groups: 1, delaySeconds: 0 },
    workload,
    flow: "produce",
    reading: "poll",
    run: 1,
    producers: [0],
    consumers: [],
    segments,
    records: null,
    durationMs,
    isExact: true,
  };
}
