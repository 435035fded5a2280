/** What is done to a target. Each is one of three flows: see {@link Flow}. */
export const SCENARIO_NAMES = [
  "send",
  "batch",
  "receive-delete",
  "end-to-end",
  "fan-out",
  "fifo",
  "delay",
  "put-record",
  "put-records",
  "get-records",
  "subscribe",
  "catch-up",
  "reshard",
  "resume",
] as const;

/** The name of a scenario. */
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** How large records are, header included. */
export type RecordShape =
  | { readonly type: "fixed"; readonly bytes: number }
  | { readonly type: "histogram"; readonly buckets: readonly { readonly bytes: number; readonly weight: number }[] }
  /** Records of the user's own, one a line. */
  | { readonly type: "samples"; readonly file: string };

/** Which keys records have. */
export interface KeyDistribution {
  readonly distribution: "uniform" | "zipf";
  /** How many keys there are. */
  readonly count: number;
  /** Zipf's exponent: the n-th key comes 1/n^exponent as often as the first. */
  readonly exponent: number;
}

/** How many records a second are to be sent, over all producers. */
export type Rate =
  /** As many as are answered: so many calls in flight for each producer (a closed loop). */
  | { readonly type: "max" }
  | { readonly type: "constant"; readonly perSecond: number }
  | { readonly type: "ramp"; readonly from: number; readonly to: number }
  /** The rate that a CloudWatch export has, `speed` times as fast and `scale` times as many. */
  | { readonly type: "replay"; readonly file: string; readonly speed: number; readonly scale: number }
  /** The highest rate that the target sustains is searched. */
  | { readonly type: "search" };

/** A load, as a YAML file describes it, with every default filled in. */
export interface Workload {
  readonly name: string;
  readonly scenario: ScenarioName;
  readonly targets: readonly string[];
  readonly record: RecordShape;
  readonly keys: KeyDistribution;
  readonly shards: number;
  readonly producers: number;
  /** Consumers; of a fan-out or of a stream that several applications read, in each group. */
  readonly consumers: number;
  /** Groups of consumers, of which each gets every record. */
  readonly groups: number;
  /** Processes that the load comes from. */
  readonly processes: number;
  /** Records of a call. */
  readonly batch: number;
  /** Calls that a producer has in flight at most, at the rate `max`. */
  readonly inFlight: number;
  readonly rate: Rate;
  readonly durationSeconds: number;
  /** What is not counted at the beginning. */
  readonly warmUpSeconds: number;
  /** Runs of each target, which take turns. */
  readonly repeats: number;
  /** Records that lie there before they are read, where reading is what is measured. */
  readonly backlog: number;
  readonly delaySeconds: number;
  /**
   * How a due time is waited for: `exact` to some microseconds, by turning the event loop, which takes a core while it
   * waits; `timer` to 1–2 ms. What calls are late counts in their latencies either way, and is shown.
   */
  readonly pacing: "exact" | "timer";
  /** A rate is sustained when 99 % of the calls are answered in this time. */
  readonly latencyLimitMs: number;
  /** The seed of sizes and keys. */
  readonly seed: number;
  /** The folder that file names are relative to. */
  readonly folder: string;
}
