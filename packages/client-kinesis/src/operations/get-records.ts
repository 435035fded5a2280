import type { GetRecordsInput, GetRecordsOutput } from "@aws-sdk/client-kinesis";
import { OperationError, type Operation } from "@warrenmq/core/internal";
import { dryRun, invalidArgument, shardDoesNotExist } from "../model/errors.ts";
import { decodeIterator, encodeIterator, ITERATOR_LIFE_MS, type IteratorContent } from "../model/shard-iterator.ts";
import { shardIdOf } from "../model/shard-id.ts";
import type { ShardRecord } from "../model/shard-map.ts";
import type { StreamRecord } from "../model/stream-record.ts";
import { timeText } from "../model/time-text.ts";
import { Members } from "../model/validate/members.ts";
import { SHARD_ITERATOR, STREAM_ARN } from "../model/validate/rules.ts";
import type { KinesisContext } from "./context.ts";
import { describeRecords, millisBehindLatest } from "./record-description.ts";
import { describeChildren } from "./shard-description.ts";
import { throwingAwsErrors } from "./stream-lookup.ts";

const MAX_RECORDS = 10_000;
const MAX_BYTES = 10_485_760;
/** An empty answer comes after this; AWS takes longer for any. Callers that poll without a pause would keep a core busy. */
const EMPTY_WAIT_MS = 10;

/** GetRecords: what is there from the iterator on. */
export const getRecords: Operation<KinesisContext, GetRecordsInput, GetRecordsOutput> = {
  status: "supported",
  difference: "There is no limit of five calls or 2 MiB a second for a shard.",
  async run(context, input) {
    const members = new Members(input);
    const limit = members.integer("Limit", { min: 1, max: MAX_RECORDS }) ?? MAX_RECORDS;
    const text = members.text("ShardIterator", SHARD_ITERATOR) ?? "";
    members.text("StreamARN", STREAM_ARN);
    const isDryRun = members.flag("DryRun");
    members.check();
    const { stream, shard, iterator } = await readIterator(context, text);
    if (isDryRun) throw dryRun();
    const isClosed = shard.state === "closed";
    const taken = await throwingAwsErrors(context, stream.name, take(context, stream, iterator, isClosed, limit));
    // A shard that was closed before its end was looked for may have it behind us.
    const ended = taken.ended || (isClosed && taken.atTip && taken.runs.length === 0);
    const Records = describeRecords(shard, taken.runs);
    const MillisBehindLatest = millisBehindLatest(taken, Date.now());
    if (ended) return { Records, MillisBehindLatest, ChildShards: await childShards(context, stream, shard.index) };
    const next = { ...iterator, position: taken.position, createdAt: Date.now() };
    return { Records, NextShardIterator: encodeIterator(next, stream.incarnation), MillisBehindLatest };
  },
};

/** The children of a shard that has ended. The end may be read before the registry says that it was written. */
export async function childShards(
  context: KinesisContext,
  stream: StreamRecord,
  index: number,
): Promise<ReturnType<typeof describeChildren>> {
  const { kinesis, deadline } = context;
  const known = kinesis.registry.state.streams.get(stream.name) ?? stream;
  const current =
    known.shards[index]?.state === "closed" ? known : await kinesis.resharding.closed(stream, index, deadline);
  return describeChildren(current.shards, index);
}

function take(
  { kinesis, deadline }: KinesisContext,
  stream: StreamRecord,
  { lineage, position, shardIndex }: IteratorContent,
  isClosed: boolean,
  limit: number,
): ReturnType<typeof kinesis.cursors.take> {
  const limits = { records: limit, bytes: MAX_BYTES, waitMs: EMPTY_WAIT_MS, isClosed };
  const open = (): ReturnType<typeof kinesis.cursor> => kinesis.cursor(stream, shardIndex, position);
  return kinesis.directory.onShard(stream, shardIndex, deadline, () =>
    kinesis.cursors.take({ lineage, position, limits, open }, deadline),
  );
}

async function readIterator(
  { kinesis, deadline, accountId }: KinesisContext,
  text: string,
): Promise<{ readonly stream: StreamRecord; readonly shard: ShardRecord; readonly iterator: IteratorContent }> {
  const unverified = decodeIterator(text);
  if (unverified === undefined) throw invalidArgument("Invalid ShardIterator.");
  const { content } = unverified;
  const { streamName, shardIndex, createdAt } = content;
  const stream = await kinesis.directory.find(streamName, deadline);
  const shard = stream?.shards[shardIndex];
  if (stream === undefined) throw shardDoesNotExist(shardIdOf(shardIndex), streamName, accountId);
  if (!unverified.isSignedWith(stream.incarnation) || shard === undefined)
    throw invalidArgument("Invalid ShardIterator.");
  const now = Date.now();
  if (now - createdAt > ITERATOR_LIFE_MS) throw expired(createdAt, now);
  return { stream, shard, iterator: content };
}

function expired(createdAt: number, now: number): OperationError {
  return new OperationError(
    "ExpiredIteratorException",
    `Iterator expired. The iterator was created at time ${timeText(createdAt)} while right now it is ${timeText(now)} ` +
      `which is further in the future than the tolerated delay of ${ITERATOR_LIFE_MS} milliseconds.`,
  );
}
