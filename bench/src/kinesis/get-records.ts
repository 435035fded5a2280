import { GetRecordsCommand, GetShardIteratorCommand } from "@warrenmq/client-kinesis";
import type { GetRecordsCommandOutput } from "@warrenmq/client-kinesis";
import type { Channel, ConsumeMessage } from "amqplib";
import { compare } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { perSecond, rates } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { startClock } from "../method/stopwatch.ts";
import { openPlainAmqp } from "../sqs/plain-amqp.ts";
import { openKinesisStream, putAll, RECORDS_PER_CALL, recordsOf, type KinesisStream } from "./kinesis-stream.ts";

const SHARDS = 4;
const PREFETCH = 200;

/** GetRecords on every shard from the oldest record on, against consumers of streams that hold a message for each record. */
export function getRecords(bytes: number): Scenario {
  const figure: FigureSpec = {
    name: `get-records-${bytes}`,
    title: `GetRecords of a backlog of ${bytes} B records, 4 shards, rate ÷ that of consume (prefetch 200) and ack over amqplib`,
    unit: "×",
    target: { atLeast: 3 },
  };
  return {
    name: figure.name,
    figures: [figure],
    measure: async (bench) => {
      await using framed = await openKinesisStream(bench.broker.url, SHARDS);
      await using unframed = await openKinesisStream(bench.broker.url, SHARDS);
      await using plain = await openPlainAmqp(bench.broker.url);
      const calls = Math.ceil(bench.effort.backlog / RECORDS_PER_CALL) * 2;
      const backlog = calls * RECORDS_PER_CALL;
      const records = recordsOf(bytes);
      for (let call = 0; call < calls; call++) await putAll(framed, records);
      const content = Buffer.alloc(bytes, "x");
      await Promise.all(
        Array.from({ length: backlog }, (_, index) => plain.publish(unframed.queues[index % SHARDS] ?? "", content)),
      );
      const measured = await compare(bench, {
        subject: { name: "warrenmq", round: async () => rates(backlog, await timed(() => readAll(framed, backlog))) },
        baseline: {
          name: "amqplib",
          round: async () =>
            rates(backlog, await timed(() => consumeAll(() => plain.openChannel(), unframed.queues, backlog))),
        },
        metric: perSecond,
      });
      return { [figure.name]: measured };
    },
  };
}

async function timed(work: () => Promise<void>): Promise<ReturnType<ReturnType<typeof startClock>>> {
  const elapsed = startClock();
  await work();
  return elapsed();
}

export async function readAll({ client, name }: KinesisStream, backlog: number): Promise<void> {
  let left = backlog;
  const readShard = async (shard: number): Promise<void> => {
    const start = { ShardId: String(shard), ShardIteratorType: "TRIM_HORIZON" } as const;
    let { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName: name, ...start }));
    while (left > 0) {
      const answer: GetRecordsCommandOutput = await client.send(new GetRecordsCommand({ ShardIterator }));
      left -= answer.Records?.length ?? 0;
      ShardIterator = answer.NextShardIterator;
    }
  };
  await Promise.all(Array.from({ length: SHARDS }, (_, shard) => readShard(shard)));
}

async function consumeAll(open: () => Promise<Channel>, queues: readonly string[], backlog: number): Promise<void> {
  const channels = await Promise.all(queues.map(open));
  let left = backlog;
  await new Promise<void>((resolve, reject) => {
    for (const [index, channel] of channels.entries()) {
      const onMessage = (message: ConsumeMessage | null): void => {
        if (message === null) return reject(new Error("the broker cancelled the consumer"));
        channel.ack(message);
        if (--left === 0) resolve();
      };
      channel
        .prefetch(PREFETCH)
        .then(() => channel.consume(queues[index] ?? "", onMessage, { arguments: { "x-stream-offset": "first" } }))
        .catch(reject);
    }
  });
  await Promise.all(channels.map((channel) => channel.close()));
}
