import type { _Record } from "@aws-sdk/client-kinesis";
import type { RecordRun, Taken } from "../broker/shard-cursor.ts";
import { sequenceIndex, sequenceNumbersOf } from "../model/sequence-number.ts";
import type { ShardRecord } from "../model/shard-map.ts";

/** Records as Kinesis gives them. */
export function describeRecords(shard: ShardRecord, runs: readonly RecordRun[]): _Record[] {
  return runs.flatMap((run) => describeRun(shard, run));
}

function describeRun(shard: ShardRecord, { offset, firstIndex, records, arrivedAt }: RecordRun): _Record[] {
  const first = {
    shardCreatedAt: shard.createdAt,
    shardIndex: shard.index,
    index: sequenceIndex({ offset, index: firstIndex }),
    time: arrivedAt ?? shard.createdAt,
  };
  const numbers = sequenceNumbersOf(first, records.length);
  return records.map(({ data, partitionKey }, place) => ({
    SequenceNumber: numbers[place],
    ...(arrivedAt === undefined ? {} : { ApproximateArrivalTimestamp: new Date(arrivedAt) }),
    // The SDK gives Uint8Arrays, whose methods are not those of a Buffer.
    Data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    PartitionKey: partitionKey,
  }));
}

/** How far a reader is behind the newest record, in milliseconds; 0 when it has read that. */
export function millisBehindLatest({ runs, nextArrivedAt, atTip, ended }: Taken, now: number): number {
  if (atTip || ended) return 0;
  const arrivedAt = runs.at(-1)?.arrivedAt ?? nextArrivedAt;
  return arrivedAt === undefined ? 0 : Math.max(1, now - arrivedAt);
}
