import type { MetricsName, StreamDescription } from "@aws-sdk/client-kinesis";
import { MetricsName as METRICS } from "@aws-sdk/client-kinesis";
import { statusOf, type StreamRecord } from "../model/stream-record.ts";
import type { KinesisContext } from "./context.ts";
import { streamArn } from "./stream-lookup.ts";

/** What DescribeStream and DescribeStreamSummary both say of a stream. */
export async function describeCommon(
  context: KinesisContext,
  stream: StreamRecord,
): Promise<Omit<StreamDescription, "Shards" | "HasMoreShards">> {
  const { retentionHours, mode, monitoring, encryptionKeyId } = stream.settings;
  return {
    StreamName: stream.name,
    StreamARN: await streamArn(context, stream.name),
    StreamStatus: statusOf(stream),
    StreamModeDetails: { StreamMode: mode },
    RetentionPeriodHours: retentionHours,
    StreamCreationTimestamp: toSecond(stream.createdAt),
    EnhancedMonitoring: [{ ShardLevelMetrics: metricsOf(monitoring) }],
    ...(encryptionKeyId === "" ? { EncryptionType: "NONE" } : { EncryptionType: "KMS", KeyId: encryptionKeyId }),
  };
}

/** Names of metrics in the SDK's type. */
export function metricsOf(names: readonly string[]): MetricsName[] {
  return Object.values(METRICS).filter((metric) => names.includes(metric));
}

/** Kinesis gives times of creation in whole seconds. */
export function toSecond(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000);
}
