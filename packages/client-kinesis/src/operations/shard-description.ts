import type { ChildShard, Shard } from "@aws-sdk/client-kinesis";
import { formatSequenceNumber, LAST_INDEX } from "../model/sequence-number.ts";
import { shardIdOf } from "../model/shard-id.ts";
import { childrenOf, type ShardRecord } from "../model/shard-map.ts";

/** A shard as Kinesis describes it. */
export function describeShard(shard: ShardRecord): Shard {
  const { index, parents, startHash, endHash, createdAt, closedAt } = shard;
  const [parent, adjacent] = parents;
  const of = { shardCreatedAt: createdAt, shardIndex: index };
  const ending =
    closedAt === undefined
      ? {}
      : { EndingSequenceNumber: formatSequenceNumber({ ...of, index: LAST_INDEX, time: closedAt }) };
  return {
    ShardId: shardIdOf(index),
    ...(parent === undefined ? {} : { ParentShardId: shardIdOf(parent) }),
    ...(adjacent === undefined ? {} : { AdjacentParentShardId: shardIdOf(adjacent) }),
    HashKeyRange: { StartingHashKey: startHash, EndingHashKey: endHash },
    SequenceNumberRange: {
      StartingSequenceNumber: formatSequenceNumber({ ...of, index: 0n, time: createdAt }),
      ...ending,
    },
  };
}

/** The children of a shard, as a reader is told of them at its end. */
export function describeChildren(shards: readonly ShardRecord[], index: number): ChildShard[] {
  return childrenOf(shards, index).map((child) => ({
    ShardId: shardIdOf(child.index),
    ParentShards: child.parents.map(shardIdOf),
    HashKeyRange: { StartingHashKey: child.startHash, EndingHashKey: child.endHash },
  }));
}
