import { createHash } from "node:crypto";
import type { LoadRecord } from "../load/record-maker.ts";

const MOST_KEYS = 100_000;

/** Sorts keys into shards as Kinesis does: by the MD5 of the key, in equal ranges. Keys that come often are not hashed again. */
export function shardOfKey(shards: number): (key: string) => number {
  const known = new Map<string, number>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const shard = Math.floor((createHash("md5").update(key).digest().readUInt32BE(0) / 2 ** 32) * shards);
    if (known.size < MOST_KEYS) known.set(key, shard);
    return shard;
  };
}

/** The records of a call by shard, in their order. */
export function byShard(
  records: readonly LoadRecord[],
  shards: number,
  shardOf: (key: string) => number,
): readonly (readonly LoadRecord[])[] {
  const batches = Array.from({ length: shards }, (): LoadRecord[] => []);
  for (const record of records) batches[shardOf(record.key)]?.push(record);
  return batches;
}

/** The shards that one of several consumers reads. */
export function shardsOf(member: number, members: number, shards: number): number[] {
  return Array.from({ length: shards }, (_, shard) => shard).filter((shard) => shard % members === member);
}

/** The streams that stand for the shards of a stream, where the target knows no shards. */
export function shardStreams(name: string, shards: number): string[] {
  return Array.from({ length: shards }, (_, shard) => `${name}.${shard}`);
}
