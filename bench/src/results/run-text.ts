import Table from "cli-table3";
import pc from "picocolors";
import type { Verdict } from "../verdict/verdict.ts";
import type { Repeated, RunReport, TargetReport } from "./run-report.ts";

/** A cell of the table of results, for a terminal or Markdown. */
export const COLUMNS: readonly string[] = [
  "target",
  "records/s",
  "received/s",
  "send p50",
  "send p99",
  "arrival p50",
  "arrival p99",
  "CPU/record",
  "lost",
  "repeated",
  "disorder",
  "",
];

/** A target's row: medians, with their range where there were several runs. */
export function rowOf(report: TargetReport): string[] {
  const { summary, runs } = report;
  const count = (of: (run: TargetReport["runs"][number]) => number): string =>
    whole(runs.reduce((sum, run) => sum + of(run), 0));
  return [
    report.target,
    rateText(summary.sustainedPerSecond ?? summary.confirmedPerSecond),
    rateText(summary.receivedPerSecond),
    msText(summary.sendP50Ms),
    msText(summary.sendP99Ms),
    msText(summary.arrivalP50Ms),
    msText(summary.arrivalP99Ms),
    summary.cpuUsPerRecord === undefined ? "–" : `${cpuText(summary.cpuUsPerRecord.median)} µs`,
    count(({ account }) => account.lost),
    count(({ account }) => account.duplicated),
    count(({ account }) => account.outOfOrder),
    outcome(report),
  ];
}

/** The results as a table for a terminal or a log. */
export function runTable({ targets }: RunReport): string {
  const table = new Table({ head: [...COLUMNS], style: { head: [], border: [] } });
  for (const report of targets) {
    const row = rowOf(report);
    table.push([...row.slice(0, -1), report.pass ? pc.green(row.at(-1)) : pc.red(row.at(-1))]);
  }
  return table.toString();
}

/** What is to be known beside the numbers. */
export function notesOf(report: RunReport): string[] {
  const notes = report.complete ? [] : ["The run was interrupted: what is shown is what had been measured until then."];
  for (const { target, runs, error, searched = [] } of report.targets) {
    if (error !== undefined) notes.push(`${target}: ${error}`);
    for (const { repeat, notes: own } of runs) notes.push(...own.map((note) => `${target}, run ${repeat}: ${note}`));
    for (const { trials } of searched) {
      const failed = trials.filter(({ sustained }) => !sustained);
      const nearest = failed.toSorted((a, b) => a.perSecond - b.perSecond)[0];
      if (nearest !== undefined) {
        notes.push(`${target}: ${whole(nearest.perSecond)} records/s are too many: ${nearest.why ?? "not sustained"}`);
      }
    }
  }
  return notes;
}

/** The verdict in lines. */
export function verdictLines({ text, fits, need, capacity, ...verdict }: Verdict): string[] {
  const colour = fits ? pc.green : pc.red;
  // Where the load asked for no more, the broker may do with less.
  const atMost = capacity.isFloor ? "at most " : "";
  return [
    colour(pc.bold(`${capacity.target}: ${text}`)),
    `  asked for    ${whole(need.peakRecordsPerSecond)} records/s, ${mega(need.peakBytesPerSecond)} MB/s at the peak (${need.source})`,
    `  measured     ${whole(capacity.recordsPerSecond)} records/s of ${whole(capacity.recordBytes)} B written and read by ${capacity.groups} on ${capacity.shards} shards; ${verdict.limit} run out first`,
    `  limited by   ${verdict.limitedBy}`,
    `  needed       ${atMost}${verdict.shardsNeeded} shards, ${verdict.nodesNeeded} nodes, ${giga(verdict.diskBytes)} GB of disk over all nodes for ${need.retentionHours} h`,
    ...verdict.notes.map((note) => pc.dim(`  ${note}`)),
  ];
}

/** The first line of a report. */
export function runHeadline({ workload, broker, machine, commit, startedAt }: RunReport): string {
  const parts = [
    `${workload.name} (${workload.scenario})`,
    ...(broker === null ? [] : [`RabbitMQ ${broker.version} (${broker.kind})`]),
    `Node ${machine.node.slice(1)}`,
    `${machine.cores} × ${machine.cpu}`,
    `load ${machine.load.toFixed(1)}`,
    `commit ${commit ?? "unknown"}`,
    startedAt,
  ];
  return parts.join(", ");
}

function outcome({ pass, runs, error }: TargetReport): string {
  if (error !== undefined) return "not run";
  if (pass) return "ok";
  return runs.every(({ complete }) => complete) ? "FAILED" : "incomplete";
}

function rateText(value: Repeated | undefined): string {
  if (value === undefined) return "–";
  const range = value.values.length > 1 ? ` (${whole(value.min)}–${whole(value.max)})` : "";
  return `${whole(value.median)}${range}`;
}

function msText(value: Repeated | undefined): string {
  return value === undefined ? "–" : `${value.median < 10 ? value.median.toFixed(2) : value.median.toFixed(0)} ms`;
}

function cpuText(us: number): string {
  return us >= 100 ? whole(us) : us.toPrecision(3);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function giga(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0);
}
