import type { LatencySummary } from "./latency.ts";
import type { Duration } from "./stopwatch.ts";

/** What one side did in one round. */
export interface Round {
  /** Messages (or calls, where a call is no message) a second. */
  readonly perSecond: number;
  /** CPU time of this process for each message, in microseconds. The broker's is not in it. */
  readonly cpuUs: number;
  /** The single calls; absent where their number is not the same on both sides. */
  readonly latency?: LatencySummary;
}

/** What of a round a figure compares. */
export type Metric = (round: Round) => number;

export const perSecond: Metric = (round) => round.perSecond;

/** The median duration of a call in milliseconds. NaN where single calls were not timed. */
export const p50Ms: Metric = (round) => round.latency?.p50Ms ?? Number.NaN;

/** The rates of a round in which so many messages took so long. */
export function rates(messages: number, { wallMs, cpuMs }: Duration): Omit<Round, "latency"> {
  return { perSecond: (messages * 1000) / wallMs, cpuUs: (cpuMs * 1000) / messages };
}
