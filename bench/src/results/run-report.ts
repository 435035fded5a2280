import type { BrokerKind } from "@warrenmq/testing";
import type { TrialResult } from "../load/trial-result.ts";
import { median } from "../method/statistics.ts";
import type { Machine } from "../report/environment.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { Workload } from "../workload/workload.ts";

/** The version of the JSON report; `bench/schema/run-report.schema.json` describes it. */
export const RUN_REPORT_VERSION = 1;

/** The middle of the repeated runs of a target, and how far they lie apart. */
export interface Repeated {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** By run, in order: what `compare` works with. */
  readonly values: readonly number[];
}

/** What is compared between targets and between reports. */
export const METRICS = [
  "confirmedPerSecond",
  "receivedPerSecond",
  "sustainedPerSecond",
  "sendP50Ms",
  "sendP99Ms",
  "arrivalP50Ms",
  "arrivalP99Ms",
  "cpuUsPerRecord",
  "rssMb",
] as const;

/** The name of a metric. */
export type Metric = (typeof METRICS)[number];

/** What a target did in all of its runs. */
export interface TargetReport {
  readonly target: string;
  readonly title: string;
  /** Whether every run passed. */
  readonly pass: boolean;
  readonly summary: { readonly [name in Metric]?: Repeated };
  /** The highest rate that a search found to be sustained, by repeated search. */
  readonly searched?: readonly SearchedRate[];
  readonly runs: readonly TrialResult[];
  /** Why it has no runs. */
  readonly error?: string;
}

/** What a search for the highest sustainable rate found. */
export interface SearchedRate {
  readonly sustainedPerSecond: number;
  readonly trials: readonly { readonly perSecond: number; readonly sustained: boolean; readonly why: string | null }[];
}

/** What `run` and `quick` write as JSON. */
export interface RunReport {
  readonly schemaVersion: number;
  readonly kind: "run";
  readonly startedAt: string;
  readonly commit: string | null;
  readonly machine: Machine;
  readonly broker: { readonly version: string; readonly kind: BrokerKind } | null;
  readonly workload: Workload;
  /** False when it was interrupted; what had been measured until then is there. */
  readonly complete: boolean;
  /** Whether it is complete and every run of every target passed. */
  readonly pass: boolean;
  readonly targets: readonly TargetReport[];
  readonly verdict?: Verdict;
}

/** Adds up the runs of a target. */
export function targetReport(
  about: { readonly target: string; readonly title: string },
  runs: readonly TrialResult[],
  searched: readonly SearchedRate[] = [],
  error?: string,
): TargetReport {
  const complete = runs.filter((run) => run.complete);
  const values: { readonly [name in Metric]: readonly (number | undefined)[] } = {
    confirmedPerSecond: complete.map((run) => positive(run.confirmedPerSecond)),
    receivedPerSecond: complete.map((run) => positive(run.receivedPerSecond)),
    sustainedPerSecond: searched.map(({ sustainedPerSecond }) => sustainedPerSecond),
    sendP50Ms: complete.map(({ send }) => send?.p50Ms),
    sendP99Ms: complete.map(({ send }) => send?.p99Ms),
    arrivalP50Ms: complete.map(({ arrival }) => arrival?.p50Ms),
    arrivalP99Ms: complete.map(({ arrival }) => arrival?.p99Ms),
    cpuUsPerRecord: complete.map(cpuUsPerRecord),
    rssMb: complete.map(({ machine }) => Math.max(...machine.processes.map(({ rssMb }) => rssMb))),
  };
  const summary: { [name in Metric]?: Repeated } = {};
  for (const name of METRICS) {
    const found = values[name].filter((value) => value !== undefined);
    if (found.length > 0) summary[name] = repeated(found);
  }
  return {
    ...about,
    pass: error === undefined && runs.length > 0 && runs.every(({ pass }) => pass),
    summary,
    ...(searched.length === 0 ? {} : { searched }),
    runs,
    ...(error === undefined ? {} : { error }),
  };
}

function repeated(values: readonly number[]): Repeated {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), values };
}

function positive(value: number): number | undefined {
  return value > 0 ? value : undefined;
}

/** CPU time of the load's processes for a record: the client's cost, harness included. */
function cpuUsPerRecord({ machine, confirmedPerSecond, receivedPerSecond }: TrialResult): number | undefined {
  const perSecond = Math.max(confirmedPerSecond, receivedPerSecond);
  if (perSecond === 0) return undefined;
  return (machine.processes.reduce((sum, { cpu }) => sum + cpu, 0) * 1e6) / perSecond;
}
