import type { UpdateStreamModeInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { readMode } from "../model/validate/create-stream.ts";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { changeSettings } from "./settings-change.ts";
import { requireActiveStream } from "./stream-lookup.ts";

/** UpdateStreamMode: whether SplitShard, MergeShards and UpdateShardCount are allowed. */
export const updateStreamMode: Operation<KinesisContext, UpdateStreamModeInput, undefined> = {
  status: "partial",
  difference:
    "An on-demand stream keeps its shards: each takes what the broker takes. WarmThroughputMiBps is stored and shown.",
  async run(context, input) {
    const members = new Members(input);
    const mode = readMode(members, true) ?? "PROVISIONED";
    const warmThroughput = members.integer("WarmThroughputMiBps", { min: 0 });
    const stream = await requireActiveStream(context, readStreamName(members));
    await changeSettings(context, stream, { mode, ...(warmThroughput === undefined ? {} : { warmThroughput }) });
    return undefined;
  },
};
