// docs/permissions.md, Kinesis, over both protocols: each row suffices for its operations, and nothing in it can be left out.
import * as kinesis from "@warrenmq/client-kinesis";
import { until } from "@warrenmq/testing";
import { describe, expect } from "vitest";
import { iteratorOf } from "../support/kinesis.ts";
import { testPermissions, type Place, type Prepared } from "../support/permissions.ts";

describe.each(["amqp", "stream"] as const)("over %s", (transport) => {
  testPermissions(
    { section: "Kinesis, in addition", denied: "AccessDeniedException", transport },
    {
      "every operation": {
        run: async ({ kinesis: client }) => void (await client.send(new kinesis.ListStreamsCommand({}))),
      },
      ListStreams: { prepare: createStream, run: administer },
      CreateStream: {
        async run({ kinesis: client, stream: StreamName }) {
          await client.send(new kinesis.CreateStreamCommand({ StreamName, ShardCount: 1 }));
          await client.send(new kinesis.DeleteStreamCommand({ StreamName }));
        },
      },
      PutRecord: { prepare: createStream, run: (place) => put(place, place.kinesis) },
      GetRecords: {
        prepare: createFilledStream,
        async run({ kinesis: client, stream: StreamName }) {
          const ShardIterator = await iteratorOf(client, { StreamName });
          await client.send(new kinesis.GetRecordsCommand({ ShardIterator }));
        },
      },
      "GetShardIterator of type LATEST": {
        prepare: createFilledStream,
        run: async ({ kinesis: client, stream: StreamName }) =>
          void (await iteratorOf(client, { StreamName, ShardIteratorType: "LATEST" })),
      },
      SubscribeToShard: {
        async prepare(place) {
          await createFilledStream(place);
          await place.owner.kinesis.send(new kinesis.RegisterStreamConsumerCommand(consumerOf(place)));
        },
        run: readPushed,
      },
      SplitShard: {
        prepare: createStream,
        async run({ kinesis: client, stream: StreamName }) {
          const half = { ShardToSplit: "shardId-000000000000", NewStartingHashKey: String(2n ** 127n) };
          await client.send(new kinesis.SplitShardCommand({ StreamName, ...half }));
          const both = { ShardToMerge: "shardId-000000000001", AdjacentShardToMerge: "shardId-000000000002" };
          await client.send(new kinesis.MergeShardsCommand({ StreamName, ...both }));
          const count = { TargetShardCount: 2, ScalingType: "UNIFORM_SCALING" } as const;
          await client.send(new kinesis.UpdateShardCountCommand({ StreamName, ...count }));
        },
      },
      "StreamConsumer of the application GROUP": { prepare: createFilledStream, run: consume, isBehindTheScenes: true },
    },
  );
});

async function administer({ kinesis: client, stream: StreamName }: Place): Promise<void> {
  const StreamARN = arnOf(StreamName);
  const keys = { StreamARN, ConsumerName: "c" };
  for (const call of [
    () => client.send(new kinesis.ListStreamsCommand({})),
    () => client.send(new kinesis.DescribeStreamCommand({ StreamName })),
    () => client.send(new kinesis.DescribeStreamSummaryCommand({ StreamName })),
    () => client.send(new kinesis.ListShardsCommand({ StreamName })),
    () => client.send(new kinesis.AddTagsToStreamCommand({ StreamName, Tags: { a: "b" } })),
    () => client.send(new kinesis.ListTagsForStreamCommand({ StreamName })),
    () => client.send(new kinesis.RemoveTagsFromStreamCommand({ StreamName, TagKeys: ["a"] })),
    () => client.send(new kinesis.TagResourceCommand({ ResourceARN: StreamARN, Tags: { a: "b" } })),
    () => client.send(new kinesis.ListTagsForResourceCommand({ ResourceARN: StreamARN })),
    () => client.send(new kinesis.UntagResourceCommand({ ResourceARN: StreamARN, TagKeys: ["a"] })),
    () => client.send(new kinesis.IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 48 })),
    () => client.send(new kinesis.DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 24 })),
    () => client.send(new kinesis.RegisterStreamConsumerCommand(keys)),
    () => client.send(new kinesis.DescribeStreamConsumerCommand(keys)),
    () => client.send(new kinesis.ListStreamConsumersCommand({ StreamARN })),
    () => client.send(new kinesis.DeregisterStreamConsumerCommand(keys)),
    () =>
      client.send(
        new kinesis.StartStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId: "alias/aws/kinesis" }),
      ),
    () =>
      client.send(
        new kinesis.StopStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId: "alias/aws/kinesis" }),
      ),
    () => client.send(new kinesis.EnableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ["ALL"] })),
    () => client.send(new kinesis.DisableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ["ALL"] })),
    () => client.send(new kinesis.DescribeLimitsCommand({})),
  ]) {
    await call();
  }
}

async function readPushed(place: Place): Promise<void> {
  const { kinesis: client } = place;
  const { ConsumerDescription } = await client.send(new kinesis.DescribeStreamConsumerCommand(consumerOf(place)));
  const { EventStream } = await client.send(
    new kinesis.SubscribeToShardCommand({
      ConsumerARN: ConsumerDescription?.ConsumerARN,
      ShardId: "shardId-000000000000",
      StartingPosition: { Type: "TRIM_HORIZON" },
    }),
  );
  for await (const event of EventStream ?? []) {
    if ((event.SubscribeToShardEvent?.Records ?? []).length > 0) return;
  }
}

async function consume({ rabbitmq, stream, group, patienceMs }: Place): Promise<void> {
  let processed = 0;
  await using consumer = new kinesis.StreamConsumer({
    streamName: stream,
    applicationName: group,
    client: { rabbitmq },
    onRecords: ({ records }) => void (processed += records.length),
  });
  await consumer.start();
  await until(() => processed === 2, { what: "two records", timeoutMs: patienceMs });
}

async function createStream({ stream: StreamName, owner }: Prepared): Promise<void> {
  await owner.kinesis.send(new kinesis.CreateStreamCommand({ StreamName, ShardCount: 1 }));
}

async function createFilledStream(place: Prepared): Promise<void> {
  await createStream(place);
  await put(place, place.owner.kinesis);
}

async function put({ stream: StreamName }: Prepared, client: kinesis.KinesisClient): Promise<void> {
  const record = { PartitionKey: "a", Data: Buffer.from("x") };
  await client.send(new kinesis.PutRecordCommand({ StreamName, ...record }));
  const { FailedRecordCount } = await client.send(new kinesis.PutRecordsCommand({ StreamName, Records: [record] }));
  expect(FailedRecordCount).toBe(0);
}

function consumerOf({ stream }: Prepared): { StreamARN: string; ConsumerName: string } {
  return { StreamARN: arnOf(stream), ConsumerName: "reports" };
}

function arnOf(stream: string): string {
  return `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`;
}
