import type { _Record } from "@aws-sdk/client-kinesis";
import type { RecordRun, Taken } from "../broker/shard-cursor.ts";
import { sequenceIndex, sequenceNumbersOf } from "../model/sequence-number.ts";
import type { ShardRecord } from "../model/shard-map.ts";

/** Records as Kinesis gives them. */
export function describeRecords(shard: ShardRecord, runs: readonly RecordRun[]): _Record[] {
  return runs.flatMap((run) => describeRun(shard, run));
}

function describeRun(shard: ShardRecord, { offset, firstIndex, records, arrivedAt, storedAt }: RecordRun): _Record[] {
  const shownAt = arrivedAt ?? storedAt;
  const first = {
    shardCreatedAt: shard.createdAt,
    shardIndex: shard.index,
    index: sequenceIndex({ offset, index: firstIndex }),
    // Not the time of storing, which only some transports see: the number must be the same over all of them.
    time: arrivedAt ?? shard.createdAt,
  };
  const numbers = sequenceNumbersOf(first, records.length);
  return records.map(({ data, partitionKey }, place) => ({
    SequenceNumber: numbers[place],
    ...(shownAt === undefined ? {} : { ApproximateArrivalTimestamp: new Date(shownAt) }),
    // The SDK gives Uint8Arrays, whose methods are not those of a Buffer.
    Data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    PartitionKey: partitionKey,
  }));
}

/** How far a reader is behind the newest record, in milliseconds; 0 when it has read that. */
export function millisBehindLatest({ runs, nextArrivedAt, atTip, ended }: Taken, now: number): number {
  if (atTip || ended) return 0;
  const last = runs.at(-1);
  const arrivedAt = last?.arrivedAt ?? last?.storedAt ?? nextArrivedAt;
  return arrivedAt === undefined ? 0 : Math.max(1, now - arrivedAt);
}
