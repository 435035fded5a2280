import type { Endpoint, ResourceRequest, Target } from "../targets/target.ts";
import { SCENARIO_PLANS } from "../workload/scenario-plan.ts";
import type { Segment } from "../workload/schedule.ts";
import type { Workload } from "../workload/workload.ts";
import type { Job } from "./job.ts";

/** What is to be shared out. */
export interface Share {
  readonly workload: Workload;
  readonly target: Target;
  readonly endpoint: Endpoint;
  readonly request: ResourceRequest;
  readonly run: number;
  readonly segments: readonly Segment[] | null;
  readonly durationMs: number;
}

/** Shares producers and consumers out over the processes, in turn. */
export function shareOut({ workload, target, endpoint, request, run, segments, durationMs }: Share): Job[] {
  const plan = SCENARIO_PLANS[workload.scenario];
  const { processes, producers, consumers, groups, backlog } = workload;
  const ofProcess = (count: number, process: number): number[] =>
    Array.from({ length: count }, (_, number) => number).filter((number) => number % processes === process);
  return Array.from({ length: processes }, (_, process) => ({
    target: target.name,
    endpoint,
    request,
    workload,
    flow: plan.flow,
    reading: target.readings.includes(plan.reading) ? plan.reading : "poll",
    run,
    producers: ofProcess(producers, process),
    consumers: ofProcess(consumers * groups, process).map((number) => ({
      group: Math.floor(number / consumers),
      member: number % consumers,
      members: consumers,
    })),
    segments,
    records: plan.flow === "consume" ? Math.ceil(backlog / producers) : null,
    durationMs,
    isExact: workload.pacing === "exact",
  }));
}
