import type { MergeShardsInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { invalidArgument } from "../model/errors.ts";
import { shardIdOf } from "../model/shard-id.ts";
import { Members } from "../model/validate/members.ts";
import { REQUIRED_NAME } from "../model/validate/rules.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { refuseOnDemand, reshard } from "./reshard-stream.ts";
import { requireActiveStream, requireShardToChange } from "./stream-lookup.ts";

/** MergeShards: one new shard takes the hash keys of two neighbours, which end. Producers and readers go on meanwhile. */
export const mergeShards: Operation<KinesisContext, MergeShardsInput, undefined> = {
  status: "supported",
  difference: "The stream is ACTIVE again when the call returns.",
  async run(context, input) {
    const members = new Members(input);
    const lowerId = members.text("ShardToMerge", REQUIRED_NAME) ?? "";
    const upperId = members.text("AdjacentShardToMerge", REQUIRED_NAME) ?? "";
    const stream = await requireActiveStream(context, readStreamName(members));
    refuseOnDemand(stream, "MergeShards");
    const lower = requireShardToChange(context, stream, lowerId);
    const upper = requireShardToChange(context, stream, upperId);
    const areOpen = lower.state === "open" && upper.state === "open";
    if (!areOpen || BigInt(lower.endHash) + 1n !== BigInt(upper.startHash)) {
      throw invalidArgument(
        `Shards ${shardIdOf(lower.index)} and ${shardIdOf(upper.index)} in stream ${stream.name} under account ` +
          `${context.accountId} are not an adjacent pair of shards eligible for merging`,
      );
    }
    const closes = [lower.index, upper.index];
    await reshard(context, stream, {
      closes,
      opens: [{ startHash: lower.startHash, endHash: upper.endHash, parents: closes }],
    });
    return undefined;
  },
};
