import { ratioInterval } from "./confidence.ts";
import type { RatioInterval } from "./confidence.ts";
import { METRICS } from "./run-report.ts";
import type { Metric, RunReport } from "./run-report.ts";

/** How far a metric may go to the bad side before it counts as a regression. */
export interface Tolerances {
  /** Rates may fall to this share. */
  readonly throughput: number;
  /** Latencies may grow to this. */
  readonly latency: number;
  /** CPU and memory may grow to this. */
  readonly cost: number;
}

/** What is usual. */
export const TOLERANCES: Tolerances = { throughput: 0.85, latency: 1.2, cost: 1.25 };

/** A metric of a target in two reports. */
export interface ComparedMetric extends RatioInterval {
  readonly target: string;
  readonly metric: Metric;
  readonly before: number;
  readonly after: number;
  /**
   * "worse" only beyond the tolerance, and when the confidence interval has 1 outside (where there is one); "unclear" beyond
   * the tolerance, when the interval has 1 inside.
   */
  readonly change: "better" | "same" | "worse" | "unclear";
}

/** Everything that is in both reports. */
export interface ComparedReports {
  readonly metrics: readonly ComparedMetric[];
  /** Targets that failed in the second and not in the first. */
  readonly broken: readonly string[];
  /** What makes the comparison doubtful. */
  readonly warnings: readonly string[];
  readonly isRegression: boolean;
}

/** Holds B against A, target by target. */
export function compareReports(a: RunReport, b: RunReport, tolerances: Tolerances = TOLERANCES): ComparedReports {
  const metrics: ComparedMetric[] = [];
  const broken: string[] = [];
  for (const before of a.targets) {
    const after = b.targets.find(({ target }) => target === before.target);
    if (after === undefined) continue;
    if (before.pass && !after.pass) broken.push(before.target);
    for (const metric of METRICS) {
      const [old, now] = [before.summary[metric], after.summary[metric]];
      if (old === undefined || now === undefined || old.min <= 0 || now.min <= 0) continue;
      const interval = ratioInterval(old.values, now.values);
      const change = changeOf(metric, interval, tolerances);
      metrics.push({ target: before.target, metric, before: old.median, after: now.median, ...interval, change });
    }
  }
  const isRegression = broken.length > 0 || metrics.some(({ change }) => change === "worse");
  return { metrics, broken, warnings: warningsOf(a, b), isRegression };
}

function changeOf(
  metric: Metric,
  { ratio, low, high }: RatioInterval,
  tolerances: Tolerances,
): ComparedMetric["change"] {
  const isRate = metric.endsWith("PerSecond");
  const limit = isRate ? tolerances.throughput : metric.endsWith("Ms") ? tolerances.latency : tolerances.cost;
  const isCertain = low === null || high === null || low > 1 || high < 1;
  const isWorse = isRate ? ratio < limit : ratio > limit;
  if (!isCertain) return isWorse ? "unclear" : "same";
  const isBetter = isRate ? ratio > 1 / limit : ratio < 1 / limit;
  if (isWorse) return "worse";
  return isBetter ? "better" : "same";
}

function warningsOf(a: RunReport, b: RunReport): string[] {
  const warnings: string[] = [];
  const differ = (what: string, before: unknown, after: unknown): void => {
    if (before !== after) warnings.push(`the ${what} differs: ${String(before)} and ${String(after)}`);
  };
  differ("machine", `${a.machine.cores} × ${a.machine.cpu}`, `${b.machine.cores} × ${b.machine.cpu}`);
  differ("version of RabbitMQ", a.broker?.version, b.broker?.version);
  differ("version of Node", a.machine.node, b.machine.node);
  for (const [key, before, after] of differences(a.workload, b.workload)) differ(`workload's ${key}`, before, after);
  warnings.push(...busy(a, "first"), ...busy(b, "second"));
  warnings.push(...missing(a, b, "only the first has"), ...missing(b, a, "only the second has"));
  if (a.workload.repeats < 2 || b.workload.repeats < 2) {
    warnings.push("a single run has no confidence interval: only the tolerances decide; use 'repeats' of 5 or more");
  }
  return warnings;
}

function busy({ machine: { load, cores } }: RunReport, which: string): string[] {
  // A run that has just ended leaves as much behind as there are cores, at most.
  if (!(load > cores)) return [];
  return [
    `when the ${which} began, other work kept the machine busy (load ${load.toFixed(1)} on ${cores} cores): its figures are disturbed`,
  ];
}

/** The targets of a report that the other one does not have. */
function missing(report: RunReport, other: RunReport, what: string): string[] {
  const names = new Set(other.targets.map(({ target }) => target));
  return report.targets.filter(({ target }) => !names.has(target)).map(({ target }) => `${what} ${target}`);
}

const NO_LOAD: ReadonlySet<string> = new Set(["name", "folder", "targets", "repeats"]);

/** What of the load differs, and how. */
function differences(a: RunReport["workload"], b: RunReport["workload"]): [string, string, string][] {
  const after = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a)
    .filter(([key]) => !NO_LOAD.has(key))
    .map(([key, value]): [string, string, string] => [key, JSON.stringify(value), JSON.stringify(after.get(key))])
    .filter(([, before, now]) => before !== now);
}
