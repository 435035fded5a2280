import { PutRecordCommand } from "@warrenmq/client-kinesis";
import { runClosedLoop } from "../../method/closed-loop.ts";
import { compare } from "../../method/compare.ts";
import type { FigureSpec } from "../../method/figure.ts";
import { p50Ms } from "../../method/round.ts";
import type { Scenario } from "../../method/scenario.ts";
import { openStreamShards } from "./stream-shards.ts";

const figure: FigureSpec = {
  name: "stream-put-record",
  title: "PutRecord of 1 KiB over the stream protocol one at a time, p50 ÷ that of publish and await the confirm",
  unit: "×",
  target: { atMost: 1.5 },
};

/** PutRecord, which answers with the sequence number and so reads the record back, against a publish that does not. */
export const streamPutRecord: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using on = await openStreamShards();
    const stream = await on.open(1);
    const { queues } = await on.open(1);
    const body = Buffer.alloc(1024, "x");
    const publisher = await on.streams.publisher(queues[0] ?? "");
    const command = new PutRecordCommand({ StreamName: stream.name, PartitionKey: "user-17", Data: body });
    const loop = { inFlight: 1, durationMs: bench.effort.roundMs };
    const measured = await compare(bench, {
      subject: { name: "warrenmq", round: () => runClosedLoop({ ...loop, call: () => stream.client.send(command) }) },
      baseline: {
        name: "publish",
        round: () => runClosedLoop({ ...loop, call: () => publisher.publish([{ body }]) }),
      },
      metric: p50Ms,
    });
    return { [figure.name]: { ...measured, brokerVersion: on.brokerVersion } };
  },
};
