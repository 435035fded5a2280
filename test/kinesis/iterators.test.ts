import {
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
  type _Record,
  type GetRecordsCommandOutput,
} from "@warrenmq/client-kinesis";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  createTestStream,
  deleteStreamsAfterAll,
  iteratorOf,
  kinesisErrorOf,
  read,
  readAll,
  shardsOf,
  testKinesis,
  textOf,
} from "../support/kinesis.ts";

const kinesis = testKinesis();
const elsewhere = testKinesis();
deleteStreamsAfterAll();
afterEach(() => {
  vi.useRealTimers();
});

async function put(StreamName: string, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from(text) }));
  }
}

async function putFrame(StreamName: string, ...texts: string[]): Promise<void> {
  const Records = texts.map((text) => ({ PartitionKey: "a", Data: Buffer.from(text) }));
  await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
}

describe("an iterator", () => {
  let StreamName: string;
  let records: _Record[];
  beforeAll(async () => {
    StreamName = await createTestStream(kinesis);
    await put(StreamName, "a", "b");
    await putFrame(StreamName, "c", "d", "e");
    await put(StreamName, "f");
    records = await readAll(kinesis, await iteratorOf(kinesis, { StreamName }));
  });

  const numberOf = (text: string): string =>
    records.find((record) => textOf(record) === text)?.SequenceNumber ?? "missing";
  const textsFrom = async (input: Partial<Parameters<typeof iteratorOf>[1]>): Promise<string> => {
    const found = await readAll(elsewhere, await iteratorOf(kinesis, { StreamName, ...input }));
    return found.map(textOf).join("");
  };

  test("of type TRIM_HORIZON begins at the oldest record", async () => {
    expect(await textsFrom({ ShardIteratorType: "TRIM_HORIZON" })).toBe("abcdef");
  });

  test.each(["a", "b", "c", "d", "e", "f"])(
    "AT and AFTER_SEQUENCE_NUMBER begin at %s and behind it, inside of frames too",
    async (text) => {
      const StartingSequenceNumber = numberOf(text);
      const all = "abcdef";
      const at = await textsFrom({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber });
      expect(at).toBe(all.slice(all.indexOf(text)));
      const after = await textsFrom({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber });
      expect(after).toBe(all.slice(all.indexOf(text) + 1));
    },
  );

  test("at the shard's StartingSequenceNumber begins at the oldest record", async () => {
    const [shard] = await shardsOf(kinesis, StreamName);
    const StartingSequenceNumber = shard?.SequenceNumberRange?.StartingSequenceNumber;
    expect(await textsFrom({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber })).toBe("abcdef");
    expect(await textsFrom({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber })).toBe("abcdef");
  });

  test("of type AT_TIMESTAMP begins at the first record that arrived then or later", async () => {
    const StreamName2 = await createTestStream(kinesis);
    await put(StreamName2, "old");
    const [old] = await readAll(kinesis, await iteratorOf(kinesis, { StreamName: StreamName2 }));
    const oldMs = old?.ApproximateArrivalTimestamp?.getTime() ?? 0;
    await vi.waitUntil(() => Date.now() > oldMs + 1);
    await put(StreamName2, "new", "newer");
    const from = async (ms: number): Promise<string[]> => {
      const Timestamp = new Date(ms);
      const input = { StreamName: StreamName2, ShardIteratorType: "AT_TIMESTAMP", Timestamp } as const;
      return (await readAll(elsewhere, await iteratorOf(kinesis, input))).map(textOf);
    };
    expect(await from(oldMs + 1)).toEqual(["new", "newer"]);
    expect(await from(oldMs)).toEqual(["old", "new", "newer"]);
    expect(await from(oldMs - 3_600_000)).toEqual(["old", "new", "newer"]);
    expect(await from(Date.now())).toEqual([]);
    expect(await kinesisErrorOf(from(Date.now() + 60_000))).toMatch(
      /^InvalidArgumentException: The timestampInMillis parameter cannot be greater than the currentTimestampInMillis\./u,
    );
  });

  test("of type LATEST gives what is put after it, whenever and wherever it is used", async () => {
    const StreamName2 = await createTestStream(kinesis);
    await put(StreamName2, "before");
    const iterator = await iteratorOf(elsewhere, { StreamName: StreamName2, ShardIteratorType: "LATEST" });
    await put(StreamName2, "after");
    expect((await readAll(kinesis, iterator)).map(textOf)).toEqual(["after"]);
    expect((await readAll(elsewhere, iterator)).map(textOf)).toEqual(["after"]);
  });

  test("gives no more than Limit, and the next one goes on behind it, in another process too", async () => {
    const seen: string[] = [];
    let iterator: string | undefined = await iteratorOf(kinesis, { StreamName });
    for (const [client, limit] of [
      [kinesis, 1],
      [elsewhere, 2],
      [kinesis, 1],
      [kinesis, 1],
      [elsewhere, 10_000],
    ] as const) {
      const { Records = [], NextShardIterator } = await read(client, iterator, limit);
      expect(NextShardIterator).not.toBe(iterator);
      seen.push(Records.map(textOf).join(""));
      iterator = NextShardIterator;
    }
    expect(seen).toEqual(["a", "bc", "d", "e", "f"]);
  });

  test("can be used again, and finds what came meanwhile", async () => {
    const StreamName2 = await createTestStream(kinesis);
    const iterator = await iteratorOf(kinesis, { StreamName: StreamName2 });
    expect((await read(kinesis, iterator)).Records).toEqual([]);
    await put(StreamName2, "one");
    expect((await read(kinesis, iterator)).Records?.map(textOf)).toEqual(["one"]);
    await put(StreamName2, "two");
    expect((await readAll(kinesis, iterator)).map(textOf)).toEqual(["one", "two"]);
    expect((await readAll(kinesis, iterator)).map(textOf)).toEqual(["one", "two"]);
  });

  test("expires after five minutes", async () => {
    const iterator = await iteratorOf(kinesis, { StreamName });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 300_500 });
    expect(await kinesisErrorOf(read(kinesis, iterator))).toMatch(
      /^ExpiredIteratorException: Iterator expired\. The iterator was created at time .* which is further in the future than the tolerated delay of 300000 milliseconds\.$/u,
    );
  });

  test("is refused when it was made up, changed, or carried over from another stream", async () => {
    const other = await createTestStream(kinesis);
    const iterator = await iteratorOf(kinesis, { StreamName });
    const carried = Buffer.from(iterator, "base64");
    carried.write(other, 41);
    for (const forged of [
      "x",
      iterator.slice(4),
      carried.toString("base64"),
      `${iterator.slice(0, 20)}AAAA${iterator.slice(24)}`,
    ]) {
      expect(await kinesisErrorOf(read(kinesis, forged))).toBe("InvalidArgumentException: Invalid ShardIterator.");
    }
  });
});

describe("GetShardIterator", () => {
  let StreamName: string;
  beforeAll(async () => {
    StreamName = await createTestStream(kinesis, { ShardCount: 2 });
  });
  const errorOf = (input: Partial<Parameters<typeof iteratorOf>[1]>): Promise<string> =>
    kinesisErrorOf(iteratorOf(kinesis, { StreamName, ...input }));

  test("refuses numbers of other shards, other streams, and no numbers at all", async () => {
    const [first, second] = await shardsOf(kinesis, StreamName);
    const [foreign] = await shardsOf(kinesis, await createLater());
    const at = (StartingSequenceNumber?: string): Promise<string> =>
      errorOf({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber });
    expect(await at(second?.SequenceNumberRange?.StartingSequenceNumber)).toBe(
      "InvalidArgumentException: Invalid StartingSequenceNumber. It encodes shardId-000000000001, while it was used in a call " +
        "to a shard with shardId-000000000000",
    );
    const foreignNumber = foreign?.SequenceNumberRange?.StartingSequenceNumber;
    expect(await at(foreignNumber)).toBe(
      `InvalidArgumentException: StartingSequenceNumber ${foreignNumber} used in GetShardIterator on shard ` +
        `shardId-000000000000 in stream ${StreamName} under account 000000000000 is invalid because it did not come from this stream.`,
    );
    expect(await at("5")).toBe(
      "InvalidArgumentException: StartingSequenceNumber 5 used in GetShardIterator on shard shardId-000000000000 in stream " +
        `${StreamName} under account 000000000000 is invalid.`,
    );
    expect(await at()).toContain("Request specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber.");
    const StartingSequenceNumber = first?.SequenceNumberRange?.StartingSequenceNumber;
    expect(await errorOf({ ShardIteratorType: "LATEST", StartingSequenceNumber })).toContain(
      "Request specified LATEST and also a StartingSequenceNumber.",
    );
    expect(await errorOf({ ShardIteratorType: "AT_TIMESTAMP" })).toMatch(/^InvalidArgumentException: /u);
  });

  test("takes sloppy shard ids, and names those that are not there as Kinesis does", async () => {
    for (const ShardId of ["1", "shardId-1", "foo-1"]) {
      expect(await iteratorOf(kinesis, { StreamName, ShardId })).not.toBe("");
    }
    expect(await errorOf({ ShardId: "shardId-000000000009" })).toBe(
      `ResourceNotFoundException: Shard shardId-000000000009 in stream ${StreamName} under account 000000000000 does not exist`,
    );
    expect(await errorOf({ ShardId: "what" })).toBe(
      `ResourceNotFoundException: Could not find shard what in stream ${StreamName} under account 000000000000.`,
    );
  });
});

describe("GetRecords", () => {
  test("says how far it is behind, and 0 when it has read everything", async () => {
    const StreamName = await createTestStream(kinesis);
    await put(StreamName, "a", "b");
    const iterator = await iteratorOf(elsewhere, { StreamName });
    await vi.waitUntil(async () => ((await read(elsewhere, iterator, 1)).MillisBehindLatest ?? 0) > 20);
    const { NextShardIterator } = await read(elsewhere, iterator, 2);
    expect(await read(elsewhere, NextShardIterator)).toMatchObject({ Records: [], MillisBehindLatest: 0 });
  });

  test("ends a closed shard with its children and without another iterator, from wherever one begins", async () => {
    const StreamName = await createTestStream(kinesis);
    await put(StreamName, "a", "b");
    const NewStartingHashKey = String(2n ** 127n);
    await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: "0", NewStartingHashKey }));
    const ending = (await shardsOf(kinesis, StreamName))[0]?.SequenceNumberRange?.EndingSequenceNumber;
    const starts = [
      { ShardIteratorType: "TRIM_HORIZON" },
      { ShardIteratorType: "LATEST" },
      { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date() },
      { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: ending },
    ] as const;
    for (const start of starts) {
      let next: string | undefined = await iteratorOf(elsewhere, { StreamName, ...start });
      const texts: string[] = [];
      while (next !== undefined) {
        const answer: GetRecordsCommandOutput = await read(elsewhere, next, 1);
        const { Records = [], NextShardIterator, ChildShards, MillisBehindLatest } = answer;
        texts.push(...Records.map(textOf));
        next = NextShardIterator;
        expect(ChildShards === undefined).toBe(next !== undefined);
        if (next !== undefined) continue;
        expect(MillisBehindLatest).toBe(0);
        expect(ChildShards?.map(({ ShardId, ParentShards }) => [ShardId, ParentShards])).toEqual([
          ["shardId-000000000001", ["shardId-000000000000"]],
          ["shardId-000000000002", ["shardId-000000000000"]],
        ]);
      }
      expect(texts).toEqual(start.ShardIteratorType === "TRIM_HORIZON" ? ["a", "b"] : []);
    }
  });

  test("gives no more than 10 MiB at once, and all in the end", async () => {
    const StreamName = await createTestStream(kinesis);
    for (let index = 0; index < 3; index++) {
      const Records = Array.from({ length: 5 }, () => ({ PartitionKey: "a", Data: Buffer.alloc(1_000_000, index) }));
      await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    }
    let iterator: string | undefined = await iteratorOf(kinesis, { StreamName });
    const sizes: number[] = [];
    for (let records = 0; records < 15;) {
      const { Records = [], NextShardIterator }: GetRecordsCommandOutput = await read(kinesis, iterator);
      records += Records.length;
      sizes.push(Records.reduce((sum, { Data }) => sum + (Data?.length ?? 0), 0));
      iterator = NextShardIterator;
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10_485_760);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(15_000_000);
  });

  test("hides records that are older than the retention period", async () => {
    const StreamName = await createTestStream(kinesis);
    const realNow = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: realNow - 25 * 3_600_000 });
    await put(StreamName, "yesterday");
    vi.useRealTimers();
    await put(StreamName, "today");
    expect((await readAll(elsewhere, await iteratorOf(kinesis, { StreamName }))).map(textOf)).toEqual(["today"]);
  });
});

/** A stream that was created in another second than the one under test. */
async function createLater(): Promise<string> {
  const second = Math.floor(Date.now() / 1000);
  await vi.waitUntil(() => Math.floor(Date.now() / 1000) > second + 1, { timeout: 3_000 });
  return createTestStream(kinesis);
}
