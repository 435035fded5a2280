import type { EndpointOptions, Endpoints } from "../load/endpoints.ts";
import { runProgressOn } from "../results/run-progress.ts";
import type { RunReport } from "../results/run-report.ts";
import { runWorkload } from "../results/run-workload.ts";
import { targetNamed } from "../targets/index.ts";
import { needOfShards } from "../verdict/need.ts";
import { resolveWorkload } from "../workload/parse-workload.ts";
import type { Workload } from "../workload/workload.ts";
import { interruptSignal } from "./interrupt.ts";
import { readNeed } from "./need-options.ts";
import type { NeedFlags } from "./need-options.ts";
import { putOut } from "./outputs.ts";
import type { OutputOptions } from "./outputs.ts";
import { withVerdict } from "./run.ts";
import { withEndpoints } from "./with-endpoints.ts";

/** Options of `quick`. */
export interface QuickFlags extends OutputOptions, EndpointOptions, NeedFlags {
  /** Size of a record in bytes. */
  readonly size?: number;
}

const DEFAULT_SHARDS = 4;
/** A search of few steps: the whole must be over in a minute, the start of a broker included. */
const MOST_TRIALS = 2;
const SECONDS = 3;
const MOST_SHARDS = 16;
const MOST_GROUPS = 5;
const SMALLEST_BYTES = 32;
const LARGEST_BYTES = 100_000;

/**
 * `quick`: whether the stream that the user has would fit, in less than a minute: a closed loop, then a rate below it with fixed due times.
 * @returns the exit code: 0 when it fits and every record is accounted for, 1 when not, 130 when interrupted
 */
export async function quickCommand(flags: QuickFlags): Promise<number> {
  const need = (await readNeed(flags)) ?? needOfShards(flags.shards ?? DEFAULT_SHARDS);
  const signal = interruptSignal();
  const recordBytes = flags.size ?? Math.round(need.peakBytesPerSecond / need.peakRecordsPerSecond);
  return withEndpoints([targetNamed("kinesis")], flags, async (endpoints) => {
    const groups = Math.min(
      MOST_GROUPS,
      Math.max(1, Math.round(need.peakReadBytesPerSecond / need.peakBytesPerSecond)),
    );
    const shards = Math.min(flags.shards ?? DEFAULT_SHARDS, MOST_SHARDS);
    const workload = quickWorkload({ targets: [await bestTarget(endpoints)], shards, groups, bytes: recordBytes });
    const progress = runProgressOn(process.stderr);
    const report = withVerdict(
      await runWorkload({ workload, endpoints, signal, progress, mostTrials: MOST_TRIALS }),
      need,
    );
    await putOut(report, flags);
    return exitCode(report);
  });
}

/** WarrenMQ's Kinesis, on the best transport that this broker offers. */
function bestTarget(endpoints: Endpoints): Promise<string> {
  return endpoints.of(targetNamed("kinesis-stream")).then(
    ({ streamUrl }) => (streamUrl === undefined ? "kinesis-amqp" : "kinesis-stream"),
    () => "kinesis-amqp",
  );
}

interface QuickLoad {
  readonly targets: readonly string[];
  readonly shards: number;
  readonly groups: number;
  readonly bytes: number;
}

function quickWorkload({ targets, shards, groups, bytes }: QuickLoad): Workload {
  const record = { type: "fixed", bytes: Math.min(Math.max(bytes, SMALLEST_BYTES), LARGEST_BYTES) } as const;
  const load = { name: "quick", scenario: "get-records", rate: { type: "search" }, record } as const;
  return resolveWorkload({ ...load, targets, shards, groups, duration: SECONDS, warmUp: 1, repeats: 1 }, ".");
}

function exitCode({ complete, pass, verdict }: RunReport): number {
  if (!complete) return 130;
  return pass && verdict?.fits === true ? 0 : 1;
}
