import type { EndpointOptions } from "../load/endpoints.ts";
import { runProgressOn } from "../results/run-progress.ts";
import type { RunReport } from "../results/run-report.ts";
import { runWorkload, targetsOf } from "../results/run-workload.ts";
import type { FakeBehaviour } from "../targets/target.ts";
import { capacityOf } from "../verdict/capacity.ts";
import type { Need } from "../verdict/verdict.ts";
import { judgeFit } from "../verdict/verdict.ts";
import { parseDuration } from "../duration.ts";
import { readWorkload } from "../workload/parse-workload.ts";
import { SCENARIO_PLANS } from "../workload/scenario-plan.ts";
import type { Workload } from "../workload/workload.ts";
import { WorkloadError } from "../workload/workload-error.ts";
import { interruptSignal } from "./interrupt.ts";
import { putOut } from "./outputs.ts";
import type { OutputOptions } from "./outputs.ts";
import { readNeed } from "./need-options.ts";
import type { NeedFlags } from "./need-options.ts";
import { withEndpoints } from "./with-endpoints.ts";

/** Options of `run`. */
export interface RunFlags extends OutputOptions, EndpointOptions, NeedFlags {
  readonly targets?: readonly string[];
  readonly duration?: string;
  readonly repeats?: number;
  /** For tests: what the target `fake` does, as JSON. */
  readonly fake?: string;
}

/**
 * `run WORKLOAD`: runs a workload and reports.
 * @returns the exit code: 0 when every run passed, 1 when a record was lost, an order was broken or a run did not end, 130 when interrupted
 */
export async function runCommand(fileOrPreset: string, flags: RunFlags): Promise<number> {
  const workload = withFlags(await readWorkload(fileOrPreset), flags);
  const need = await readNeed(flags);
  if (need !== undefined && SCENARIO_PLANS[workload.scenario].resource !== "stream") {
    throw new WorkloadError(
      `'--metrics', '--shards' are for streams, and ${workload.scenario} is none of their scenarios`,
    );
  }
  const targets = targetsOf(workload);
  const signal = interruptSignal();
  const fake: FakeBehaviour | undefined = flags.fake === undefined ? undefined : JSON.parse(flags.fake);
  return withEndpoints(targets, flags, async (endpoints) => {
    const progress = runProgressOn(process.stderr);
    const report = await runWorkload({
      workload,
      endpoints,
      signal,
      progress,
      ...(fake === undefined ? {} : { fake }),
    });
    await putOut(withVerdict(report, need), flags);
    if (!report.complete) return 130;
    return report.pass ? 0 : 1;
  });
}

/** Adds the verdict on the target that can do most. */
export function withVerdict(report: RunReport, need: Need | undefined): RunReport {
  const capacity = need === undefined ? undefined : capacityOf(report);
  return need === undefined || capacity === undefined ? report : { ...report, verdict: judgeFit(need, capacity) };
}

function withFlags(workload: Workload, { targets, duration, repeats }: RunFlags): Workload {
  const changed = {
    ...workload,
    ...(targets === undefined ? {} : { targets }),
    ...(repeats === undefined ? {} : { repeats }),
    ...(duration === undefined ? {} : { durationSeconds: parseDuration(duration) }),
  };
  if (changed.warmUpSeconds < changed.durationSeconds) return changed;
  if (duration !== undefined) return { ...changed, warmUpSeconds: changed.durationSeconds / 5 };
  throw new WorkloadError("'warmUp' must be shorter than 'duration'");
}
