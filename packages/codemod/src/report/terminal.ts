import pc from "picocolors";
import type { Finding } from "../flags/finding.ts";
import type { Severity } from "../flags/codes.ts";
import { FLAGS } from "../flags/kinds.ts";
import type { ProjectReport } from "../project/project-report.ts";
import { unifiedDiff } from "./unified-diff.ts";

const COLOURS: Readonly<Record<Severity, (text: string) => string>> = {
  blocked: pc.red,
  review: pc.yellow,
  info: pc.dim,
};

/** The changes as a coloured diff. */
export function colouredDiff(report: Pick<ProjectReport, "changes" | "moves">): string {
  return unifiedDiff(report).split("\n").map(colourLine).join("\n");
}

/** What a person reads at the end of a run. */
export function terminalSummary(report: ProjectReport, isWritten: boolean): string {
  return [...findingLines(report.findings), ...skippedLines(report), ...totals(report, isWritten)].join("\n");
}

function colourLine(line: string): string {
  if (line.startsWith("diff ") || line.startsWith("+++") || line.startsWith("---")) return pc.bold(line);
  if (line.startsWith("@@")) return pc.cyan(line);
  if (line.startsWith("+")) return pc.green(line);
  return line.startsWith("-") ? pc.red(line) : line;
}

function findingLines(findings: readonly Finding[]): string[] {
  return [...grouped(findings)].flatMap(([code, found]) => {
    const { title, nextStep, severity } = FLAGS[code];
    const places = found.map(
      (finding) => `    ${finding.file}:${finding.line}:${finding.column}  ${pc.dim(finding.detail)}`,
    );
    return [`${COLOURS[severity](code)} ${title}`, `  ${nextStep}`, ...places, ""];
  });
}

function grouped(findings: readonly Finding[]): Map<Finding["code"], Finding[]> {
  const groups = new Map<Finding["code"], Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.code);
    if (group === undefined) groups.set(finding.code, [finding]);
    else group.push(finding);
  }
  return groups;
}

function skippedLines({ skipped }: ProjectReport): string[] {
  if (skipped.length === 0) return [];
  return ["not looked at:", ...skipped.map(({ file, reason }) => `    ${file}: ${reason}`), ""];
}

function totals({ counts, changes, moves, findings, installCommands }: ProjectReport, isWritten: boolean): string[] {
  const edits = changes.reduce((sum, change) => sum + change.edits.length, 0);
  const people = findings.filter(({ severity }) => severity !== "info").length;
  const lines = [
    `${counts.files} files looked at, ${counts.parsed} parsed`,
    `${edits} changes in ${changes.length} files${moves.length === 0 ? "" : `, ${moves.length} files moved`}${isWritten ? "" : " (dry run: --write makes them)"}`,
    `${people} findings need a person, ${findings.length - people} are worth knowing`,
  ];
  if (installCommands.length > 0) lines.push(`then run: ${installCommands.join(" && ")}`);
  return lines;
}
