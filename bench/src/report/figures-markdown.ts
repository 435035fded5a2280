import { readFile } from "node:fs/promises";
import type { Figure } from "../method/figure.ts";
import { confidenceText, detailsText, rangeText, targetText, valueText, verdict } from "./figure-text.ts";
import type { Report } from "./report.ts";

/** The figures of a report as a page of documentation: how they were measured first, then what, suite by suite. */
export async function figuresMarkdown(report: Report, suiteOf: (figure: string) => string): Promise<string> {
  const suites = [...new Set(report.figures.map(({ name }) => suiteOf(name)))];
  return [
    "# Benchmarks",
    "",
    `Written by \`${report.command}\`. Figures belong to the machine and the hour of the run; measure your own load on your own broker with \`npx @warrenmq/bench\` before you decide.`,
    "",
    await methodText(),
    "## The run",
    "",
    ...runLines(report),
    "",
    ...suites.flatMap((suite) =>
      suiteSection(
        suite,
        report.figures.filter(({ name }) => suiteOf(name) === suite),
      ),
    ),
  ].join("\n");
}

function runLines(report: Report): string[] {
  const { broker, machine, commit, startedAt, seconds, effort, command, figures } = report;
  const count = (kind: string): number => figures.filter((figure) => verdict(figure) === kind).length;
  const lines = [
    `- command: \`${command}\``,
    `- commit: ${commit ?? "unknown"}`,
    `- begun: ${startedAt}; it took ${Math.ceil(seconds / 60)} minutes`,
    `- machine: ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.os}; its load was ${machine.load.toFixed(1)} when the run began`,
    `- Node ${machine.node.slice(1)}`,
    ...(broker === null ? [] : [`- RabbitMQ ${broker.version} (${broker.kind}), unless a suite says otherwise`]),
    `- effort: ${effort.rounds} rounds of ${effort.roundMs} ms for each side, ${effort.warmUpRounds} thrown away before them`,
    `- outcome: of ${figures.length} figures ${count("pass")} reach their target, ${count("short")} fall short, ${count("failed")} could not be measured`,
  ];
  const warnings = [
    ...(report.complete ? [] : ["**The run was interrupted: figures are missing.**"]),
    ...(effort.isQuick ? ["**A quick run: good for a look, not for a decision.**"] : []),
  ];
  return [...warnings.flatMap((warning) => [warning, ""]), ...lines];
}

function suiteSection(suite: string, figures: readonly Figure[]): string[] {
  return [
    `## Figures of the suite \`${suite}\``,
    "",
    row(["figure", "measured", "target", "", "95 % confidence", "rounds", "noise", "what"]),
    row(Array.from({ length: 8 }, () => "---")),
    ...figures.map(figureRow),
    "",
    "Behind them (medians):",
    "",
    ...figures.flatMap((figure) => detailLine(figure)),
    "",
  ];
}

/** The section of the README, so that there is one text only. */
async function methodText(): Promise<string> {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const start = readme.indexOf("## Method");
  const end = readme.indexOf("\n## ", start + 1);
  return readme.slice(start, end === -1 ? undefined : end + 1);
}

function figureRow(figure: Figure): string {
  return row([
    `\`${figure.name}\``,
    valueText(figure),
    targetText(figure),
    verdict(figure),
    confidenceText(figure.confidence),
    rangeText(figure.spread),
    rangeText(figure.noise),
    figure.title,
  ]);
}

function detailLine(figure: Figure): string[] {
  const text = detailsText(figure).replaceAll("\n", "; ");
  return text === "" ? [] : [`- \`${figure.name}\`: ${text}`];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}
