import type { ShardRecord } from "./shard-map.ts";
import { shownShards, type StreamRecord } from "./stream-record.ts";

/** Which shards ListShards is to list. Times are milliseconds since the epoch. */
export type ShardFilter =
  | { readonly type: "AT_TRIM_HORIZON" | "FROM_TRIM_HORIZON" | "AT_LATEST" }
  | { readonly type: "AFTER_SHARD_ID"; readonly shardIndex: number }
  | { readonly type: "AT_TIMESTAMP" | "FROM_TIMESTAMP"; readonly timeMs: number };

const HOUR_MS = 3_600_000;

/** The shards that Kinesis shows: those that are closed disappear when their last records do. */
export function listedShards(stream: StreamRecord, now: number): ShardRecord[] {
  const horizon = now - stream.settings.retentionHours * HOUR_MS;
  return shownShards(stream).filter(({ closedAt = Infinity }) => closedAt >= horizon);
}

/** The shards that a filter lets through, of those that are shown. */
export function filteredShards(stream: StreamRecord, filter: ShardFilter, now: number): ShardRecord[] {
  return listedShards(stream, now).filter((shard) => passes(shard, filter, stream, now));
}

function passes(shard: ShardRecord, filter: ShardFilter, stream: StreamRecord, now: number): boolean {
  const { closedAt = Infinity } = shard;
  switch (filter.type) {
    case "FROM_TRIM_HORIZON":
      return true;
    case "AT_LATEST":
      return closedAt === Infinity;
    case "AFTER_SHARD_ID":
      return shard.index > filter.shardIndex;
    case "AT_TRIM_HORIZON":
      return wasOpenAt(shard, Math.max(stream.createdAt, now - stream.settings.retentionHours * HOUR_MS));
    case "AT_TIMESTAMP":
      return wasOpenAt(shard, Math.max(stream.createdAt, filter.timeMs));
    case "FROM_TIMESTAMP":
      return closedAt >= filter.timeMs;
  }
}

function wasOpenAt({ createdAt, parents, closedAt = Infinity }: ShardRecord, timeMs: number): boolean {
  // The creation time of a child is a second late, so that its sequence numbers are greater than its parents'.
  const openedAt = parents.length === 0 ? createdAt : createdAt - 1000;
  return openedAt <= timeMs && timeMs <= closedAt;
}
