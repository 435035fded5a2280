import { randomBytes } from "node:crypto";
import {
  PutRecordCommand,
  PutRecordsCommand,
  UpdateMaxRecordSizeCommand,
  type PutRecordsRequestEntry,
} from "@warrenmq/client-kinesis";
import { until } from "@warrenmq/testing";
import { connect } from "amqplib";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  createTestStream,
  deleteStreamsAfterAll,
  iteratorOf,
  kinesisErrorOf,
  read,
  readAll,
  readShard,
  shardsOf,
  testKinesis,
  textOf,
} from "../support/kinesis.ts";

const kinesis = testKinesis();
const elsewhere = testKinesis();
const unframed = testKinesis({ batchFrames: false });
deleteStreamsAfterAll();

const native = await connect(inject("brokerUrl"));
afterAll(() => native.close());

let StreamName: string;
beforeAll(async () => {
  StreamName = await createTestStream(kinesis, { ShardCount: 3 });
});

function entries(count: number, prefix: string): PutRecordsRequestEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    PartitionKey: `key ${index % 17}`,
    Data: Buffer.from(`${prefix} ${index}`),
  }));
}

describe("a record", () => {
  test("is read with the sequence number, shard and time that PutRecord has said", async () => {
    const beforeMs = Date.now();
    const Data = randomBytes(300);
    const { ShardId = "", SequenceNumber } = await kinesis.send(
      new PutRecordCommand({ StreamName, PartitionKey: "schlüssel 😀", Data }),
    );
    const records = await readShard(elsewhere, StreamName, ShardId);
    const record = records.find((one) => one.SequenceNumber === SequenceNumber);
    expect(record?.Data).toEqual(new Uint8Array(Data));
    expect(record?.PartitionKey).toBe("schlüssel 😀");
    const arrivedAt = record?.ApproximateArrivalTimestamp?.getTime() ?? 0;
    expect(arrivedAt).toBeGreaterThanOrEqual(beforeMs);
    expect(arrivedAt).toBeLessThanOrEqual(Date.now());
    // As AWS answers for a stream that is not encrypted.
    expect(record).not.toHaveProperty("EncryptionType");
  });

  test("can be empty, and up to as large as the stream allows", async () => {
    const large = await createTestStream(kinesis, { ShardCount: 1 });
    const put = (bytes: number): Promise<unknown> =>
      kinesis.send(new PutRecordCommand({ StreamName: large, PartitionKey: "a", Data: Buffer.alloc(bytes, 7) }));
    await put(0);
    await put(1_048_576);
    expect(await kinesisErrorOf(put(1_048_577))).toBe(
      "ValidationException: 1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=1048577 cap=1048577]' at " +
        "'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    );
    const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${large}`;
    await kinesis.send(new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB: 10_240 }));
    await put(10_485_760);
    const records = await readShard(elsewhere, large, "shardId-000000000000");
    expect(records.map(({ Data }) => Data?.length)).toEqual([0, 1_048_576, 10_485_760]);
    expect(records.every(({ Data }) => Data?.every((byte) => byte === 7) === true)).toBe(true);
  });

  test("goes to the shard of its ExplicitHashKey", async () => {
    for (const [index, { ShardId, HashKeyRange }] of (await shardsOf(kinesis, StreamName)).entries()) {
      for (const ExplicitHashKey of [HashKeyRange?.StartingHashKey, HashKeyRange?.EndingHashKey]) {
        const Data = Buffer.from(`explicit ${index}`);
        const put = await kinesis.send(
          new PutRecordCommand({ StreamName, PartitionKey: "any", ExplicitHashKey, Data }),
        );
        expect(put.ShardId).toBe(ShardId);
      }
    }
  });

  test("needs a partition key unless the stream distributes by itself", async () => {
    const put = (name: string): Promise<unknown> =>
      kinesis.send(
        new PutRecordsCommand({ StreamName: name, Records: [1, 2, 3, 4].map((n) => ({ Data: Buffer.from([n]) })) }),
      );
    expect(await kinesisErrorOf(put(StreamName))).toContain(
      "Value null at 'records.1.member.partitionKey' failed to satisfy constraint: Member must not be null",
    );
    const auto = await createTestStream(kinesis, { ShardCount: 2, RecordDistributionStrategy: "AUTO" });
    await put(auto);
    for (const ShardId of ["0", "1"]) {
      const records = await readShard(kinesis, auto, ShardId);
      expect(records).toHaveLength(2);
      expect(records[0]?.PartitionKey).toBeUndefined();
    }
  });
});

describe("PutRecords", () => {
  test.each([
    ["with frames", kinesis],
    ["without frames", unframed],
  ])(
    "of 500, %s, is read completely, in order for each shard, with the sequence numbers that it said",
    async (label, client) => {
      const stream = await createTestStream(client, { ShardCount: 4 });
      const Records = entries(500, label);
      const { FailedRecordCount, Records: results = [] } = await client.send(
        new PutRecordsCommand({ StreamName: stream, Records }),
      );
      expect(FailedRecordCount).toBe(0);
      expect(results).toHaveLength(500);
      for (const { ShardId = "" } of await shardsOf(client, stream)) {
        const records = await readShard(elsewhere, stream, ShardId);
        const expected = results.flatMap(({ ShardId: shard, SequenceNumber }, index) =>
          shard === ShardId ? [{ SequenceNumber, text: `${label} ${index}` }] : [],
        );
        expect(records.map((record) => ({ SequenceNumber: record.SequenceNumber, text: textOf(record) }))).toEqual(
          expected,
        );
        const numbers = records.map(({ SequenceNumber = "0" }) => BigInt(SequenceNumber));
        expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0n))).toBe(true);
      }
    },
  );

  test("is one AMQP message for each shard with frames, and plain messages without", async () => {
    const counts: number[] = [];
    for (const client of [kinesis, unframed]) {
      const stream = await createTestStream(client);
      await client.send(new PutRecordsCommand({ StreamName: stream, Records: entries(10, "x") }));
      const channel = await native.createChannel();
      await channel.prefetch(100);
      let records = 0;
      const bodies: string[] = [];
      await channel.consume(
        `${stream}.shardId-000000000000`,
        (message) => {
          const kind: unknown = message?.properties.headers?.["warrenmq-kind"];
          if (kind === undefined) bodies.push(message?.content.toString() ?? "");
          if (kind === undefined || kind === "batch") records++;
        },
        { arguments: { "x-stream-offset": "first" } },
      );
      await until(() => records === (client === kinesis ? 1 : 10), { what: "the messages of a put" });
      counts.push(bodies.length);
      await channel.close();
    }
    expect(counts).toEqual([0, 10]);
  });

  test("puts what it can, and says which records it could not put", async () => {
    const stream = await createTestStream(kinesis, { ShardCount: 2 });
    const broken = `${stream}.shardId-000000000001`;
    const channel = await native.createChannel();
    // A queue that is no stream has no offsets, so that nothing can be put into it.
    await channel.deleteQueue(broken);
    await channel.assertQueue(broken, { durable: true });
    const [, second] = await shardsOf(kinesis, stream);
    const ExplicitHashKey = second?.HashKeyRange?.StartingHashKey;
    const Records = [
      { PartitionKey: "a", ExplicitHashKey: "0", Data: Buffer.from("good") },
      { PartitionKey: "a", ExplicitHashKey, Data: Buffer.from("bad") },
      { PartitionKey: "a", ExplicitHashKey: "0", Data: Buffer.from("good too") },
    ];
    const hasty = testKinesis({ rabbitmq: { timeoutMs: 3_000 } });
    const { FailedRecordCount, Records: results = [] } = await hasty.send(
      new PutRecordsCommand({ StreamName: stream, Records }),
    );
    expect(FailedRecordCount).toBe(1);
    expect(results.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, "InternalFailure", undefined]);
    expect(results[1]).toEqual({ ErrorCode: "InternalFailure", ErrorMessage: "Internal Service Failure" });
    const stored = await readShard(elsewhere, stream, "0");
    expect(stored.map(({ SequenceNumber }) => SequenceNumber)).toEqual(
      [results[0], results[2]].map((result) => result?.SequenceNumber),
    );
    await channel.close();
  });

  test("keeps the bytes of aggregated records as they are", async () => {
    const stream = await createTestStream(kinesis);
    const Data = Buffer.concat([Buffer.from("f3899ac20a0161", "hex"), randomBytes(100)]);
    await kinesis.send(
      new PutRecordsCommand({ StreamName: stream, Records: [1, 2].map(() => ({ PartitionKey: "a", Data })) }),
    );
    const records = await readShard(kinesis, stream, "0");
    expect(records.map((record) => record.Data)).toEqual([new Uint8Array(Data), new Uint8Array(Data)]);
  });

  test("refuses what Kinesis refuses, and puts nothing then", async () => {
    const stream = await createTestStream(kinesis);
    const put = (Records: PutRecordsRequestEntry[]): Promise<string> =>
      kinesisErrorOf(kinesis.send(new PutRecordsCommand({ StreamName: stream, Records })));
    expect(await put([])).toContain(
      "Value '[]' at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
    expect(await put(entries(501, "x"))).toContain("Member must have length less than or equal to 500");
    expect(await put([...entries(1, "x"), { PartitionKey: "", Data: Buffer.alloc(1) }])).toBe(
      "ValidationException: 1 validation error detected: Value '' at 'records.2.member.partitionKey' failed to satisfy " +
        "constraint: Member must have length greater than or equal to 1",
    );
    expect(await put([{ PartitionKey: "a", ExplicitHashKey: String(2n ** 128n), Data: Buffer.alloc(1) }])).toBe(
      "InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified " +
        "value was 340282366920938463463374607431768211456",
    );
    expect(await readShard(kinesis, stream, "0")).toEqual([]);
  });

  test("with DryRun says that it would have succeeded, and puts nothing", async () => {
    const stream = await createTestStream(kinesis);
    const put = new PutRecordsCommand({ StreamName: stream, Records: entries(2, "x"), DryRun: true });
    expect(await kinesisErrorOf(kinesis.send(put))).toMatch(/^DryRunOperationException: /u);
    expect(await readShard(kinesis, stream, "0")).toEqual([]);
  });
});

describe("SequenceNumberForOrdering", () => {
  test("takes a number that a put has given, and no other", async () => {
    const put = (SequenceNumberForOrdering?: string): Promise<{ SequenceNumber?: string | undefined }> =>
      kinesis.send(
        new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("x"), SequenceNumberForOrdering }),
      );
    const { SequenceNumber: first = "" } = await put();
    const { SequenceNumber: second = "" } = await put(first);
    expect(BigInt(second)).toBeGreaterThan(BigInt(first));
    expect(await kinesisErrorOf(put("1234"))).toBe(
      `InvalidArgumentException: ExclusiveMinimumSequenceNumber 1234 used in PutRecord on stream ${StreamName} under account ` +
        "000000000000 is invalid.",
    );
  });
});

describe("a native client", () => {
  test("writes plain messages that are records", async () => {
    const stream = await createTestStream(kinesis);
    const channel = await native.createConfirmChannel();
    channel.sendToQueue(`${stream}.shardId-000000000000`, Buffer.from("plain"), {});
    channel.sendToQueue(`${stream}.shardId-000000000000`, Buffer.from("dated"), { timestamp: 1_700_000_000 });
    channel.sendToQueue(`${stream}.shardId-000000000000`, Buffer.from("no frame"), {
      headers: { "warrenmq-kind": "batch" },
    });
    await channel.waitForConfirms();
    await channel.close();
    const iterator = await iteratorOf(kinesis, { StreamName: stream });
    const { Records = [] } = await read(kinesis, iterator);
    // What is dated before the retention period is not given.
    expect(Records.map(textOf)).toEqual(["plain", "no frame"]);
    expect(new Set((await readAll(elsewhere, iterator)).map(({ SequenceNumber }) => SequenceNumber))).toEqual(
      new Set(Records.map(({ SequenceNumber }) => SequenceNumber)),
    );
  });
});
