import { resolve } from "node:path";
import { readCloudWatch } from "./cloudwatch.ts";
import { scheduleOf } from "./schedule.ts";
import type { Segment } from "./schedule.ts";
import { WorkloadError } from "./workload-error.ts";
import type { Workload } from "./workload.ts";

/** The stretches of a workload's rate, in records a second; `undefined` where the rate is what the target answers. */
export async function segmentsOf(workload: Workload): Promise<readonly Segment[] | undefined> {
  const { rate, durationSeconds } = workload;
  const durationMs = durationSeconds * 1000;
  switch (rate.type) {
    case "max":
    case "search":
      return undefined;
    case "constant":
      return checked([{ durationMs, fromPerSecond: rate.perSecond, toPerSecond: rate.perSecond }], workload);
    case "ramp":
      return checked([{ durationMs, fromPerSecond: rate.from, toPerSecond: rate.to }], workload);
    case "replay": {
      const series = await readCloudWatch(resolve(workload.folder, rate.file));
      const records = series.find(({ name }) => name === "IncomingRecords");
      if (records === undefined)
        throw new WorkloadError(`'rate': ${rate.file} has no metric IncomingRecords to replay`);
      const { points, periodSeconds } = records;
      const replayed = points.map(({ sum }): Segment => {
        const perSecond = (sum / periodSeconds) * rate.scale;
        return { durationMs: (periodSeconds * 1000) / rate.speed, fromPerSecond: perSecond, toPerSecond: perSecond };
      });
      return checked(cutTo(replayed, durationMs), workload);
    }
  }
}

/** The part of an export that fits into the duration. */
function cutTo(segments: readonly Segment[], durationMs: number): Segment[] {
  const cut: Segment[] = [];
  let leftMs = durationMs;
  for (const segment of segments) {
    if (leftMs <= 0) break;
    cut.push({ ...segment, durationMs: Math.min(segment.durationMs, leftMs) });
    leftMs -= segment.durationMs;
  }
  return cut;
}

/** The same stretches in calls of so many records. @throws WorkloadError when not a single call is due */
function checked(segments: readonly Segment[], { batch, name }: Workload): readonly Segment[] {
  const inCalls = segments.map((segment) => ({
    ...segment,
    fromPerSecond: segment.fromPerSecond / batch,
    toPerSecond: segment.toPerSecond / batch,
  }));
  if (scheduleOf(inCalls).calls < 2) {
    throw new WorkloadError(
      `workload "${name}": at this 'rate' not even two calls of ${batch} records are due in the 'duration': lower 'batch' or raise either`,
    );
  }
  return inCalls;
}
