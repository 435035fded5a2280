import { runClosedLoop } from "../../method/closed-loop.ts";
import { compare } from "../../method/compare.ts";
import type { FigureSpec } from "../../method/figure.ts";
import { p50Ms } from "../../method/round.ts";
import type { Scenario } from "../../method/scenario.ts";
import { openStreamShards } from "./stream-shards.ts";

const figure: FigureSpec = {
  name: "stream-read-back",
  title:
    "Publish of 1 KiB over the stream protocol without Kinesis, p50 until a consumer at the leader has it ÷ that until its confirm",
  unit: "×",
  // As stream-put-record, of which this is the broker's part.
  target: { atMost: 1.5 },
};

/** How much later than its confirm the broker delivers a message: no put that reads its record back can be sooner. */
export const streamReadBack: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using on = await openStreamShards();
    const [followed = ""] = (await on.open(1)).queues;
    const [unread = ""] = (await on.open(1)).queues;
    const body = Buffer.alloc(1024, "x");
    let delivered = ignore;
    await on.streams.consumer(followed, {
      offset: { type: "first" },
      readFrom: "leader",
      onChunk: () => delivered(),
    });
    const publisher = await on.streams.publisher(followed);
    const other = await on.streams.publisher(unread);
    const publishAndRead = async (): Promise<void> => {
      const read = new Promise<void>((resolve) => (delivered = resolve));
      await Promise.all([publisher.publish([{ body }]), read]);
    };
    const loop = { inFlight: 1, durationMs: bench.effort.roundMs };
    const measured = await compare(bench, {
      subject: { name: "delivery", round: () => runClosedLoop({ ...loop, call: publishAndRead }) },
      baseline: { name: "confirm", round: () => runClosedLoop({ ...loop, call: () => other.publish([{ body }]) }) },
      metric: p50Ms,
    });
    return { [figure.name]: { ...measured, brokerVersion: on.brokerVersion } };
  },
};

function ignore(): void {
  return undefined;
}
