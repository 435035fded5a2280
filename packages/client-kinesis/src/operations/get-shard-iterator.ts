import { randomBytes } from "node:crypto";
import type { GetShardIteratorInput, GetShardIteratorOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { dryRun } from "../model/errors.ts";
import { encodeIterator, type ShardPosition } from "../model/shard-iterator.ts";
import type { ShardRecord } from "../model/shard-map.ts";
import type { StreamRecord } from "../model/stream-record.ts";
import { Members } from "../model/validate/members.ts";
import { REQUIRED_NAME, SEQUENCE_NUMBER } from "../model/validate/rules.ts";
import { ITERATOR_TYPE, startOf, type StartingRequest } from "../model/validate/starting-position.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { requireKnownStream, requireShardToRead, throwingAwsErrors } from "./stream-lookup.ts";

/** GetShardIterator: says where to begin. The iterator can be used in any process. */
export const getShardIterator: Operation<KinesisContext, GetShardIteratorInput, GetShardIteratorOutput> = {
  status: "supported",
  difference: "For LATEST a message that marks the place is written to the shard's stream; no reader sees it.",
  async run(context, input) {
    const members = new Members(input);
    const shardId = members.text("ShardId", REQUIRED_NAME) ?? "";
    const type = members.text("ShardIteratorType", ITERATOR_TYPE);
    const sequenceNumber = members.text("StartingSequenceNumber", SEQUENCE_NUMBER);
    const timeMs = members.time("Timestamp");
    const isDryRun = members.flag("DryRun");
    const stream = await requireKnownStream(context, readStreamName(members));
    const shard = await requireShardToRead(context, stream, shardId);
    const position = await startPosition(context, stream, shard, { type, sequenceNumber, timeMs });
    if (isDryRun) throw dryRun();
    const lineage = randomBytes(8).toString("hex");
    const content = { streamName: stream.name, shardIndex: shard.index, position, createdAt: Date.now(), lineage };
    return { ShardIterator: encodeIterator(content, stream.incarnation) };
  },
};

/** Where a reader that asks for it begins. */
export async function startPosition(
  context: KinesisContext,
  stream: StreamRecord,
  shard: ShardRecord,
  request: StartingRequest,
): Promise<ShardPosition> {
  const { kinesis, deadline, accountId } = context;
  const start = startOf(request, { shard, streamName: stream.name, accountId }, Date.now());
  if (start.type !== "latest") return start;
  return throwingAwsErrors(context, stream.name, kinesis.tip(stream, shard.index, deadline));
}
