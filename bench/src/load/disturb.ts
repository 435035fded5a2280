import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceRequest, TargetSession } from "../targets/target.ts";
import type { ScenarioPlan } from "../workload/scenario-plan.ts";
import type { CutProxies } from "./cut-proxies.ts";

/** What is disturbed, and how. */
export interface Disturbance {
  readonly plan: ScenarioPlan;
  readonly session: TargetSession;
  readonly request: ResourceRequest;
  readonly proxies: CutProxies | undefined;
  readonly durationMs: number;
  /** Fires when the load is over. */
  readonly signal: AbortSignal;
}

/**
 * Does to the target what the scenario says while the load is on: twice as many shards after a third of the time and as many
 * as before after two thirds, or a cut of all connections at each of these times. @throws Error when the target refuses
 */
export async function disturb({ plan, session, request, proxies, durationMs, signal }: Disturbance): Promise<void> {
  if (plan.disturbance === undefined) return;
  for (const shards of [request.shards * 2, request.shards]) {
    await sleep(durationMs / 3, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    if (plan.disturbance === "cut") proxies?.cut();
    else await session.reshard?.(request, shards);
  }
}
