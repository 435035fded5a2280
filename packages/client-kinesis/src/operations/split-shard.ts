import type { SplitShardInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { invalidArgument } from "../model/errors.ts";
import { shardIdOf } from "../model/shard-id.ts";
import { Members } from "../model/validate/members.ts";
import { HASH_KEY, REQUIRED_NAME } from "../model/validate/rules.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { refuseOnDemand, reshard } from "./reshard-stream.ts";
import { requireActiveStream, requireShardToChange } from "./stream-lookup.ts";

/** SplitShard: two new shards take the hash keys of one, which ends. Producers and readers go on meanwhile. */
export const splitShard: Operation<KinesisContext, SplitShardInput, undefined> = {
  status: "supported",
  difference: "The stream is ACTIVE again when the call returns.",
  async run(context, input) {
    const members = new Members(input);
    const shardId = members.text("ShardToSplit", REQUIRED_NAME) ?? "";
    const newStart = members.text("NewStartingHashKey", { ...HASH_KEY, required: true }) ?? "0";
    const stream = await requireActiveStream(context, readStreamName(members));
    refuseOnDemand(stream, "SplitShard");
    const { index, startHash, endHash, state } = requireShardToChange(context, stream, shardId);
    const on = `shard ${shardIdOf(index)} in stream ${stream.name} under account ${context.accountId}`;
    if (state !== "open") throw invalidArgument(`The ${on} is closed and cannot be split.`);
    if (BigInt(newStart) <= BigInt(startHash) + 1n || BigInt(newStart) >= BigInt(endHash)) {
      throw invalidArgument(
        `NewStartingHashKey ${newStart} used in SplitShard() on ${on} is not both greater than one plus the shard's ` +
          `StartingHashKey ${startHash} and less than the shard's EndingHashKey ${endHash}.`,
      );
    }
    const opens = [
      { startHash, endHash: String(BigInt(newStart) - 1n), parents: [index] },
      { startHash: newStart, endHash, parents: [index] },
    ];
    await reshard(context, stream, { closes: [index], opens });
    return undefined;
  },
};
