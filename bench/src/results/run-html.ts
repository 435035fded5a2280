import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { stripVTControlCharacters } from "node:util";
import type { PageData } from "./page/page-data.ts";
import { PAGE_STYLE } from "./page/page-style.ts";
import { SCENARIO_PLANS } from "../workload/scenario-plan.ts";
import type { RunReport } from "./run-report.ts";
import { COLUMNS, notesOf, rowOf, runHeadline, verdictLines } from "./run-text.ts";

const require = createRequire(import.meta.url);

/** The report as one file with charts. It loads nothing. */
export function runHtml(report: RunReport): string {
  const { workload } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escaped(workload.name)} – WarrenMQ benchmark</title>
<style>${readFileSync(require.resolve("uplot/dist/uPlot.min.css"), "utf8")}${PAGE_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(workload.name)}</h1>
<span class="${report.pass ? "good" : "bad"}" id="outcome">${outcome(report)}</span>
<span class="spacer"></span>
${repeatSelect(report)}
<button id="theme" type="button">light / dark</button>
</header>
<p class="quiet">${escaped(runHeadline(report))}</p>
${verdictCard(report)}
<section class="card" id="results"><h2>Results</h2>${table(report)}</section>
<div class="charts">
<section class="card"><h2>Records a second</h2>${shadeNote(report)}<div id="rate"></div></section>
<section class="card"><h2>99th percentile over time</h2>${shadeNote(report)}<div id="time"></div></section>
<section class="card"><h2>Distribution of latencies</h2><div id="distribution"></div></section>
<section class="card"><h2>How it was measured</h2>${method(report)}</section>
</div>
${notesCard(report)}
</main>
<script type="application/json" id="data">${inScript(JSON.stringify(pageData(report)))}</script>
<script>${inScript(readFileSync(require.resolve("uplot/dist/uPlot.iife.min.js"), "utf8"))}</script>
<script type="module">${inScript(pageScript())}</script>
</body>
</html>
`;
}

/** Of a backlog everything counts. */
function warmUpSeconds({ workload }: RunReport): number {
  return SCENARIO_PLANS[workload.scenario].flow === "consume" ? 0 : workload.warmUpSeconds;
}

function shadeNote(report: RunReport): string {
  return warmUpSeconds(report) > 0 ? `<p class="quiet">Shaded: the warm-up, which no figure counts.</p>` : "";
}

function outcome({ pass, complete }: RunReport): string {
  if (pass) return "every record accounted for";
  return complete ? "FAILED" : "interrupted";
}

function repeatSelect({ workload: { repeats } }: RunReport): string {
  if (repeats < 2) return "";
  const options = Array.from(
    { length: repeats },
    (_, index) => `<option value="${index + 1}">run ${index + 1}</option>`,
  );
  return `<select id="repeat" aria-label="Which run the charts show">${options.join("")}</select>`;
}

function verdictCard({ verdict }: RunReport): string {
  if (verdict === undefined) return "";
  const [first = "", ...rest] = verdictLines(verdict).map((line) => stripVTControlCharacters(line).trim());
  const facts = rest.map((line) => {
    const [, name, value] = /^(.+?) {2,}(.+)$/u.exec(line) ?? [];
    return name === undefined
      ? `<dt></dt><dd class="quiet">${escaped(line)}</dd>`
      : `<dt>${name}</dt><dd>${escaped(value ?? "")}</dd>`;
  });
  const kind = verdict.fits ? "good" : "bad";
  return `<section class="card verdict"><strong class="${kind}">${escaped(first)}</strong><dl>${facts.join("")}</dl></section>`;
}

function table(report: RunReport): string {
  const rows = report.targets.map((target) => {
    const row = rowOf(target);
    const kind = target.pass ? "good" : "bad";
    return `<tr>${cells("td", row.slice(0, -1))}<td class="${kind}">${escaped(row.at(-1) ?? "")}</td></tr>`;
  });
  return `<table><thead><tr>${cells("th", COLUMNS)}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function cells(tag: string, row: readonly string[]): string {
  return row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("");
}

function method(report: RunReport): string {
  const { workload, targets } = report;
  const { rate, shards, producers, consumers, groups, processes, batch, durationSeconds, repeats } = workload;
  const facts: readonly (readonly [string, string])[] = [
    ["scenario", `${workload.scenario}: ${SCENARIO_PLANS[workload.scenario].title}`],
    ["rate", rateText(rate)],
    ["records", recordText(workload)],
    ["keys", `${workload.keys.count} ${workload.keys.distribution}`],
    [
      "load",
      `${many(producers, "producer")}, ${many(consumers, "consumer")}${groups > 1 ? ` in each of ${groups} groups` : ""}, ${many(processes, "process")}, ${many(batch, "record")} a call`,
    ],
    ["shards", String(shards)],
    [
      "time",
      `${durationSeconds} s, the first ${warmUpSeconds(report)} s not counted, ${many(repeats, "run")} of each target, in turn`,
    ],
    ...targets.map(({ target, title }): [string, string] => [target, title]),
  ];
  const why =
    rate.type === "max"
      ? "A closed loop: a call is made when one is answered, so latencies are those of a target that is never asked for more than it can do."
      : "An open loop: each call counts from when it was due, whatever became of those before it.";
  const list = facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  return `<p class="quiet">${why} Every record has a number: lost, repeated and disordered ones are counted.</p><dl>${list.join("")}</dl>`;
}

function many(count: number, what: string): string {
  if (count === 1) return `1 ${what}`;
  return `${count} ${what}${what.endsWith("s") ? "es" : "s"}`;
}

function rateText(rate: RunReport["workload"]["rate"]): string {
  switch (rate.type) {
    case "max":
      return "as fast as it answers";
    case "search":
      return "the highest that is sustained";
    case "constant":
      return `${rate.perSecond} records/s`;
    case "ramp":
      return `${rate.from} to ${rate.to} records/s`;
    case "replay":
      return `${rate.file}, ${rate.speed}× as fast`;
  }
}

function recordText({ record }: RunReport["workload"]): string {
  switch (record.type) {
    case "fixed":
      return `${record.bytes} B`;
    case "histogram":
      return record.buckets.map(({ bytes, weight }) => `${bytes} B (${weight})`).join(", ");
    case "samples":
      return `those of ${record.file}`;
  }
}

function notesCard(report: RunReport): string {
  const notes = notesOf(report);
  if (notes.length === 0) return "";
  return `<section class="card"><h2>Notes</h2><ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul></section>`;
}

function pageData(report: RunReport): PageData {
  return {
    warmUpSeconds: warmUpSeconds(report),
    targets: report.targets.map(({ target, runs }) => ({
      name: target,
      runs: runs.map(({ repeat, series, send, arrival }) => ({
        repeat,
        series,
        send: send?.percentiles ?? [],
        arrival: arrival?.percentiles ?? [],
      })),
    })),
  };
}

/** The compiled script of the page, without the words of modules. */
function pageScript(): string {
  return readFileSync(new URL("page/page.js", import.meta.url), "utf8")
    .replaceAll(/^import .*$/gmu, "")
    .replaceAll(/^export .*$/gmu, "")
    .replaceAll(/^\/\/# sourceMappingURL=.*$/gmu, "");
}

/** Nothing in a script may end it. */
function inScript(text: string): string {
  return text.replaceAll("</", String.raw`<\/`).replaceAll("<!--", String.raw`<\!--`);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
