import type { PutPlace } from "../broker/record-producer.ts";

/** Where a record was put, as Kinesis says it. */
export function putResult({ shardId, sequenceNumber }: PutPlace): {
  readonly ShardId: string;
  readonly SequenceNumber: string;
} {
  return { ShardId: shardId, SequenceNumber: sequenceNumber };
}
