import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InjectedFault } from "../fault-schedule.ts";
import type { Growth, Sample } from "./samples.ts";

// uPlot is the benchmark's.
const UPLOT = new URL("../../../bench/node_modules/uplot/dist/", import.meta.url);

/** What a soak found. */
export interface SoakReport {
  readonly command: string;
  readonly brokerVersion: string;
  readonly growth: readonly Growth[];
  readonly ledgers: Readonly<Record<string, object>>;
  readonly violations: readonly string[];
  readonly missing: number;
  readonly faults: readonly (InjectedFault & { readonly seconds: number })[];
  readonly samples: readonly Sample[];
}

const CHARTS: Readonly<Record<string, readonly (keyof Sample)[]>> = {
  "Memory (MB)": ["rssMb", "heapMb", "externalMb"],
  "Sockets, channels, timers": ["sockets", "brokerConnections", "brokerChannels", "brokerQueues", "timers"],
  "Confirmed and not yet received": ["missing"],
};

/** Writes soak.json and soak.html, which shows it over time. */
export function writeReport(folder: string, report: SoakReport): void {
  writeFileSync(join(folder, "soak.json"), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, "soak.html"), page(report));
}

function page({ command, brokerVersion, samples, faults }: SoakReport): string {
  const charts = Object.entries(CHARTS).map(([title, names]) => ({
    title,
    names,
    data: [samples.map(({ seconds }) => seconds), ...names.map((name) => samples.map((sample) => sample[name]))],
  }));
  return `<!doctype html><meta charset="utf-8"><title>Soak</title>
<style>${readFileSync(new URL("uPlot.min.css", UPLOT), "utf8")} body { font: 14px sans-serif; margin: 2em }</style>
<h1>Soak on RabbitMQ ${brokerVersion}</h1><p><code>${command}</code>; grey lines are faults.</p>
<script>${readFileSync(new URL("uPlot.iife.min.js", UPLOT), "utf8")}</script>
<script>
const colours = ["#06c", "#c60", "#090", "#909", "#666"];
const faults = ${JSON.stringify(faults.map(({ seconds }) => seconds))};
const mark = (plot) => {
  plot.ctx.fillStyle = "#8884";
  for (const at of faults) plot.ctx.fillRect(plot.valToPos(at, "x", true), plot.bbox.top, 2, plot.bbox.height);
};
for (const { title, names, data } of ${JSON.stringify(charts)}) {
  new uPlot({
    title, width: 1000, height: 280, scales: { x: { time: false }, y: { range: (_, __, max) => [0, max * 1.05] } }, hooks: { draw: [mark] },
    series: [{ label: "seconds" }, ...names.map((label, index) => ({ label, stroke: colours[index], width: 2 }))],
  }, data, document.body);
}
</script>
`;
}
