import type { Endpoints } from "../load/endpoints.ts";
import { errorText } from "../load/error-text.ts";
import type { JobProgress } from "../load/job.ts";
import { judgeRate } from "../load/judge-rate.ts";
import { runTrial } from "../load/run-trial.ts";
import type { Trial, TrialPhase } from "../load/run-trial.ts";
import type { TrialResult } from "../load/trial-result.ts";
import { turnOrder } from "../method/interleave.ts";
import { findSustainableRate } from "../method/sustainable-rate.ts";
import { describeCommit, describeMachine } from "../report/environment.ts";
import { targetNamed } from "../targets/index.ts";
import type { Endpoint, FakeBehaviour, Target } from "../targets/target.ts";
import { segmentsOf } from "../workload/load-schedule.ts";
import { SCENARIO_PLANS } from "../workload/scenario-plan.ts";
import type { Workload } from "../workload/workload.ts";
import { WorkloadError } from "../workload/workload-error.ts";
import { RUN_REPORT_VERSION, targetReport } from "./run-report.ts";
import type { RunReport, SearchedRate } from "./run-report.ts";

/** Where a run tells how far it is. */
export interface RunProgress {
  begin(title: string, expectedMs: number): void;
  update(phase: TrialPhase, progress: JobProgress, elapsedMs: number): void;
  end(result: TrialResult | undefined): void;
}

/** What a run is given. */
export interface RunOptions {
  readonly workload: Workload;
  readonly endpoints: Endpoints;
  readonly signal: AbortSignal;
  readonly progress: RunProgress;
  /** For tests. */
  readonly fake?: FakeBehaviour;
  /** Trials of a search at most. */
  readonly mostTrials?: number;
}

/** How near a search comes. */
const PRECISION = 0.05;
const MOST_TRIALS = 9;

const RESOURCES = { queue: "queue", fifo: "FIFO queue", topic: "topic", stream: "stream" } as const;

/**
 * The targets of a workload, if all of them can serve it.
 * @throws WorkloadError when there is no such target, or it cannot serve the scenario
 */
export function targetsOf(workload: Workload): Target[] {
  const plan = SCENARIO_PLANS[workload.scenario];
  return workload.targets.map((name) => {
    const target = targetNamed(name);
    const cannot = (why: string): WorkloadError =>
      new WorkloadError(`the target ${name} cannot run the scenario ${workload.scenario}: ${why}`);
    if (!target.resources.includes(plan.resource)) throw cannot(`it has no ${RESOURCES[plan.resource]}`);
    if (workload.delaySeconds > 0 && !target.canDelay) throw cannot("it cannot delay messages");
    if (plan.disturbance === "reshard" && !target.canReshard) throw cannot("its shards cannot be split and merged");
    if (plan.disturbance === "cut" && !target.canResume) {
      throw cannot("it does not go on by itself after its connections were cut, or they cannot be cut by a proxy");
    }
    if (plan.reading === "push" && !target.readings.includes("push")) throw cannot("it pushes no records");
    return target;
  });
}

/**
 * Runs a workload on its targets in turn, as often as it says; each round begins with another target. A run that fails is
 * part of the report; so is what there was when the signal fired.
 * @throws WorkloadError when the workload cannot be run at all
 */
export async function runWorkload(options: RunOptions): Promise<RunReport> {
  const { workload, endpoints, signal } = options;
  const targets = targetsOf(workload);
  await segmentsOf(workload);
  const startedAt = new Date().toISOString();
  // Now: afterwards its load is that of the run.
  const machine = describeMachine();
  const sides = targets.map((target) => ({
    target,
    runs: [] as TrialResult[],
    searched: [] as SearchedRate[],
    error: undefined as string | undefined,
  }));
  for (let repeat = 1; repeat <= workload.repeats; repeat++) {
    for (const side of turnOrder(sides, repeat - 1)) {
      if (signal.aborted || side.error !== undefined) continue;
      try {
        const endpoint = {
          ...(await endpoints.of(side.target)),
          ...(options.fake === undefined ? {} : { fake: options.fake }),
        };
        if (workload.rate.type === "search") side.searched.push(await searchOnce(options, side, endpoint, repeat));
        else side.runs.push(await oneRun(options, { workload, target: side.target, endpoint, repeat, signal }));
      } catch (error) {
        // A mistake of the user's is the same at each target.
        if (error instanceof WorkloadError) throw error;
        side.error = errorText(error);
      }
    }
  }
  const reports = sides.map(({ target, runs, searched, error }) =>
    targetReport({ target: target.name, title: target.title }, runs, searched, error),
  );
  const { broker } = endpoints;
  return {
    schemaVersion: RUN_REPORT_VERSION,
    kind: "run",
    startedAt,
    commit: await describeCommit(),
    machine,
    broker: broker === undefined ? null : { version: broker.version, kind: broker.kind },
    workload,
    complete: !signal.aborted,
    pass: !signal.aborted && reports.every(({ pass }) => pass),
    targets: reports,
  };
}

async function oneRun({ progress }: RunOptions, trial: Trial, title = titleOf(trial)): Promise<TrialResult> {
  const { warmUpSeconds: _, durationSeconds } = trial.workload;
  progress.begin(title, durationSeconds * 1000);
  let result: TrialResult | undefined;
  try {
    result = await runTrial({
      ...trial,
      onProgress: (phase, state, elapsedMs) => progress.update(phase, state, elapsedMs),
    });
    return result;
  } finally {
    progress.end(result);
  }
}

/** A closed loop first, which says where to begin; then fixed rates. The best sustained run is the one that is reported. */
async function searchOnce(
  options: RunOptions,
  side: { readonly target: Target; readonly runs: TrialResult[] },
  endpoint: Endpoint,
  repeat: number,
): Promise<SearchedRate> {
  const { workload, signal, mostTrials = MOST_TRIALS } = options;
  const plan = SCENARIO_PLANS[workload.scenario];
  const trial = {
    workload: { ...workload, rate: { type: "max" } as const },
    target: side.target,
    endpoint,
    repeat,
    signal,
  };
  const open = await oneRun(options, trial, `${side.target.name}, as fast as it can`);
  if (!open.complete) {
    side.runs.push(open);
    return { sustainedPerSecond: 0, trials: [] };
  }
  let best = open;
  const ceiling = Math.max(workload.batch, open.confirmedPerSecond);
  const { best: sustainedPerSecond, trials } = await findSustainableRate({
    ceiling,
    precision: PRECISION,
    mostTrials,
    attempt: async (perSecond) => {
      signal.throwIfAborted();
      const rate = { type: "constant", perSecond } as const;
      const title = `${side.target.name}, ${Math.round(perSecond).toLocaleString("en-US")} records/s`;
      const result = await oneRun(options, { ...trial, workload: { ...workload, rate } }, title);
      const judged = judgeRate(result, workload, plan);
      if (judged.sustained) best = result;
      return judged;
    },
  });
  side.runs.push(best);
  return { sustainedPerSecond, trials };
}

function titleOf({ target, repeat, workload }: Trial): string {
  return `${target.name}, run ${repeat} of ${workload.repeats}`;
}
