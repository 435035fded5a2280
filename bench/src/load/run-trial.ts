import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint, ResourceRequest, Target, TargetSession } from "../targets/target.ts";
import { segmentsOf } from "../workload/load-schedule.ts";
import { SCENARIO_PLANS } from "../workload/scenario-plan.ts";
import type { Flow } from "../workload/scenario-plan.ts";
import type { Workload } from "../workload/workload.ts";
import { watchCores } from "./cpu-meter.ts";
import type { CoreUse } from "./cpu-meter.ts";
import { throughProxies } from "./cut-proxies.ts";
import type { CutProxies } from "./cut-proxies.ts";
import { disturb } from "./disturb.ts";
import { errorText } from "./error-text.ts";
import type { JobProgress } from "./job.ts";
import { LoadWorkers } from "./load-workers.ts";
import { readSamples } from "./samples.ts";
import { shareOut } from "./share-out.ts";
import { summarise } from "./summarise.ts";
import type { TrialResult } from "./trial-result.ts";

/** One run on one target. */
export interface Trial {
  readonly workload: Workload;
  readonly target: Target;
  readonly endpoint: Endpoint;
  readonly repeat: number;
  readonly signal: AbortSignal;
  /** Called now and then: what is going on, and how far it is. */
  readonly onProgress?: (phase: TrialPhase, progress: JobProgress, elapsedMs: number) => void;
}

/** What a run is doing. */
export type TrialPhase = "preparing" | "filling" | "measuring" | "draining";

/** Nothing new for so long: what has not come by then does not come. */
const SETTLE_MS = 6_000;
/** Repeated records may come a little later than the last new one. */
const REPEATS_MS = 200;
const READY_MS = 60_000;
const FILL_MS = 600_000;
/** Beyond the duration of the load: its last answers. */
const LAST_ANSWERS_MS = 60_000;
const START_DELAY_MS = 150;
const REST_MS = 3_000;
const PROGRESS_MS = 250;
let runNumber = Math.floor(Math.random() * 2 ** 31);

/**
 * Creates what the run needs, runs the load in processes of its own, waits until everything that was confirmed has come,
 * and removes what was created, also when it was interrupted or failed: then the result is marked as not complete.
 * @throws Error when the target cannot be reached at all, or cannot serve the workload
 */
export async function runTrial(trial: Trial): Promise<TrialResult> {
  const { workload, target } = trial;
  const plan = SCENARIO_PLANS[workload.scenario];
  const request: ResourceRequest = {
    name: `warrenmq-bench-${process.pid}-${(++runNumber).toString(36)}`,
    resource: plan.resource,
    shards: workload.shards,
    groups: workload.groups,
    delaySeconds: workload.delaySeconds,
  };
  await using session = await target.open(trial.endpoint);
  try {
    await session.create(request);
    await using cut = plan.disturbance === "cut" ? await throughProxies(trial.endpoint) : undefined;
    return await measure(trial, request, session, cut);
  } finally {
    await session.remove(request).catch((error: unknown) => {
      process.stderr.write(`could not remove "${request.name}" from ${target.name}: ${errorText(error)}\n`);
    });
  }
}

async function measure(
  trial: Trial,
  request: ResourceRequest,
  session: TargetSession,
  proxies: CutProxies | undefined,
): Promise<TrialResult> {
  const { workload, target, signal } = trial;
  const plan = SCENARIO_PLANS[workload.scenario];
  const segments = await segmentsOf(workload);
  const samples = await readSamples(workload);
  const durationMs = segments?.reduce((sum, segment) => sum + segment.durationMs, 0) ?? workload.durationSeconds * 1000;
  const endpoint = proxies?.endpoint ?? trial.endpoint;
  const run = runNumber >>> 0;
  const jobs = shareOut({ workload, target, endpoint, request, run, segments: segments ?? null, durationMs });
  await using workers = new LoadWorkers(jobs);
  const course: Course = {
    workers,
    workload,
    signal,
    durationMs,
    enter: (phase) => {
      current = phase;
    },
    disturb: (over) => disturb({ plan, session, request, proxies, durationMs, signal: over }),
  };
  let current: TrialPhase = "preparing";
  const beganMs = performance.now();
  const telling = setInterval(() => {
    trial.onProgress?.(current, workers.progress, performance.now() - beganMs);
  }, PROGRESS_MS);
  try {
    const isReady = await workers.until(() => workers.isReady, READY_MS, signal);
    const { use, trouble } = isReady ? await FLOWS[plan.flow](course) : { use: watchCores()(), trouble: undefined };
    const failure = trouble ?? failureOf(workers, signal);
    if (signal.aborted && isReady && plan.flow === "pass-through") await comeToRest(workers, workload);
    const results = await workers.results();
    const about = { target: target.name, repeat: trial.repeat, workload, plan, segments, samples, durationMs };
    return summarise({ ...use, ...about, results, failure, expectedProcesses: jobs.length });
  } finally {
    clearInterval(telling);
  }
}

/** A run under way. */
interface Course {
  readonly workers: LoadWorkers;
  readonly workload: Workload;
  readonly signal: AbortSignal;
  readonly durationMs: number;
  readonly enter: (phase: TrialPhase) => void;
  readonly disturb: (over: AbortSignal) => Promise<void>;
}

/** What a flow tells beside what the processes tell. */
interface FlowEnd {
  readonly use: CoreUse;
  /** Why it could not be done. */
  readonly trouble: string | undefined;
}

const FLOWS: Readonly<Record<Flow, (course: Course) => Promise<FlowEnd>>> = {
  produce: async (course) => {
    const use = await produce(course, "measuring");
    course.enter("draining");
    course.workers.tell({ type: "consume", startEpochMs: soon() });
    await settled(course);
    return { use, trouble: undefined };
  },
  "pass-through": async (course) => {
    const { workers, signal } = course;
    workers.tell({ type: "consume", startEpochMs: soon() });
    await workers.until(() => workers.isConsuming, READY_MS, signal);
    const over = new AbortController();
    const disturbed = course.disturb(over.signal).then(() => undefined, errorText);
    const use = await produce(course, "measuring");
    over.abort();
    const trouble = await disturbed;
    course.enter("draining");
    await settled(course);
    return { use, trouble };
  },
  consume: async (course) => {
    await produce(course, "filling", FILL_MS);
    course.enter("measuring");
    const cores = watchCores();
    course.workers.tell({ type: "consume", startEpochMs: Date.now() });
    await settled(course);
    return { use: cores(), trouble: undefined };
  },
};

/** Has everything sent, and waits for the answers. */
async function produce(course: Course, phase: TrialPhase, limitMs = course.durationMs): Promise<CoreUse> {
  const { workers, signal } = course;
  course.enter(phase);
  const cores = watchCores();
  workers.tell({ type: "produce", startEpochMs: soon() });
  await workers.until(() => workers.hasProduced, limitMs + LAST_ANSWERS_MS, signal);
  return cores();
}

/** When all processes can be expected to have heard of the start. */
function soon(): number {
  return Date.now() + START_DELAY_MS;
}

function failureOf(workers: LoadWorkers, signal: AbortSignal): string | undefined {
  if (signal.aborted) return "interrupted: the figures are those of the time until then";
  if (workers.failure !== undefined) return workers.failure;
  if (workers.hasProduced) return undefined;
  const { error } = workers.progress;
  return `the target did not answer in time${error === null ? "" : `: ${error}`}`;
}

/** After an interruption: no more is sent, and what was sent gets a little time to be answered and to come. */
async function comeToRest(workers: LoadWorkers, workload: Workload): Promise<void> {
  workers.tell({ type: "stop-producing" });
  await workers.until(() => workers.hasProduced, REST_MS);
  // What the processes tell is as old as this.
  await sleep(2 * PROGRESS_MS);
  const { confirmed } = workers.progress;
  await workers.until(() => workers.progress.received >= confirmed * workload.groups, REST_MS);
}

/** Waits until every confirmed record has come in every group, or nothing comes any more. */
async function settled({ workers, workload, signal }: Course): Promise<void> {
  const patienceMs = SETTLE_MS + workload.delaySeconds * 1000;
  let [best, sinceMs] = [-1, performance.now()];
  const isDone = (): boolean => {
    const { received, confirmed } = workers.progress;
    if (received >= confirmed * workload.groups && confirmed > 0) return true;
    if (received > best) [best, sinceMs] = [received, performance.now()];
    return performance.now() - sinceMs > patienceMs;
  };
  await workers.until(isDone, FILL_MS, signal);
  if (!signal.aborted) await sleep(REPEATS_MS);
}
