import type { ListShardsInput, ListShardsOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { streamNotFound } from "../model/errors.ts";
import { encodeToken } from "../model/next-token.ts";
import { filteredShards } from "../model/shard-filter.ts";
import { validateListShards } from "../model/validate/list-shards.ts";
import type { KinesisContext } from "./context.ts";
import { describeShard } from "./shard-description.ts";
import { requireStream } from "./stream-lookup.ts";

/** ListShards: with every filter of Kinesis', up to 1000 at once. */
export const listShards: Operation<KinesisContext, ListShardsInput, ListShardsOutput> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const now = Date.now();
    const { streamName, afterIndex, maxResults, filter, filterText, createdAtMs } = validateListShards(input, now);
    const stream = await requireStream(context, streamName);
    const isOther = createdAtMs !== undefined && seconds(createdAtMs) !== seconds(stream.createdAt);
    if (isOther) throw streamNotFound(streamName, context.accountId);
    const rest = filteredShards(stream, filter, now).filter(({ index }) => index > afterIndex);
    const page = rest.slice(0, maxResults);
    const last = page.at(-1);
    const Shards = page.map(describeShard);
    if (last === undefined || page.length === rest.length) return { Shards };
    const next = { streamName, after: String(last.index), filter: filterText };
    return { Shards, NextToken: encodeToken(next, now) };
  },
};

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
