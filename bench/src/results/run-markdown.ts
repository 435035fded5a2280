import { stripVTControlCharacters } from "node:util";
import type { RunReport } from "./run-report.ts";
import { COLUMNS, notesOf, rowOf, runHeadline, verdictLines } from "./run-text.ts";

/** The report as Markdown: for a pull request, or a page of a wiki. */
export function runMarkdown(report: RunReport): string {
  const lines = [
    `# ${report.workload.name}`,
    "",
    runHeadline(report),
    "",
    row(COLUMNS),
    row(COLUMNS.map(() => "---")),
    ...report.targets.map((target) => row(rowOf(target))),
    "",
  ];
  if (report.verdict !== undefined) {
    const [first = "", ...rest] = verdictLines(report.verdict).map((line) => stripVTControlCharacters(line).trim());
    lines.push(
      `## Verdict`,
      "",
      `**${first}**`,
      "",
      ...rest.map((line) => `- ${line.replaceAll(/ {2,}/gu, ": ")}`),
      "",
    );
  }
  const notes = notesOf(report);
  if (notes.length > 0) lines.push("## Notes", "", ...notes.map((note) => `- ${note}`), "");
  return lines.join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}
