import { startBroker, uniqueName } from "@warrenmq/testing";
import { compareSides, ratioOf } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { perSecond } from "../method/round.ts";
import type { Bench, Scenario } from "../method/scenario.ts";
import { spread } from "../method/statistics.ts";
import type { Spread } from "../method/statistics.ts";
import { targetNamed } from "../targets/index.ts";
import type { Producer } from "../targets/target.ts";
import { addedP99, moreRounds } from "./added-p99.ts";
import { bareRounds, harnessRounds } from "./bare-load.ts";
import type { SameLoad } from "./bare-load.ts";

const RECORD_BYTES = 200;
const BATCH = 500;
const IN_FLIGHT = 10;

const throughput: FigureSpec = {
  name: "overhead-throughput",
  title: `what the harness takes of the records/s of a bare loop: calls of ${BATCH} records of ${RECORD_BYTES} B into a stream, ${IN_FLIGHT} in flight`,
  unit: "%",
  target: { atMost: 3 },
};
const tail: FigureSpec = {
  name: "overhead-p99",
  title:
    "p99 of a call as the harness measures it, less that of a bare loop: one record into a stream, one call in flight",
  unit: "µs",
  target: { atMost: 50 },
};

/** The harness against a loop that does nothing but call, through the same producer: as much as both can. */
export const overheadThroughput: Scenario = {
  name: throughput.name,
  figures: [throughput],
  measure: async (bench) => {
    const load = { records: BATCH, inFlight: IN_FLIGHT };
    const ratio = ratioOf(await withStream((producer) => sides(bench, { ...load, producer })));
    const missing = (of: Spread | undefined): Spread =>
      spread(of === undefined ? [] : [of.max, of.median, of.min].map(share));
    const { low, high } = ratio.confidence ?? { low: Number.NaN, high: Number.NaN };
    const measured = {
      ...ratio,
      value: share(ratio.value),
      spread: missing(ratio.spread),
      confidence: { low: share(high), high: share(low) },
      noise: missing(ratio.noise),
    };
    return { [throughput.name]: measured };
  },
};

/** The same two with one record under way: what the harness adds to a call. */
export const overheadTail: Scenario = {
  name: tail.name,
  figures: [tail],
  measure: async (bench) => {
    const compared = await withStream((producer) => sides(bench, { producer, records: 1, inFlight: 1 }));
    return { [tail.name]: addedP99(compared) };
  },
};

/** Measures on a stream, on a broker of its own. */
async function withStream<T>(measure: (producer: Producer) => Promise<T>): Promise<T> {
  await using broker = await startBroker({ plugins: ["rabbitmq_stream"] });
  await using session = await targetNamed("stream").open({ streamUrl: broker.streamUrl ?? "" });
  const request = { name: uniqueName("bench"), resource: "stream", shards: 1, groups: 1, delaySeconds: 0 } as const;
  await session.create(request);
  const producer = await session.producer(request);
  try {
    return await measure(producer);
  } finally {
    await producer.close();
    await session.remove(request);
  }
}

function sides(
  bench: Bench,
  load: { readonly producer: Producer; readonly records: number; readonly inFlight: number },
): ReturnType<typeof compareSides> {
  const often = moreRounds(bench, 3);
  const same: SameLoad = { ...load, recordBytes: RECORD_BYTES, durationMs: often.effort.roundMs };
  return compareSides(often, {
    subject: { name: "harness", round: harnessRounds(same) },
    baseline: { name: "bare", round: bareRounds(same) },
    metric: perSecond,
  });
}

/** What is missing to the bare loop's rate, in percent. */
function share(ratio: number): number {
  return (1 - ratio) * 100;
}
