import type { Percentile } from "../method/latency.ts";
import type { Account } from "./account.ts";
import type { ProcessUse } from "./machine-watch.ts";

/** How long something took, in milliseconds. */
export interface Times {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  readonly percentiles: readonly Percentile[];
}

/** A stretch of the run. */
export interface SeriesPoint {
  /** When it ended, in seconds since the start. */
  readonly seconds: number;
  readonly confirmedPerSecond: number;
  /** By one group of consumers, on average over the groups. */
  readonly receivedPerSecond: number;
  readonly sendP50Ms: number | null;
  readonly sendP99Ms: number | null;
  readonly arrivalP50Ms: number | null;
  readonly arrivalP99Ms: number | null;
}

/** What the machine was doing. */
export interface MachineUse {
  readonly cores: number;
  /** The share of all cores that was busy, the broker's and everything else's included where it runs here. */
  readonly busy: number;
  /** One for each process of the load. */
  readonly processes: readonly ProcessUse[];
}

/** One run on one target. */
export interface TrialResult {
  readonly target: string;
  /** Which of the repeated runs, from 1 on. */
  readonly repeat: number;
  /** Whether it ran to its end. */
  readonly complete: boolean;
  /** Whether nothing was lost, no order was broken, and it ran to its end. */
  readonly pass: boolean;
  /** Why it does not pass, and what else is to be known. */
  readonly notes: readonly string[];
  /** What the workload asked for; null where the target sets the rate. */
  readonly offeredPerSecond: number | null;
  /** Records a second, the warm-up left out. */
  readonly confirmedPerSecond: number;
  /** By one group of consumers, on average over the groups: each receives every record. */
  readonly receivedPerSecond: number;
  readonly recordBytes: number;
  /** From when a call was due until it was answered. */
  readonly send: Times | null;
  /** From when a call was started until it was answered. With a fixed rate it hides what waiting calls suffer. */
  readonly service: Times | null;
  /** From when a record was due until a consumer had it. */
  readonly arrival: Times | null;
  /** How late calls were started: by the load itself, or for want of room. */
  readonly lateness: Times | null;
  readonly series: readonly SeriesPoint[];
  readonly account: Account;
  readonly errors: readonly { readonly message: string; readonly count: number }[];
  readonly machine: MachineUse;
}
