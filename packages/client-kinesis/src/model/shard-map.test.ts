import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenRanges, HASH_KEYS, hashPartitionKey, hexOfHashKey } from "./hash-key.ts";
import { planScaling, type PlannedRange } from "./scaling-plan.ts";
import { shardIdOf, shardIndexOf } from "./shard-id.ts";
import { childrenOf, routerOf, type ShardRecord } from "./shard-map.ts";

function shards(count: number): ShardRecord[] {
  return evenRanges(count).map((range, index) => ({
    ...range,
    index,
    createdAt: 0,
    parents: [],
    state: "open",
    keepHours: 168,
  }));
}

describe("a stream of three shards", () => {
  it("has AWS's hash ranges", () => {
    expect(evenRanges(3)).toEqual([
      { startHash: "0", endHash: "113427455640312821154458202477256070484" },
      { startHash: "113427455640312821154458202477256070485", endHash: "226854911280625642308916404954512140969" },
      { startHash: "226854911280625642308916404954512140970", endHash: "340282366920938463463374607431768211455" },
    ]);
  });

  it("routes a partition key by its MD5", () => {
    const router = routerOf(shards(3));
    for (const key of ["a", "b", "c", "user-17", "ключ", "😀"]) {
      const hash = BigInt(`0x${createHash("md5").update(key, "utf8").digest("hex")}`);
      const { startHash, endHash } = router.byPartitionKey(key);
      expect(BigInt(startHash) <= hash && hash <= BigInt(endHash)).toBe(true);
    }
  });

  it("routes an explicit hash key, the ends of ranges included", () => {
    const router = routerOf(shards(3));
    for (const { startHash, endHash, index } of shards(3)) {
      expect(router.byHashKey(startHash).index).toBe(index);
      expect(router.byHashKey(endHash).index).toBe(index);
    }
  });

  it("gives records without a key to each shard in turn", () => {
    const router = routerOf(shards(3));
    expect([0, 1, 2, 3].map(() => router.next().index)).toEqual([0, 1, 2, 0]);
  });
});

it("hash keys compare as texts in the order of the numbers", () => {
  const key = fc.bigInt({ min: 0n, max: HASH_KEYS - 1n });
  fc.assert(
    fc.property(key, key, (left, right) => {
      expect(hexOfHashKey(String(left)) < hexOfHashKey(String(right))).toBe(left < right);
    }),
  );
  expect(hashPartitionKey("a")).toHaveLength(32);
});

it("neither closed shards nor those that are still opening take records, and the latter are no one's children yet", () => {
  const [first, second, third] = [evenRanges(1), evenRanges(2)].flat();
  const base = { createdAt: 0, keepHours: 24 };
  if (first === undefined || second === undefined || third === undefined) throw new Error("three ranges");
  const closing: ShardRecord[] = [
    { ...base, ...first, index: 0, parents: [], state: "closing" },
    { ...base, ...second, index: 1, parents: [0], state: "opening" },
    { ...base, ...third, index: 2, parents: [0], state: "opening" },
  ];
  expect(routerOf(closing).byPartitionKey("a").index).toBe(0);
  expect(childrenOf(closing, 0)).toEqual([]);
  const closed = closing.map((shard): ShardRecord => ({ ...shard, state: shard.index === 0 ? "closed" : "open" }));
  expect(routerOf(closed).byHashKey("0").index).toBe(1);
  expect(childrenOf(closed, 0).map(({ index }) => index)).toEqual([1, 2]);
});

describe("a shard id", () => {
  it("is twelve digits, and is read from sloppy ones as Kinesis does", () => {
    expect(shardIdOf(3)).toBe("shardId-000000000003");
    for (const id of ["shardId-000000000003", "shardId-3", "3", "foo-3"]) expect(shardIndexOf(id)).toBe(3);
    for (const id of ["shardId", "shardId-", "-x", "a-b", "2147483648", "1e3"])
      expect(shardIndexOf(id)).toBeUndefined();
  });
});

function ranges(count: number): PlannedRange[] {
  return evenRanges(count).map(({ startHash, endHash }) => ({ start: BigInt(startHash), end: BigInt(endHash) }));
}

describe("a change of the number of shards", () => {
  it("splits each shard once to double them, and merges pairs to halve them", () => {
    expect(planScaling(ranges(4), 8)).toHaveLength(1);
    expect(planScaling(ranges(4), 8)[0]?.changes.map(({ opens }) => opens.length)).toEqual([2, 2, 2, 2]);
    expect(planScaling(ranges(8), 4)[0]?.changes.map(({ closes }) => closes.length)).toEqual([2, 2, 2, 2]);
    expect(planScaling(ranges(3), 3)).toEqual([]);
  });

  it("comes from any number of shards to any other by splits and merges that keep every hash key", () => {
    const count = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(count, count, (before, to) => {
        let open = ranges(before);
        for (const { changes } of planScaling(open, to)) {
          for (const { closes, opens } of changes) {
            expect([closes.length, opens.length]).toSatisfy(([from, into]: number[]) =>
              from === 1 ? into === 2 : from === 2 && into === 1,
            );
            expect(opens.at(0)?.start).toBe(closes.at(0)?.start);
            expect(opens.at(-1)?.end).toBe(closes.at(-1)?.end);
            const starts = new Set(closes.map(({ start }) => start));
            open = [...open.filter(({ start }) => !starts.has(start)), ...opens];
          }
        }
        const byStart = open.toSorted((left, right) => (left.start < right.start ? -1 : 1));
        expect(byStart).toEqual(ranges(to));
      }),
      { numRuns: 60 },
    );
  });
});
