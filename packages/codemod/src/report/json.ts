import { FLAGS } from "../flags/kinds.ts";
import type { ProjectReport } from "../project/project-report.ts";
import { effortOf } from "./effort.ts";
import { TOOL } from "./tool.ts";

/** Changes when a member is renamed, removed or means something else; new members do not change it. */
export const REPORT_SCHEMA_VERSION = "1.0";

/** The whole report as JSON. */
export function jsonReport(report: ProjectReport, command: string): string {
  const { counts, changes, moves, findings, skipped, installCommands, inventory, base, roots } = report;
  const people = findings.filter(({ severity }) => severity !== "info").length;
  const value = {
    schemaVersion: REPORT_SCHEMA_VERSION,
    tool: TOOL,
    command,
    base,
    roots,
    summary: {
      ...counts,
      changedFiles: changes.length,
      edits: changes.reduce((sum, { edits }) => sum + edits.length, 0),
      movedFiles: moves.length,
      findings: findings.length,
      needPeople: people,
    },
    effort: effortOf(report),
    changes: changes.map(({ file, edits }) => ({ file, edits })),
    moves: moves.map(({ from, to }) => ({ from, to })),
    findings: findings.map((finding) => ({
      ...finding,
      title: FLAGS[finding.code].title,
      reason: FLAGS[finding.code].reason,
      nextStep: FLAGS[finding.code].nextStep,
    })),
    skipped,
    installCommands,
    inventory,
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
