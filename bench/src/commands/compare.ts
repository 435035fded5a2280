import Table from "cli-table3";
import pc from "picocolors";
import { compareReports, TOLERANCES } from "../results/compare-reports.ts";
import type { ComparedMetric, Tolerances } from "../results/compare-reports.ts";
import { readReport } from "../results/read-report.ts";

/** `compare A B`. @returns the exit code: 1 when B is worse than A beyond the tolerances, else 0 */
export async function compareCommand(a: string, b: string, flags: Partial<Tolerances>): Promise<number> {
  const [before, after] = [await readReport(a), await readReport(b)];
  const { metrics, broken, warnings, isRegression } = compareReports(before, after, { ...TOLERANCES, ...flags });
  const table = new Table({
    head: ["target", "metric", "before", "after", "after ÷ before", "95 % confidence", ""],
    style: { head: [], border: [] },
  });
  for (const metric of metrics) {
    table.push([
      metric.target,
      metric.metric,
      amount(metric.before),
      amount(metric.after),
      metric.ratio.toFixed(3),
      metric.low === null || metric.high === null ? "–" : `${metric.low.toFixed(3)}–${metric.high.toFixed(3)}`,
      coloured(metric.change),
    ]);
  }
  const unclear = metrics.filter(({ change }) => change === "unclear").length;
  const lines = [
    ...warnings.map((warning) => `note: ${warning}`),
    table.toString(),
    ...broken.map((target) => pc.red(`${target}: passed before, and does not now`)),
    isRegression ? pc.red("regression") : pc.green("no regression"),
  ];
  if (unclear > 0)
    lines.push(`${unclear} are worse by less than the runs differ among themselves: more 'repeats' decide`);
  if (metrics.length === 0) lines.push("the reports have no target in common");
  process.stdout.write(`${lines.join("\n")}\n`);
  return isRegression || metrics.length === 0 ? 1 : 0;
}

function amount(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(4)));
}

function coloured(change: ComparedMetric["change"]): string {
  if (change === "same" || change === "unclear") return change;
  return change === "worse" ? pc.red(change) : pc.green(change);
}
