import { PutRecordCommand } from "@warrenmq/client-kinesis";
import { runClosedLoop } from "../method/closed-loop.ts";
import { compare } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { p50Ms } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { openPlainAmqp } from "../sqs/plain-amqp.ts";
import { openKinesisStream } from "./kinesis-stream.ts";

const figure: FigureSpec = {
  name: "put-record",
  title: "PutRecord of 1 KiB one at a time, p50 ÷ that of publish to the stream and await the confirm",
  unit: "×",
  target: { atMost: 1.5 },
};

/** PutRecord, which answers with the sequence number and so reads the record back, against a publish that does not. */
export const putRecord: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using stream = await openKinesisStream(bench.broker.url, 1);
    // Its own shard: a producer reads whatever is written to the shards that it writes to.
    await using unread = await openKinesisStream(bench.broker.url, 1);
    await using plain = await openPlainAmqp(bench.broker.url);
    const Data = Buffer.alloc(1024, "x");
    const [queue = ""] = unread.queues;
    const command = new PutRecordCommand({ StreamName: stream.name, PartitionKey: "user-17", Data });
    const loop = { inFlight: 1, durationMs: bench.effort.roundMs };
    const measured = await compare(bench, {
      subject: { name: "warrenmq", round: () => runClosedLoop({ ...loop, call: () => stream.client.send(command) }) },
      baseline: { name: "amqplib", round: () => runClosedLoop({ ...loop, call: () => plain.publish(queue, Data) }) },
      metric: p50Ms,
    });
    return { [figure.name]: measured };
  },
};
