import type { Finding } from "../flags/finding.ts";
import { FLAGS } from "../flags/kinds.ts";
import type { ProjectReport } from "../project/project-report.ts";
import { effortOf } from "./effort.ts";

/** A checklist for a pull request or an issue. */
export function markdownReport(report: ProjectReport): string {
  const { changes, moves, findings, installCommands } = report;
  const open = findings.filter(({ severity }) => severity !== "info");
  const lines = [
    "## Move to WarrenMQ",
    "",
    `${changes.length} files changed${moves.length === 0 ? "" : `, ${moves.length} moved`}; ${open.length} places need a person.`,
    "",
    ...effortTable(report),
    ...(open.length === 0 ? [] : ["### To do", "", ...checklist(open)]),
    ...(installCommands.length === 0
      ? []
      : ["- [ ] Bring the lockfile up to date:", ...installCommands.map((command) => `  - \`${command}\``)]),
    "- [ ] Set `RABBITMQ_URL` where the program runs.",
    "",
  ];
  return lines.join("\n");
}

function effortTable(report: ProjectReport): string[] {
  const rows = effortOf(report).map(
    ({ folder, effort, edits, review, blocked, blockingCodes }) =>
      `| \`${folder}\` | ${effort} | ${edits} | ${review} | ${blocked} | ${blockingCodes.join(", ")} |`,
  );
  if (rows.length === 0) return [];
  return [
    "| folder | effort | edits | to review | blocked | by |",
    "| --- | --- | --: | --: | --: | --- |",
    ...rows,
    "",
  ];
}

function checklist(findings: readonly Finding[]): string[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.flatMap((code) => {
    const { title, nextStep } = FLAGS[code];
    const places = findings
      .filter((finding) => finding.code === code)
      .map(({ file, line, detail }) => `  - [ ] \`${file}:${line}\` ${escaped(detail)}`);
    return [`- **${title}** (${code}). ${nextStep}`, ...places];
  });
}

/** Details quote code, which may look like Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|]/g, String.raw`\$&`);
}
