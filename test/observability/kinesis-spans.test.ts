// Kinesis by OpenTelemetry's conventions for messaging.
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import {
  GetRecordsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from "@warrenmq/client-kinesis";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { createTestStream, deleteStreamsAfterAll, iteratorOf, testKinesis } from "../support/kinesis.ts";
import { registerTelemetry } from "../support/telemetry.ts";

const telemetry = registerTelemetry();
const kinesis = testKinesis();
deleteStreamsAfterAll();

const shard = { "messaging.destination.partition.id": "shardId-000000000000" };
let StreamName: string;
beforeAll(async () => {
  StreamName = await createTestStream(kinesis);
});
beforeEach(() => void telemetry.takeSpans());

test("a record's put is a send, under its sequence number and shard", async () => {
  const put = new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("x") });
  const { SequenceNumber } = await kinesis.send(put);
  expect(telemetry.takeSpans()).toMatchObject([
    {
      name: `send ${StreamName}`,
      kind: SpanKind.PRODUCER,
      attributes: {
        "messaging.system": "rabbitmq",
        "messaging.destination.name": StreamName,
        "messaging.operation.type": "send",
        "messaging.message.id": SequenceNumber,
        ...shard,
      },
    },
  ]);
});

test("PutRecords is one span for its records, and GetRecords one for those that it returns", async () => {
  const Records = ["a", "b", "c"].map((key) => ({ PartitionKey: key, Data: Buffer.from(key) }));
  const StreamARN = `arn:aws:kinesis:eu-central-1:123456789012:stream/${StreamName}`;
  await kinesis.send(new PutRecordsCommand({ StreamARN, Records }));
  const ShardIterator = await iteratorOf(kinesis, { StreamName });
  const { Records: read = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  const [put, , got] = telemetry.takeSpans();
  expect(put).toMatchObject({ name: `send ${StreamName}`, attributes: { "messaging.batch.message_count": 3 } });
  expect(got).toMatchObject({
    name: `receive ${StreamName}`,
    kind: SpanKind.CLIENT,
    attributes: { "messaging.operation.type": "receive", "messaging.batch.message_count": read.length, ...shard },
  });
  const counted = (name: string) => telemetry.points(name).then((points) => points.map(({ value }) => value));
  expect(await counted("messaging.client.sent.messages")).toEqual([4]);
  expect(await counted("messaging.client.consumed.messages")).toEqual([read.length]);
});

test("SubscribeToShard is a subscription of the stream, and errors bear AWS's names", async () => {
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`;
  const { Consumer } = await kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "reports" }));
  const subscription = { ConsumerARN: Consumer?.ConsumerARN, ShardId: "shardId-000000000000" };
  const StartingPosition = { Type: "LATEST" } as const;
  await kinesis.send(new SubscribeToShardCommand({ ...subscription, StartingPosition }));
  const again = kinesis.send(new SubscribeToShardCommand({ ...subscription, StartingPosition }));
  await expect(again).rejects.toThrow("active subscription");
  expect(telemetry.takeSpans().slice(1)).toMatchObject([
    { name: `subscribe ${StreamName}`, attributes: { "messaging.operation.name": "subscribe", ...shard } },
    { status: { code: SpanStatusCode.ERROR }, attributes: { "error.type": "ResourceInUseException" } },
  ]);
});
