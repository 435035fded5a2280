import {
  DescribeStreamSummaryCommand,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
  type KinesisClient,
} from "@warrenmq/client-kinesis";
import { describe, expect, inject, test, vi } from "vitest";
import {
  createTestStream,
  deleteStreamsAfterAll,
  kinesisErrorOf,
  readShard,
  shardsOf,
  testKinesis,
  textOf,
} from "../support/kinesis.ts";
import { publish, readCommands, record } from "../support/registry-records.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const kinesis = testKinesis();
const producers = [testKinesis(), testKinesis(), testKinesis()];
deleteStreamsAfterAll();

const HALF = 2n ** 127n;

describe("SplitShard", () => {
  test("makes two children of a parent that is closed", async () => {
    const StreamName = await createTestStream(kinesis);
    await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: "0", NewStartingHashKey: String(HALF) }));
    const [parent, ...children] = await shardsOf(kinesis, StreamName);
    expect(parent?.SequenceNumberRange?.EndingSequenceNumber).toMatch(/^\d{56}$/u);
    expect(children.map(({ ShardId, ParentShardId, HashKeyRange }) => [ShardId, ParentShardId, HashKeyRange])).toEqual([
      ["shardId-000000000001", "shardId-000000000000", { StartingHashKey: "0", EndingHashKey: String(HALF - 1n) }],
      [
        "shardId-000000000002",
        "shardId-000000000000",
        { StartingHashKey: String(HALF), EndingHashKey: String(2n * HALF - 1n) },
      ],
    ]);
    const start = children[0]?.SequenceNumberRange?.StartingSequenceNumber ?? "0";
    expect(BigInt(start)).toBeGreaterThan(BigInt(parent?.SequenceNumberRange?.EndingSequenceNumber ?? "0"));
  });

  test("refuses a key outside of the shard, a closed shard, and a stream in on-demand mode", async () => {
    const StreamName = await createTestStream(kinesis);
    const split = (NewStartingHashKey: string): Promise<unknown> =>
      kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: "0", NewStartingHashKey }));
    const end = String(2n * HALF - 1n);
    for (const key of ["0", "1", end]) {
      expect(await kinesisErrorOf(split(key))).toBe(
        `InvalidArgumentException: NewStartingHashKey ${key} used in SplitShard() on shard shardId-000000000000 in stream ` +
          `${StreamName} under account 000000000000 is not both greater than one plus the shard's StartingHashKey 0 and less ` +
          `than the shard's EndingHashKey ${end}.`,
      );
    }
    await split("2");
    expect(await kinesisErrorOf(split("2"))).toMatch(/^InvalidArgumentException: /u);
    const onDemand = await createTestStream(kinesis, {});
    const refused = new SplitShardCommand({ StreamName: onDemand, ShardToSplit: "0", NewStartingHashKey: "2" });
    expect(await kinesisErrorOf(kinesis.send(refused))).toMatch(/^ValidationException: /u);
  });
});

describe("MergeShards", () => {
  test("makes one child of two neighbours, the lower one named first", async () => {
    const StreamName = await createTestStream(kinesis, { ShardCount: 3 });
    const merge = (ShardToMerge: string, AdjacentShardToMerge: string): Promise<unknown> =>
      kinesis.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
    for (const [lower, upper] of [
      ["1", "0"],
      ["0", "2"],
      ["1", "1"],
    ] as const) {
      expect(await kinesisErrorOf(merge(lower, upper))).toBe(
        `InvalidArgumentException: Shards shardId-00000000000${lower} and shardId-00000000000${upper} in stream ${StreamName} ` +
          "under account 000000000000 are not an adjacent pair of shards eligible for merging",
      );
    }
    await merge("0", "1");
    expect((await shardsOf(kinesis, StreamName)).at(-1)).toMatchObject({
      ShardId: "shardId-000000000003",
      ParentShardId: "shardId-000000000000",
      AdjacentParentShardId: "shardId-000000000001",
      HashKeyRange: { StartingHashKey: "0", EndingHashKey: "226854911280625642308916404954512140969" },
    });
    expect(await kinesisErrorOf(merge("0", "7"))).toBe(
      `ResourceNotFoundException: Could not find shard 7 in stream ${StreamName} under account 000000000000.`,
    );
  });
});

describe("UpdateShardCount", () => {
  test("scales up to double and down to half, evenly", async () => {
    const StreamName = await createTestStream(kinesis, { ShardCount: 2 });
    const update = (TargetShardCount: number): Promise<unknown> =>
      kinesis.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" }));
    expect(await update(3)).toMatchObject({ StreamName, CurrentShardCount: 2, TargetShardCount: 3 });
    const open = await kinesis.send(new ListShardsCommand({ StreamName, ShardFilter: { Type: "AT_LATEST" } }));
    const starts = open.Shards?.map(({ HashKeyRange }) => BigInt(HashKeyRange?.StartingHashKey ?? "0"));
    expect(starts?.toSorted((left, right) => (left < right ? -1 : 1))).toEqual(
      [0n, 1n, 2n].map((part) => ((2n * HALF) / 3n) * part),
    );
    expect(await kinesisErrorOf(update(7))).toBe(
      "LimitExceededException: UpdateShardCount cannot scale up over double your current open shard count. Current open shard " +
        "count: 3, Target shard count: 7",
    );
    expect(await kinesisErrorOf(update(1))).toContain("cannot scale down below half your current open shard count.");
    const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`;
    await kinesis.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } }));
    expect(await kinesisErrorOf(update(4))).toMatch(/^ValidationException: /u);
  });
});

describe("ListShards", () => {
  test("filters by what was open when", async () => {
    const StreamName = await createTestStream(kinesis, { ShardCount: 2 });
    const before = new Date();
    await vi.waitUntil(() => Date.now() > before.getTime() + 50);
    await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: "0", NewStartingHashKey: "1000" }));
    const after = new Date(Date.now() + 50);
    const list = async (filter: object): Promise<number[]> => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table below has filters of every type
      const ShardFilter = filter as { Type: "AT_LATEST" };
      const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName, ShardFilter }));
      return Shards.map(({ ShardId = "" }) => Number(ShardId.slice(-1)));
    };
    expect(await list({ Type: "FROM_TRIM_HORIZON" })).toEqual([0, 1, 2, 3]);
    expect(await list({ Type: "AT_TRIM_HORIZON" })).toEqual([0, 1]);
    expect(await list({ Type: "AT_LATEST" })).toEqual([1, 2, 3]);
    expect(await list({ Type: "AFTER_SHARD_ID", ShardId: "shardId-000000000001" })).toEqual([2, 3]);
    expect(await list({ Type: "AT_TIMESTAMP", Timestamp: before })).toEqual([0, 1]);
    expect(await list({ Type: "AT_TIMESTAMP", Timestamp: after })).toEqual([1, 2, 3]);
    expect(await list({ Type: "FROM_TIMESTAMP", Timestamp: before })).toEqual([0, 1, 2, 3]);
    expect(await list({ Type: "FROM_TIMESTAMP", Timestamp: after })).toEqual([1, 2, 3]);
  });
});

interface Put {
  readonly key: string;
  readonly count: number;
  readonly ShardId: string | undefined;
  readonly SequenceNumber: string | undefined;
}

describe("producers at work", () => {
  test("lose no record, write none behind the end of a shard, and keep the order of each key, however shards are changed", async () => {
    const StreamName = await createTestStream(kinesis, { ShardCount: 2 });
    const puts: Put[] = [];
    const state = { stopped: false };
    const work = producers.flatMap((client, index) => [
      putOneByOne(client, StreamName, `one ${index}`, puts, state),
      putOneByOne(client, StreamName, `other ${index}`, puts, state),
      putBatches(client, StreamName, `batch ${index}`, puts, state),
    ]);
    const scale = (TargetShardCount: number): Promise<unknown> =>
      kinesis.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" }));
    for (const target of [4, 3, 6, 3, 2, 1, 2]) {
      const before = puts.length;
      await scale(target);
      await vi.waitUntil(() => puts.length > before + 50, { timeout: 10_000 });
    }
    state.stopped = true;
    await Promise.all(work);

    const shards = await shardsOf(kinesis, StreamName);
    const read: Put[] = [];
    for (const { ShardId = "" } of shards) {
      for (const one of await readShard(kinesis, StreamName, ShardId)) {
        const [key = "", count = ""] = textOf(one).split(":");
        read.push({ key, count: Number(count), ShardId, SequenceNumber: one.SequenceNumber });
      }
    }
    console.log(`${puts.length} records, ${shards.length} shards`);
    expect(new Set(read.map(idOf))).toEqual(new Set(puts.map(idOf)));
    expect(read).toHaveLength(puts.length);
    const byNumber = read.toSorted((left, right) => (numberOf(left) < numberOf(right) ? -1 : 1));
    const counts = new Map<string, number>();
    const disordered = byNumber.filter(({ key, count }) => {
      const isLate = count <= (counts.get(key) ?? -1);
      counts.set(key, count);
      return isLate;
    });
    expect(disordered).toEqual([]);
  }, 90_000);

  test("finish a change of shards whose author has died", async () => {
    const StreamName = await createTestStream(kinesis);
    const put = new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("before") });
    await producers[0]?.send(put);
    const commands = await readCommands(inject("brokerUrl"));
    const creation = commands.find(({ data }) => Reflect.get(Object(data), "name") === StreamName);
    const opens = [
      { startHash: "0", endHash: String(HALF - 1n), parents: [0] },
      { startHash: String(HALF), endHash: String(2n * HALF - 1n), parents: [0] },
    ];
    const on = { name: StreamName, incarnation: creation?.id };
    const data = { type: "begin-reshard", ...on, id: "left", closes: [0], opens, keepHours: 168 };
    await publish(inject("brokerUrl"), "warrenmq.registry", [record("kinesis", data, Date.now() - 60_000)]);
    // One that writes to the shard already, and one that has yet to begin.
    const second = await producers[0]?.send(put);
    const third = await producers[1]?.send(put);
    expect(["shardId-000000000001", "shardId-000000000002"]).toContain(third?.ShardId);
    expect(second?.ShardId).toBeDefined();
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    expect(StreamDescriptionSummary).toMatchObject({ StreamStatus: "ACTIVE", OpenShardCount: 2 });
    let records = 0;
    for (const ShardId of ["0", "1", "2"]) records += (await readShard(kinesis, StreamName, ShardId)).length;
    expect(records).toBe(3);
  });
});

async function putOneByOne(
  client: KinesisClient,
  StreamName: string,
  key: string,
  puts: Put[],
  state: { readonly stopped: boolean },
): Promise<void> {
  for (let count = 0; !state.stopped; count++) {
    const Data = Buffer.from(`${key}:${count}`);
    const { ShardId, SequenceNumber } = await client.send(
      new PutRecordCommand({ StreamName, PartitionKey: key, Data }),
    );
    puts.push({ key, count, ShardId, SequenceNumber });
  }
}

async function putBatches(
  client: KinesisClient,
  StreamName: string,
  key: string,
  puts: Put[],
  state: { readonly stopped: boolean },
): Promise<void> {
  for (let count = 0; !state.stopped; count++) {
    const keys = Array.from({ length: 20 }, (_, index) => `${key} ${index}`);
    const Records = keys.map((one) => ({ PartitionKey: one, Data: Buffer.from(`${one}:${count}`) }));
    const { Records: results = [], FailedRecordCount } = await client.send(
      new PutRecordsCommand({ StreamName, Records }),
    );
    expect(FailedRecordCount).toBe(0);
    for (const [index, { ShardId, SequenceNumber }] of results.entries()) {
      puts.push({ key: keys[index] ?? "", count, ShardId, SequenceNumber });
    }
  }
}

function idOf({ key, count, ShardId, SequenceNumber }: Put): string {
  return `${key}:${count} in ${ShardId} as ${SequenceNumber}`;
}

function numberOf({ SequenceNumber = "0" }: Put): bigint {
  return BigInt(SequenceNumber);
}
