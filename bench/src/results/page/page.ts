/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs in the browser, inside the page that run-html.ts writes, behind uPlot.
import type UPlot from "uplot";
import type { SeriesPoint } from "../../load/trial-result.ts";
import type { PageData, PageRun } from "./page-data.ts";

declare const uPlot: typeof UPlot;

/** A line of a chart. */
interface Line {
  readonly label: string;
  readonly colour: number;
  readonly dashed: boolean;
  readonly values: readonly (number | null)[];
}

const HEIGHT = 260;
const COLOURS = 6;
const PERCENTS = [50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100];
/** A logarithmic axis has no zero. */
const SMALLEST_MS = 0.001;

const data: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "");
const root = document.documentElement;
const repeats = document.getElementById("repeat");
let plots: UPlot[] = [];

root.dataset["theme"] ??= matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
document.getElementById("theme")?.addEventListener("click", () => {
  root.dataset["theme"] = root.dataset["theme"] === "dark" ? "light" : "dark";
  draw();
});
repeats?.addEventListener("change", draw);
addEventListener("resize", draw);
draw();

function draw(): void {
  for (const plot of plots) plot.destroy();
  const number = repeats instanceof HTMLSelectElement ? Number(repeats.value) : 1;
  const shown = data.targets.flatMap(({ name, runs }, colour) => {
    const run = runs.find(({ repeat }) => repeat === number);
    return run === undefined ? [] : [{ name, colour, run }];
  });
  const seconds = [...new Set(shown.flatMap(({ run }) => run.series.map((point) => point.seconds)))].toSorted(
    (a, b) => a - b,
  );
  const over = (label: string, pick: (point: SeriesPoint) => number | null, dashed: boolean): Line[] =>
    shown.map(({ name, colour, run }) => {
      const byTime = new Map(run.series.map((point) => [point.seconds, pick(point)]));
      return { label: `${name} ${label}`, colour, dashed, values: seconds.map((at) => byTime.get(at) ?? null) };
    });
  const distribution = (label: string, pick: (run: PageRun) => PageRun["send"], dashed: boolean): Line[] =>
    shown.map(({ name, colour, run }) => ({
      label: `${name} ${label}`,
      colour,
      dashed,
      values: PERCENTS.map((percent) => atPercent(pick(run), percent)),
    }));
  plots = [
    chart("rate", seconds, [
      ...over("sent", (point) => point.confirmedPerSecond, false),
      ...over("received", (point) => point.receivedPerSecond, true),
    ]),
    chart("time", seconds, [
      ...over("send p99", ({ sendP99Ms }) => sendP99Ms, false),
      ...over("arrival p99", ({ arrivalP99Ms }) => arrivalP99Ms, true),
    ]),
    chart(
      "distribution",
      PERCENTS.map((_, index) => index),
      [...distribution("send", ({ send }) => send, false), ...distribution("arrival", ({ arrival }) => arrival, true)],
    ),
  ].filter((plot) => plot !== undefined);
}

function chart(id: "rate" | "time" | "distribution", x: number[], all: readonly Line[]): UPlot | undefined {
  const place = document.getElementById(id);
  const lines = all.filter(({ values }) => values.some((value) => value !== null && value > 0));
  if (place === null || lines.length === 0) return undefined;
  const isRate = id === "rate";
  const text = style("--quiet");
  const axis = { stroke: text, grid: { stroke: style("--line"), width: 1 }, ticks: { stroke: style("--line") } };
  const xLabel = (value: number): string => (id === "distribution" ? percentText(PERCENTS[value]) : `${value} s`);
  const yLabel = (value: number): string => (isRate ? short(value) : `${short(value)} ms`);
  const values: (number | null)[][] = lines.map((line) =>
    line.values.map((value) => (value === null || isRate ? value : Math.max(value, SMALLEST_MS))),
  );
  const options: UPlot.Options = {
    width: Math.max(280, place.clientWidth),
    height: HEIGHT,
    // uPlot's own declarations have its numbers as a constant enum, which a page without modules cannot load.
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
    scales: { x: { time: false }, y: isRate ? { range: (_plot, _min, max) => [0, max * 1.05] } : { distr: 3 } },
    axes: [
      {
        ...axis,
        values: (_plot, at) => at.map((value) => xLabel(value)),
        ...(id === "distribution" ? { splits: () => x } : {}),
      },
      { ...axis, size: 70, values: (_plot, at) => at.map((value) => (value === null ? "" : yLabel(value))) },
    ],
    // The time that the figures leave out.
    hooks: id === "distribution" ? {} : { drawClear: [shadeWarmUp] },
    series: [
      {
        label: id === "distribution" ? "percentile" : "time",
        value: (_plot, value) => (value === null ? "–" : xLabel(value)),
      },
      ...lines.map(({ label, colour, dashed }): UPlot.Series => ({
        label: dashed ? `${label} (dashed)` : label,
        stroke: style(`--s${colour % COLOURS}`),
        width: 2,
        ...(dashed ? { dash: [6, 4] } : {}),
        points: { show: false },
        value: (_plot, value) => (value === null ? "–" : yLabel(value)),
      })),
    ],
  };
  return new uPlot(options, [x, ...values], place);
}

function shadeWarmUp(plot: UPlot): void {
  const { ctx, bbox } = plot;
  const end = plot.valToPos(data.warmUpSeconds, "x", true);
  const width = Math.min(end - bbox.left, bbox.width);
  if (!(width > 0)) return;
  ctx.save();
  ctx.fillStyle = style("--shade");
  ctx.fillRect(bbox.left, bbox.top, width, bbox.height);
  ctx.restore();
}

/** The measured value at a percentile, or the next one that there is. */
function atPercent(percentiles: PageRun["send"], percent: number): number | null {
  return percentiles.find((one) => one.percent >= percent)?.ms ?? null;
}

function percentText(percent: number | undefined): string {
  if (percent === undefined) return "";
  return percent === 100 ? "max" : `${percent} %`;
}

function style(name: string): string {
  return getComputedStyle(root).getPropertyValue(name).trim();
}

function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
  return String(Number(value.toPrecision(3)));
}
