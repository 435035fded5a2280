import type { _Record } from "@aws-sdk/client-kinesis";
import type { RecordRun, Taken } from "../broker/shard-cursor.ts";
import { sequenceIndex, sequenceNumbersOf } from "../model/sequence-number.ts";
import type { ShardRecord } from "../model/shard-map.ts";

/** Records as Kinesis gives them. */
export function describeRecords(shard: ShardRecord, runs: readonly RecordRun[]): _Record[] {
  const described: _Record[] = [];
  for (const run of runs) describeRun(shard, run, described);
  return described;
}

/** Adds a run's records. Runs once for every record that is read: without spreads and lists in between. */
function describeRun(shard: ShardRecord, run: RecordRun, described: _Record[]): void {
  const { offset, firstIndex, records, arrivedAt, storedAt } = run;
  const shownAt = arrivedAt ?? storedAt;
  const first = {
    shardCreatedAt: shard.createdAt,
    shardIndex: shard.index,
    index: sequenceIndex({ offset, index: firstIndex }),
    // Not the time of storing, which only some transports see: the number must be the same over all of them.
    time: arrivedAt ?? shard.createdAt,
  };
  const numbers = sequenceNumbersOf(first, records.length);
  let place = 0;
  for (const { data: Data, partitionKey: PartitionKey } of records) {
    const SequenceNumber = numbers[place++];
    described.push(
      shownAt === undefined
        ? { SequenceNumber, Data, PartitionKey }
        : { SequenceNumber, ApproximateArrivalTimestamp: new Date(shownAt), Data, PartitionKey },
    );
  }
}

/** How far a reader is behind the newest record, in milliseconds; 0 when it has read that. */
export function millisBehindLatest({ runs, nextArrivedAt, atTip, ended }: Taken, now: number): number {
  if (atTip || ended) return 0;
  const last = runs.at(-1);
  const arrivedAt = last?.arrivedAt ?? last?.storedAt ?? nextArrivedAt;
  return arrivedAt === undefined ? 0 : Math.max(1, now - arrivedAt);
}
