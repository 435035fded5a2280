import { readCloudWatch } from "../workload/cloudwatch.ts";
import type { MetricSeries } from "../workload/cloudwatch.ts";
import { WorkloadError } from "../workload/workload-error.ts";
import type { Need } from "./verdict.ts";

/** What Kinesis lets a shard take and give. */
export const SHARD_LIMITS: {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly readBytesPerSecond: number;
} = {
  recordsPerSecond: 1_000,
  bytesPerSecond: 1_048_576,
  readBytesPerSecond: 2_097_152,
};
const DAY_HOURS = 24;

/** What is not in the metrics. */
export interface NeedOptions {
  readonly retentionHours?: number;
  readonly shards?: number;
  /** Enhanced fan-out consumers, which read 2 MiB/s a shard each beside the polling ones. */
  readonly fanOut?: number;
}

/** The most that so many shards can be asked for: nobody can have more on Kinesis. */
export function needOfShards(shards: number, { retentionHours = DAY_HOURS, fanOut = 0 }: NeedOptions = {}): Need {
  if (!Number.isInteger(shards) || shards < 1) throw new WorkloadError(`"${shards}" is not a number of shards`);
  return {
    source: `${shards} shards at the limits of Kinesis (1,000 records/s and 1 MiB/s each)`,
    peakRecordsPerSecond: shards * SHARD_LIMITS.recordsPerSecond,
    peakBytesPerSecond: shards * SHARD_LIMITS.bytesPerSecond,
    meanBytesPerSecond: shards * SHARD_LIMITS.bytesPerSecond,
    peakReadBytesPerSecond: shards * SHARD_LIMITS.readBytesPerSecond * (1 + fanOut),
    retentionHours,
    shards,
  };
}

/** What a stream was asked for, from an export of CloudWatch. @throws WorkloadError when it has too little */
export async function needOfMetrics(file: string, options: NeedOptions = {}): Promise<Need> {
  return needOfSeries(await readCloudWatch(file), file, options);
}

/** {@link needOfMetrics} of metrics that were read. */
export function needOfSeries(
  series: readonly MetricSeries[],
  file: string,
  { retentionHours = DAY_HOURS, shards }: NeedOptions = {},
): Need {
  const named = (name: string): MetricSeries | undefined => series.find((one) => one.name === name);
  const [bytes, records, reads] = [named("IncomingBytes"), named("IncomingRecords"), named("GetRecords.Bytes")];
  if (bytes === undefined || records === undefined) {
    throw new WorkloadError(`${file} needs IncomingBytes and IncomingRecords, both with the statistic Sum`);
  }
  const peakBytesPerSecond = peak(bytes);
  const peakRecordsPerSecond = peak(records);
  if (peakBytesPerSecond === 0 || peakRecordsPerSecond === 0)
    throw new WorkloadError(`${file}: nothing came in at all`);
  const period = Math.max(bytes.periodSeconds, records.periodSeconds);
  return {
    source: `${file}: ${bytes.points.length} periods of ${period} s`,
    peakRecordsPerSecond,
    peakBytesPerSecond,
    meanBytesPerSecond: mean(bytes),
    peakReadBytesPerSecond: reads === undefined ? peakBytesPerSecond : peak(reads),
    retentionHours,
    ...(shards === undefined ? {} : { shards }),
  };
}

function peak({ points, periodSeconds }: MetricSeries): number {
  return points.reduce((most, { sum }) => Math.max(most, sum), 0) / periodSeconds;
}

/** Over the whole time from the first period to the last: periods without data count as nothing. */
function mean({ points, periodSeconds }: MetricSeries): number {
  const total = points.reduce((all, { sum }) => all + sum, 0);
  const [first, last] = [points[0], points.at(-1)];
  const seconds = ((last?.timeMs ?? 0) - (first?.timeMs ?? 0)) / 1000 + periodSeconds;
  return total / seconds;
}
