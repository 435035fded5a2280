import { needOfMetrics, needOfShards } from "../verdict/need.ts";
import type { Need } from "../verdict/verdict.ts";
import { WorkloadError } from "../workload/workload-error.ts";

/** What the user has on Kinesis today. */
export interface NeedFlags {
  /** An export of CloudWatch. */
  readonly metrics?: string;
  readonly shards?: number;
  readonly fanOut?: number;
  readonly retention?: number;
}

/** What is asked for, when anything is. */
export async function readNeed({ metrics, shards, fanOut, retention }: NeedFlags): Promise<Need | undefined> {
  const options = {
    ...(retention === undefined ? {} : { retentionHours: retention }),
    ...(fanOut === undefined ? {} : { fanOut }),
    ...(shards === undefined ? {} : { shards }),
  };
  if (metrics !== undefined) {
    if (fanOut !== undefined)
      throw new WorkloadError("'--metrics', '--fan-out' are mutually exclusive: the metrics say what is read");
    return needOfMetrics(metrics, options);
  }
  return shards === undefined ? undefined : needOfShards(shards, options);
}
