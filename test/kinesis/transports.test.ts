import { randomBytes } from "node:crypto";
import {
  CreateStreamCommand,
  GetShardIteratorCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
} from "@warrenmq/client-kinesis";
import type { _Record, GetRecordsCommandOutput, KinesisClient } from "@warrenmq/client-kinesis";
import { startProxy, uniqueName, until } from "@warrenmq/testing";
import { Offset } from "rabbitmq-stream-js-client";
import { CompressionType } from "rabbitmq-stream-js-client/dist/compression.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { iteratorOf, read, readAll, readShard, textOf } from "../support/kinesis.ts";
import { numbered } from "../support/streams.ts";
import { hasNpmTransport, npmClient, TRANSPORTS, transportTests } from "../support/transports.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const { broker, over } = transportTests();

/** A record that was put. */
interface Put {
  readonly text: string;
  readonly number: string | undefined;
}

async function newStream(client: KinesisClient, ShardCount = 1): Promise<string> {
  const StreamName = uniqueName("transport");
  await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
  return StreamName;
}

async function putOne(client: KinesisClient, StreamName: string, text: string, PartitionKey = "a"): Promise<Put> {
  const put = new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from(text) });
  const { SequenceNumber: number } = await client.send(put);
  return { text, number };
}

async function putMany(client: KinesisClient, StreamName: string, texts: readonly string[]): Promise<Put[]> {
  const entries = texts.map((text) => ({ PartitionKey: "schlüssel", Data: Buffer.from(text) }));
  const { Records = [] } = await client.send(new PutRecordsCommand({ StreamName, Records: entries }));
  return texts.map((text, index) => ({ text, number: Records[index]?.SequenceNumber }));
}

function putsOf(records: readonly _Record[]): Put[] {
  return records.map((record) => ({ text: textOf(record), number: record.SequenceNumber }));
}

/** GetRecords until so many records have come. */
async function readSome(client: KinesisClient, iterator: string, count: number): Promise<_Record[]> {
  const records: _Record[] = [];
  let next: string | undefined = iterator;
  await until(
    async () => {
      const { Records = [], NextShardIterator }: GetRecordsCommandOutput = await read(client, next);
      records.push(...Records);
      next = NextShardIterator;
      return records.length >= count;
    },
    { what: `${count} records` },
  );
  return records;
}

describe.each(TRANSPORTS)("over %s", (transport) => {
  test("what is put is read over every transport: in order, under the numbers of the answers, with its keys", async () => {
    const client = over(transport);
    const StreamName = await newStream(client);
    const puts = [
      await putOne(client, StreamName, "one"),
      ...(await putMany(client, StreamName, numbered("many", 20))),
      ...(await putMany(over(transport, { batchFrames: false }), StreamName, numbered("single", 20))),
      await putOne(client, StreamName, "", "empty"),
    ];
    const views = await Promise.all(TRANSPORTS.map((reader) => readShard(over(reader), StreamName, "0")));
    for (const records of views) {
      expect(putsOf(records)).toEqual(puts);
      expect(records.map(({ PartitionKey }) => PartitionKey)).toEqual([
        "a",
        ...Array.from({ length: 40 }, () => "schlüssel"),
        "empty",
      ]);
      expect(records).toEqual(views[0]);
    }
    expect(new Set(puts.map(({ number }) => number)).size).toBe(puts.length);
    expect(puts.map(({ number = "" }) => BigInt(number))).toEqual(
      puts.map(({ number = "" }) => BigInt(number)).toSorted((one, other) => (one < other ? -1 : 1)),
    );
  });

  test("an iterator of any type begins where it should", async () => {
    const client = over(transport);
    const StreamName = await newStream(client);
    const [first, second] = await putMany(client, StreamName, ["first", "second"]);
    const third = await putOne(client, StreamName, "third");
    const from = async (input: object): Promise<string[]> =>
      (await readAll(client, await iteratorOf(client, { StreamName, ...input }))).map(textOf);
    const at = { StartingSequenceNumber: second?.number };
    expect(await from({ ShardIteratorType: "TRIM_HORIZON" })).toEqual(["first", "second", "third"]);
    expect(await from({ ShardIteratorType: "AT_SEQUENCE_NUMBER", ...at })).toEqual(["second", "third"]);
    expect(await from({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", ...at })).toEqual(["third"]);
    const after = { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: third.number };
    expect(await from(after)).toEqual([]);
    expect(await from({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(Date.now() - 60_000) })).toEqual([
      "first",
      "second",
      "third",
    ]);
    expect(await from({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date() })).toEqual([]);
    expect(await from({ ShardIteratorType: "LATEST" })).toEqual([]);
    expect(first?.number).not.toBe(second?.number);
  });

  test("LATEST, and a time at which nothing newer was there, give what is put after them", async () => {
    const client = over(transport);
    const StreamName = await newStream(client);
    const latestOfNothing = await iteratorOf(client, { StreamName, ShardIteratorType: "LATEST" });
    await putOne(client, StreamName, "before");
    const latest = await iteratorOf(client, { StreamName, ShardIteratorType: "LATEST" });
    const { Records = [], ...empty } = await read(client, latest);
    expect(Records).toEqual([]);
    expect(empty.MillisBehindLatest).toBe(0);
    const put = await putOne(over("amqp"), StreamName, "after");
    expect(putsOf(await readSome(client, empty.NextShardIterator ?? "", 1))).toEqual([put]);
    expect(putsOf(await readSome(client, latest, 1))).toEqual([put]);
    expect((await readSome(client, latestOfNothing, 2)).map(textOf)).toEqual(["before", "after"]);
  });

  test("a reader that is behind says so, and at the newest record that it is not", async () => {
    const client = over(transport);
    const StreamName = await newStream(client);
    await putMany(client, StreamName, numbered("r", 10));
    const iterator = await iteratorOf(client, { StreamName });
    const behind = await read(client, iterator, 5);
    expect(behind.MillisBehindLatest).toBeGreaterThan(0);
    const there = await readAll(client, behind.NextShardIterator ?? "");
    expect(there.map(textOf)).toEqual(numbered("r", 10).slice(5));
  });

  test("a record that is larger than a frame of the stream protocol is read over every transport, in order", async () => {
    const client = over(transport);
    const StreamName = uniqueName("transport");
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1, MaxRecordSizeInKiB: 10_240 }));
    const large = "x".repeat(3_000_000);
    // Not awaited one by one: the large one goes another way, and must not be overtaken.
    const texts = ["before", large, "after"];
    const puts = await Promise.all(texts.map((text) => putOne(client, StreamName, text)));
    for (const reader of TRANSPORTS) {
      const records = await readShard(over(reader), StreamName, "0");
      expect(records.map((record) => textOf(record).length)).toEqual([6, 3_000_000, 5]);
      expect(putsOf(records)).toEqual(puts);
    }
  });

  test("shards that are merged under load end, and lose nothing; producers go on in the child", async () => {
    const client = over(transport);
    const StreamName = await newStream(client, 2);
    const puts: Promise<Put>[] = [];
    const put = (index: number): void => void puts.push(putOne(client, StreamName, `r-${index}`, `key-${index}`));
    for (let index = 0; index < 50; index++) put(index);
    const merging = inBackground(
      over("amqp").send(
        new MergeShardsCommand({
          StreamName,
          ShardToMerge: "shardId-000000000000",
          AdjacentShardToMerge: "shardId-000000000001",
        }),
      ),
    );
    for (let index = 50; index < 100; index++) put(index);
    await merging;
    for (let index = 100; index < 120; index++) put(index);
    const confirmed = await Promise.all(puts);
    for (const reader of TRANSPORTS) {
      const shards = await Promise.all(["0", "1", "2"].map((shard) => readShard(over(reader), StreamName, shard)));
      const byText = (one: Put, other: Put): number => (one.text < other.text ? -1 : 1);
      expect(putsOf(shards.flat()).toSorted(byText)).toEqual(confirmed.toSorted(byText));
      expect(shards[2]?.length).toBeGreaterThanOrEqual(20);
    }
    const end = await client.send(
      new GetShardIteratorCommand({ StreamName, ShardId: "0", ShardIteratorType: "LATEST" }),
    );
    const { NextShardIterator, ChildShards = [] } = await read(client, end.ShardIterator);
    expect(NextShardIterator).toBeUndefined();
    expect(ChildShards.map(({ ShardId }) => ShardId)).toEqual(["shardId-000000000002"]);
  });
});

function subBatch(prefix: string): { content: Buffer }[] {
  return numbered(prefix, 20).map((text) => ({ content: Buffer.from(text) }));
}

describe.runIf(hasNpmTransport)("applications of rabbitmq-stream-js-client", () => {
  test("read what is put, over any transport, one message a record when batchFrames is off", async () => {
    for (const transport of TRANSPORTS) {
      const client = over(transport, { batchFrames: false });
      const StreamName = await newStream(client);
      await putMany(client, StreamName, numbered("r", 30));
      const npm = await npmClient(broker().streamPort);
      const received: { content: Buffer; applicationProperties?: object }[] = [];
      const stream = `${StreamName}.shardId-000000000000`;
      await npm.declareConsumer({ stream, offset: Offset.first() }, (message) => {
        received.push(message);
      });
      await until(() => received.length >= 30, { what: "30 messages" });
      const records = received.filter(({ content }) => content.length > 0);
      expect(records.map(({ content }) => content.toString())).toEqual(numbered("r", 30));
      expect(records[0]?.applicationProperties).toMatchObject({ "warrenmq-partition-key": "schlüssel" });
    }
  });

  test("write records, single and in sub-batches, plain and gzipped", async () => {
    const client = over("stream");
    const StreamName = await newStream(client);
    const npm = await npmClient(broker().streamPort);
    const publisher = await npm.declarePublisher({ stream: `${StreamName}.shardId-000000000000` });
    await publisher.sendSubEntries(subBatch("plain"), CompressionType.None);
    await publisher.sendSubEntries(subBatch("gzip"), CompressionType.Gzip);
    await publisher.send(Buffer.from("single"));
    await publisher.flush();
    const iterator = await iteratorOf(client, { StreamName });
    const records = await readSome(client, iterator, 41);
    expect(records.map(textOf)).toEqual([...numbered("plain", 20), ...numbered("gzip", 20), "single"]);
    expect(records.every(({ ApproximateArrivalTimestamp }) => ApproximateArrivalTimestamp !== undefined)).toBe(true);
    const middle = {
      ShardIteratorType: "AT_SEQUENCE_NUMBER",
      StartingSequenceNumber: records[25]?.SequenceNumber,
    } as const;
    const rest = await readSome(client, await iteratorOf(client, { StreamName, ...middle }), 16);
    expect(putsOf(rest)).toEqual(putsOf(records.slice(25)));
  });

  test("hand their client over", async () => {
    const npm = await npmClient(broker().streamPort);
    const client = over("rabbitmq-stream-js-client", { streams: { client: npm } });
    const StreamName = await newStream(client);
    const put = await putOne(client, StreamName, "one");
    expect(putsOf(await readShard(over("stream"), StreamName, "0"))).toEqual([put]);
    expect(npm.publisherCounts()).toBeGreaterThan(0);
    client.destroy();
    // Its `close` never answers while something else is being closed.
    await until(() => npm.publisherCounts() + npm.consumerCounts() === 0, { what: "nothing of ours on the client" });
  });
});

test.runIf(!hasNpmTransport)("rabbitmq-stream-js-client is refused where RabbitMQ is too old for it", async () => {
  const StreamName = await newStream(over("amqp"));
  const failure: unknown = await putOne(over("rabbitmq-stream-js-client"), StreamName, "one").catch(
    (error: unknown) => error,
  );
  expect(String(failure)).toMatch(/too old for rabbitmq-stream-js-client, which needs 3\.11/);
});

/** Puts and reads with a client that chooses; resolves to what it logs of its choice. */
async function chosen(streams: object): Promise<string> {
  const lines: string[] = [];
  const logger = { ...silent, info: (...content: unknown[]) => void lines.push(String(content[0])) };
  const client = over("auto", { streams, logger });
  const StreamName = await newStream(client);
  const put = await putOne(client, StreamName, "one");
  expect(putsOf(await readShard(client, StreamName, "0"))).toEqual([put]);
  const said = lines.filter((line) => line.startsWith("Kinesis records go over"));
  expect(said).toHaveLength(1);
  return said[0] ?? "";
}

test.each(TRANSPORTS)(
  "an aggregated record of the Kinesis Producer Library keeps its bytes over %s",
  async (transport) => {
    const client = over(transport);
    const StreamName = await newStream(client);
    const Data = Buffer.concat([Buffer.from("f3899ac20a0161", "hex"), randomBytes(50_000)]);
    const entry = { PartitionKey: "a", Data };
    await client.send(new PutRecordCommand({ StreamName, ...entry }));
    await client.send(new PutRecordsCommand({ StreamName, Records: [entry, entry] }));
    const views = await Promise.all(TRANSPORTS.map((reader) => readShard(over(reader), StreamName, "0")));
    const bytes = new Uint8Array(Data);
    for (const records of views) expect(records.map((record) => record.Data)).toEqual([bytes, bytes, bytes]);
  },
);

test("nodes are dialled where the address resolver says", async () => {
  const proxy = await startProxy({ target: broker().streamUrl ?? "" });
  onTestFinished(() => proxy.stop());
  const asked: string[] = [];
  const addressResolver = ({ host, port }: { host: string; port: number }): { host: string; port: number } => {
    asked.push(`${host}:${port}`);
    return { host: "127.0.0.1", port: proxy.port };
  };
  const client = over("stream", { streams: { url: proxy.url, addressResolver } });
  const StreamName = await newStream(client);
  const put = await putOne(client, StreamName, "one");
  expect(putsOf(await readShard(client, StreamName, "0"))).toEqual([put]);
  expect(asked).not.toEqual([]);
  expect(new Set(asked).size).toBe(1);
  expect(asked[0]).toMatch(new RegExp(`:${broker().streamPort}$`, "u"));
  expect(proxy.openConnections).toBeGreaterThan(1);
});

describe("the choice by itself", () => {
  test("is the stream protocol where its port answers, and is logged", async () => {
    expect(await chosen({})).toMatch(/stream protocol \(RabbitMQ \d/);
  });

  test("is AMQP where nobody listens, without delay", async () => {
    const startMs = performance.now();
    expect(await chosen({ url: "rabbitmq-stream://guest:guest@127.0.0.1:1" })).toMatch(
      /AMQP 0-9-1, because .*127\.0\.0\.1:1/,
    );
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  test("is AMQP where the node that leads the shard is out of reach", async () => {
    const addressResolver = { host: "127.0.0.1", port: 1 };
    expect(await chosen({ addressResolver, probeTimeoutMs: 500 })).toMatch(/AMQP 0-9-1, because/);
  });
});

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

test("a transport whose port does not answer fails within the timeout, and says where", async () => {
  const StreamName = await newStream(over("amqp"));
  const client = over("stream", { timeoutMs: 1_500, streams: { url: "rabbitmq-stream://guest:guest@127.0.0.1:1" } });
  const startMs = performance.now();
  const failure: unknown = await putOne(client, StreamName, "one").catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "ServiceUnavailable", $retryable: {} });
  expect(performance.now() - startMs).toBeLessThan(6_000);
});
