import type { DescribeStreamInput, DescribeStreamOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { invalidArgument } from "../model/errors.ts";
import { shardIndexOf } from "../model/shard-id.ts";
import { listedShards } from "../model/shard-filter.ts";
import { Members } from "../model/validate/members.ts";
import { NAME } from "../model/validate/rules.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { describeShard } from "./shard-description.ts";
import { describeCommon } from "./stream-description.ts";
import { requireStream } from "./stream-lookup.ts";

const MAX_SHARDS = 100;

/** DescribeStream: the stream and its shards, up to 100 at once. */
export const describeStream: Operation<KinesisContext, DescribeStreamInput, DescribeStreamOutput> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const members = new Members(input);
    const limit = members.integer("Limit", { min: 1, max: 10_000 }) ?? MAX_SHARDS;
    const startId = members.text("ExclusiveStartShardId", NAME);
    const stream = await requireStream(context, readStreamName(members));
    const start = startId === undefined ? -1 : shardIndexOf(startId);
    if (start === undefined) throw invalidArgument(`ExclusiveStartShardId ${startId} is invalid.`);
    const rest = listedShards(stream, Date.now()).filter(({ index }) => index > start);
    const page = rest.slice(0, Math.min(limit, MAX_SHARDS));
    return {
      StreamDescription: {
        ...(await describeCommon(context, stream)),
        Shards: page.map(describeShard),
        HasMoreShards: page.length < rest.length,
      },
    };
  },
};
