import { hashPartitionKey, hexOfHashKey, type HashRange } from "./hash-key.ts";

/** What the registry knows of one shard. */
export interface ShardRecord extends HashRange {
  /** Its place in the order of creation, which is its id; never used again. */
  readonly index: number;
  /** Milliseconds since the epoch. Part of every sequence number of the shard. */
  readonly createdAt: number;
  /** Indexes of the shards that it was split from or merged of: none, one or two. */
  readonly parents: readonly number[];
  /**
   * - `opening`: the shards that it comes of are being closed. It takes no records yet and is not shown.
   * - `open`: takes records.
   * - `closing`: takes records until its end-of-shard marker, which is being written.
   * - `closed`: ends at its marker.
   */
  readonly state: "opening" | "open" | "closing" | "closed";
  /** Milliseconds since the epoch. */
  readonly closedAt?: number;
  /** For how long the broker keeps the shard's records at least: an argument of its stream queue, fixed at creation. */
  readonly keepHours: number;
}

/** A shard that is to be opened. */
export interface NewShard extends HashRange {
  readonly parents: readonly number[];
}

/** Finds the shard that takes a hash key. */
export interface ShardRouter {
  /** The shard for a partition key. */
  byPartitionKey(partitionKey: string): ShardRecord;
  /** The shard for an ExplicitHashKey, decimal. */
  byHashKey(hashKey: string): ShardRecord;
  /** A shard that takes records, another one at each call: for records without a partition key. */
  next(): ShardRecord;
}

/** Whether the shard takes records. */
export function takesRecords({ state }: ShardRecord): boolean {
  return state === "open" || state === "closing";
}

/** Partition keys whose shard is remembered: the MD5 is the dearest part of routing, and keys come again. */
const MAX_KNOWN_KEYS = 10_000;

/** Routes to the shards that take records; between them they have every hash key. */
export function routerOf(shards: readonly ShardRecord[]): ShardRouter {
  const routed = shards
    .filter(takesRecords)
    .map((shard) => ({ shard, start: hexOfHashKey(shard.startHash) }))
    .toSorted((left, right) => (left.start < right.start ? -1 : 1));
  const find = (hex: string): ShardRecord => {
    let low = 0;
    let high = routed.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((routed[middle]?.start ?? "") <= hex) low = middle;
      else high = middle - 1;
    }
    return shardAt(routed, low);
  };
  let turn = 0;
  const known = new Map<string, ShardRecord>();
  return {
    byPartitionKey: (partitionKey) => {
      const same = known.get(partitionKey);
      if (same !== undefined) return same;
      if (known.size === MAX_KNOWN_KEYS) known.clear();
      const shard = find(hashPartitionKey(partitionKey));
      known.set(partitionKey, shard);
      return shard;
    },
    byHashKey: (hashKey) => find(hexOfHashKey(hashKey)),
    next: () => shardAt(routed, turn++ % routed.length),
  };
}

/** The shards that were split from or merged of this one, once they take records. */
export function childrenOf(shards: readonly ShardRecord[], index: number): ShardRecord[] {
  return shards.filter((shard) => shard.state !== "opening" && shard.parents.includes(index));
}

function shardAt(routed: readonly { readonly shard: ShardRecord }[], index: number): ShardRecord {
  const shard = routed[index]?.shard;
  if (shard === undefined) throw new Error("The stream has no open shard.");
  return shard;
}
