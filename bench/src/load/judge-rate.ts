import type { RateTrial } from "../method/sustainable-rate.ts";
import type { ScenarioPlan } from "../workload/scenario-plan.ts";
import type { Workload } from "../workload/workload.ts";
import type { TrialResult } from "./trial-result.ts";

/** So much of what was offered must be answered, and be received, within the measured time. */
const KEPT_UP = 0.97;

/** Whether a target sustained the rate: it kept up in sending and in reading, answered 99 % in time, and lost nothing. */
export function judgeRate(result: TrialResult, workload: Workload, plan: ScenarioPlan): RateTrial {
  const offered = result.offeredPerSecond ?? 0;
  const why = reasonAgainst(result, workload, plan, offered);
  return { perSecond: offered, sustained: why === null, why };
}

function reasonAgainst(
  { pass, notes, send, arrival, ...rates }: TrialResult,
  { latencyLimitMs }: Workload,
  { flow }: ScenarioPlan,
  offered: number,
): string | null {
  if (!pass) return notes[0] ?? "the run failed";
  const confirmed = rates.confirmedPerSecond / offered;
  if (confirmed < KEPT_UP) return `only ${percent(confirmed)} of the calls were answered in time`;
  const received = rates.receivedPerSecond / offered;
  if (flow === "pass-through" && received < KEPT_UP) return `consumers kept up with only ${percent(received)}`;
  if ((send?.p99Ms ?? 0) > latencyLimitMs) return `p99 of a call was ${Math.round(send?.p99Ms ?? 0)} ms`;
  if ((arrival?.p99Ms ?? 0) > latencyLimitMs) return `p99 until arrival was ${Math.round(arrival?.p99Ms ?? 0)} ms`;
  return null;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
