import { setTimeout as sleep } from "node:timers/promises";
import {
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
  type KinesisClient,
} from "@warrenmq/client-kinesis";
import type { FigureSpec, Measurement } from "../method/figure.ts";
import { LatencyRecorder } from "../method/latency.ts";
import type { Measuring, Scenario } from "../method/scenario.ts";
import { spread } from "../method/statistics.ts";
import { openKinesisStream, type KinesisStream } from "./kinesis-stream.ts";

/** Shards that are subscribed to. */
export const SHARDS = 4;
/** 40 records every 10 ms: 1,000 a second for each shard. */
const RECORDS = 40;
const EVERY_MS = 10;

const figure: FigureSpec = {
  name: "subscribe",
  title: "SubscribeToShard, 4 shards with 1,000 records of 200 B a second each, from put to event, p99",
  unit: "ms",
  target: { atMost: 10 },
};

/** How long a record takes from the PutRecords call to the subscriber. The pace does not wait for answers. */
export const subscribe: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using stream = await openKinesisStream(bench.broker.url, SHARDS);
    return { [figure.name]: await measureSubscriptions(bench, stream) };
  },
};

/** The p99 of every round, in milliseconds, on a stream of {@link SHARDS} shards. */
export async function measureSubscriptions(bench: Measuring, { client, name }: KinesisStream): Promise<Measurement> {
  const recorder = { latency: new LatencyRecorder() };
  const subscriptions = await subscribeToAll(client, name, (putMs) =>
    recorder.latency.record(performance.now() - putMs),
  );
  const { rounds, warmUpRounds, roundMs } = bench.effort;
  bench.progress.expect(rounds + warmUpRounds);
  const values: number[] = [];
  const medians: number[] = [];
  for (let round = 0; round < rounds + warmUpRounds; round++) {
    bench.signal.throwIfAborted();
    recorder.latency = new LatencyRecorder();
    await putAtPace(client, name, roundMs);
    const { p50Ms, p99Ms } = recorder.latency.summary();
    if (round >= warmUpRounds) values.push(p99Ms);
    if (round >= warmUpRounds) medians.push(p50Ms);
    bench.progress.advance();
  }
  subscriptions.abort();
  const result = spread(values);
  return {
    value: result.median,
    spread: result,
    details: { warrenmq: { p50Ms: spread(medians).median, p99Ms: result.median } },
  };
}

async function subscribeToAll(
  client: KinesisClient,
  name: string,
  onRecord: (putMs: number) => void,
): Promise<AbortController> {
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "bench" }));
  const aborting = new AbortController();
  for (let shard = 0; shard < SHARDS; shard++) {
    const StartingPosition = { Type: "LATEST" } as const;
    const command = new SubscribeToShardCommand({
      ConsumerARN: Consumer?.ConsumerARN,
      ShardId: String(shard),
      StartingPosition,
    });
    const { EventStream = [] } = await client.send(command, { abortSignal: aborting.signal });
    const listen = async (): Promise<void> => {
      for await (const { SubscribeToShardEvent: event } of EventStream) {
        for (const { Data } of event?.Records ?? []) onRecord(Buffer.from(Data ?? []).readDoubleBE(0));
      }
    };
    listen().catch((error: unknown) => {
      if (!aborting.signal.aborted) throw error;
    });
  }
  return aborting;
}

async function putAtPace(client: KinesisClient, name: string, durationMs: number): Promise<void> {
  const startMs = performance.now();
  const puts: Promise<unknown>[] = [];
  for (let tick = 0; tick * EVERY_MS < durationMs; tick++) {
    await sleep(Math.max(0, startMs + tick * EVERY_MS - performance.now()));
    const Records = Array.from({ length: RECORDS }, (_, index) => {
      const Data = Buffer.alloc(200);
      Data.writeDoubleBE(performance.now(), 0);
      return { PartitionKey: `user-${tick * RECORDS + index}`, Data };
    });
    puts.push(client.send(new PutRecordsCommand({ StreamName: name, Records })));
  }
  await Promise.all(puts);
}
