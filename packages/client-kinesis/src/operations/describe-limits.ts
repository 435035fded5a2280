import type { DescribeLimitsInput, DescribeLimitsOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { openShards } from "../model/stream-record.ts";
import type { KinesisContext } from "./context.ts";

/** AWS's largest quotas; RabbitMQ has none of its own. */
const SHARD_LIMIT = 20_000;
const ON_DEMAND_LIMIT = 50;

/** DescribeLimits: how many shards and on-demand streams there are. */
export const describeLimits: Operation<KinesisContext, DescribeLimitsInput, DescribeLimitsOutput> = {
  status: "supported",
  difference: "The limits are shown and not enforced.",
  async run({ kinesis, deadline }) {
    await kinesis.directory.refresh(deadline);
    const streams = [...kinesis.registry.state.streams.values()];
    const onDemand = streams.filter(({ settings }) => settings.mode === "ON_DEMAND");
    return {
      ShardLimit: SHARD_LIMIT,
      OpenShardCount: streams.reduce((sum, stream) => sum + openShards(stream).length, 0),
      OnDemandStreamCount: onDemand.length,
      OnDemandStreamCountLimit: ON_DEMAND_LIMIT,
      ChannelCount: 0,
      ChannelCountLimit: 0,
    };
  },
};
