import type { PutPlace } from "../broker/record-producer.ts";
import { formatSequenceNumber, sequenceIndex } from "../model/sequence-number.ts";
import { shardIdOf } from "../model/shard-id.ts";

/** Where a record was put, as Kinesis says it. */
export function putResult({ shard, offset, index, arrivedAt }: PutPlace): {
  readonly ShardId: string;
  readonly SequenceNumber: string;
} {
  return {
    ShardId: shardIdOf(shard.index),
    SequenceNumber: formatSequenceNumber({
      shardCreatedAt: shard.createdAt,
      shardIndex: shard.index,
      index: sequenceIndex({ offset, index }),
      time: arrivedAt,
    }),
  };
}
