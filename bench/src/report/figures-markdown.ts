import { readFile } from "node:fs/promises";
import type { Figure } from "../method/figure.ts";
import { detailsText, rangeText, targetText, valueText, verdict } from "./figure-text.ts";
import { headline } from "./report.ts";
import type { Report } from "./report.ts";

/** The figures of a report as a page of documentation: how they were measured first, then what. */
export async function figuresMarkdown(report: Report): Promise<string> {
  return [
    "# Benchmarks",
    "",
    "Written by `npm run bench -- all`. Figures belong to the machine and the hour of the run; measure your own load on your own broker with `warrenmq-bench` before you decide.",
    "",
    await methodText(),
    "## The run",
    "",
    `${headline(report)}, ${report.startedAt}; ${report.effort.rounds} rounds of ${report.effort.roundMs} ms.`,
    ...(report.complete ? [] : ["", "**The run was interrupted: figures are missing.**"]),
    "",
    "## Figures",
    "",
    row(["figure", "measured", "target", "", "rounds", "noise", "what", "behind it (medians)"]),
    row(Array.from({ length: 8 }, () => "---")),
    ...report.figures.map(figureRow),
    "",
  ].join("\n");
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
    rangeText(figure.spread),
    rangeText(figure.noise),
    figure.title,
    detailsText(figure).replaceAll("\n", "; "),
  ]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}
