import { MetricsName } from "@aws-sdk/client-kinesis";
import type { EnhancedMonitoringOutput } from "@aws-sdk/client-kinesis";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { changeSettings } from "./settings-change.ts";
import { metricsOf } from "./stream-description.ts";
import { requireActiveStream, streamArn } from "./stream-lookup.ts";

const ALL = Object.values(MetricsName).filter((metric) => metric !== "ALL");

/** Adds shard-level metrics to those of a stream, or takes them away. */
export async function changeMonitoring(
  context: KinesisContext,
  input: object,
  change: "enable" | "disable",
): Promise<EnhancedMonitoringOutput> {
  const members = new Members(input);
  const rule = { required: true, min: 1, max: 7, values: Object.values(MetricsName) };
  const named = members.texts("ShardLevelMetrics", rule);
  const stream = await requireActiveStream(context, readStreamName(members));
  const metrics = named.includes("ALL") ? ALL : named;
  const { monitoring } = stream.settings;
  const kept = monitoring.filter((metric) => !metrics.includes(metric));
  const next = change === "enable" ? [...kept, ...metrics] : kept;
  await changeSettings(context, stream, { monitoring: next });
  return {
    StreamName: stream.name,
    StreamARN: await streamArn(context, stream.name),
    CurrentShardLevelMetrics: metricsOf(monitoring),
    DesiredShardLevelMetrics: metricsOf(next),
  };
}
