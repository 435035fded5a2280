import type { RunReport, TargetReport } from "../results/run-report.ts";
import { SCENARIO_PLANS } from "../workload/scenario-plan.ts";
import type { Capacity } from "./verdict.ts";

/**
 * What the best target of a report sustained; `undefined` when none ran to its end. Where WarrenMQ's Kinesis is among them it is the best of
 * those, since that is what an application would use.
 */
export function capacityOf(report: Pick<RunReport, "targets" | "workload">): Capacity | undefined {
  const capacities = report.targets.flatMap((target) => capacityOfTarget(report.workload, target) ?? []);
  const kinesis = capacities.filter(({ target }) => target.startsWith("kinesis"));
  const eligible = kinesis.length > 0 ? kinesis : capacities;
  return eligible.toSorted((a, b) => b.recordsPerSecond - a.recordsPerSecond)[0];
}

function capacityOfTarget(
  workload: RunReport["workload"],
  { target, summary, runs, pass }: TargetReport,
): Capacity | undefined {
  const { flow } = SCENARIO_PLANS[workload.scenario];
  const searched = summary.sustainedPerSecond;
  // What is written and not read in the same time is a backlog, and no capacity.
  const written = summary.confirmedPerSecond?.median ?? 0;
  const kept = flow === "pass-through" ? Math.min(written, summary.receivedPerSecond?.median ?? 0) : written;
  const recordsPerSecond = searched === undefined ? kept : searched.median;
  if (!pass || recordsPerSecond === 0) return undefined;
  return {
    target,
    recordsPerSecond,
    recordBytes: runs[0]?.recordBytes ?? 0,
    shards: workload.shards,
    groups: flow === "pass-through" ? workload.groups : 0,
    wasSustained: searched !== undefined || workload.rate.type !== "max",
    isFloor: workload.rate.type !== "max" && workload.rate.type !== "search",
    coresBusy: Math.max(...runs.map(({ machine }) => machine.busy)),
    eventLoop: Math.max(...runs.flatMap(({ machine }) => machine.processes.map(({ eventLoop }) => eventLoop))),
  };
}
