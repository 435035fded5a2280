import { invalidArgument } from "../errors.ts";
import { LAST_INDEX, parseSequenceNumber, placeOf, type SequenceParts } from "../sequence-number.ts";
import { shardIdOf } from "../shard-id.ts";
import type { ShardPosition } from "../shard-iterator.ts";
import type { ShardRecord } from "../shard-map.ts";
import type { TextRule } from "./members.ts";

/** ShardIteratorType, in the order in which Kinesis names its values. */
export const ITERATOR_TYPE: TextRule = {
  required: true,
  values: ["AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"],
};

/** Where a reader asks to begin. */
export interface StartingRequest {
  readonly type: string | undefined;
  readonly sequenceNumber: string | undefined;
  /** Milliseconds since the epoch. */
  readonly timeMs: number | undefined;
}

/** On which shard, for messages. */
export interface StartingShard {
  readonly shard: ShardRecord;
  readonly streamName: string;
  readonly accountId: string;
}

/** Where to begin; `latest` is behind everything that is in the shard now. */
export type Start = ShardPosition | { readonly type: "latest" };

/**
 * Works out where a reader is to begin.
 * @throws OperationError `InvalidArgumentException`, as GetShardIterator answers
 */
export function startOf(request: StartingRequest, on: StartingShard, now: number): Start {
  const { type, sequenceNumber, timeMs } = request;
  const isBySequence = type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER";
  if (isBySequence !== (sequenceNumber !== undefined)) throw wrongCombination(type, sequenceNumber !== undefined);
  if (sequenceNumber !== undefined) return placeBySequence(sequenceNumber, type === "AFTER_SEQUENCE_NUMBER", on);
  if (type === "AT_TIMESTAMP") return { type: "time", timeMs: checkTime(timeMs, now) };
  return { type: type === "LATEST" ? "latest" : "oldest" };
}

function placeBySequence(number: string, after: boolean, { shard, streamName, accountId }: StartingShard): Start {
  const shardId = shardIdOf(shard.index);
  const used = `StartingSequenceNumber ${number} used in GetShardIterator on shard ${shardId} in stream ${streamName} under account ${accountId} is invalid`;
  const parsed = parseSequenceNumber(number);
  if (parsed === undefined) throw invalidArgument(`${used}.`);
  if (parsed.shardIndex !== shard.index) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardIdOf(parsed.shardIndex)}, while it was used in a call to a shard with ${shardId}`,
    );
  }
  if (seconds(parsed.shardCreatedAt) !== seconds(shard.createdAt)) {
    throw invalidArgument(`${used} because it did not come from this stream.`);
  }
  // The number with which a closed shard ends is no record's: whatever is in the shard lies before it.
  if (parsed.index === LAST_INDEX) return { type: "latest" };
  return { type: "record", ...nextPlace(parsed, after) };
}

function nextPlace({ index }: SequenceParts, after: boolean): { offset: number; index: number } {
  const place = placeOf(index);
  // 0 is the number with which the shard begins, not that of a record.
  if (index === 0n) return { offset: 0, index: 0 };
  return after ? { offset: place.offset, index: place.index + 1 } : place;
}

function checkTime(timeMs: number | undefined, now: number): number {
  if (timeMs === undefined) {
    throw invalidArgument(
      "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current value: null",
    );
  }
  if (timeMs <= now) return timeMs;
  throw invalidArgument(
    `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${timeMs}, currentTimestampInMillis: ${now}`,
  );
}

function wrongCombination(type: string | undefined, hasNumber: boolean): Error {
  return invalidArgument(
    "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or " +
      "(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. " +
      `Request specified ${type} and ${hasNumber ? "also a" : "no"} StartingSequenceNumber.`,
  );
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
