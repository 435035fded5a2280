import type { Log, ReportingDescriptor, Result } from "sarif";
import type { Severity } from "../flags/codes.ts";
import { FLAGS } from "../flags/kinds.ts";
import type { ProjectReport } from "../project/project-report.ts";
import { TOOL } from "./tool.ts";

const LEVELS: Readonly<Record<Severity, Result.level>> = { blocked: "error", review: "warning", info: "note" };

/** The findings as SARIF 2.1.0, for code scanning and annotations of pull requests. */
export function sarifReport({ findings }: Pick<ProjectReport, "findings">): string {
  const rules = Object.entries(FLAGS).map(([id, { title, reason, nextStep, severity }]): ReportingDescriptor => ({
    id,
    shortDescription: { text: title },
    fullDescription: { text: reason },
    help: { text: nextStep },
    defaultConfiguration: { level: LEVELS[severity] },
  }));
  const indices = new Map(rules.map(({ id }, index) => [id, index]));
  const results = findings.map(({ code, severity, file, line, column, detail }): Result => ({
    ruleId: code,
    ruleIndex: indices.get(code) ?? -1,
    level: LEVELS[severity],
    message: { text: `${FLAGS[code].title}: ${detail}. ${FLAGS[code].nextStep}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file), uriBaseId: "%SRCROOT%" },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
    partialFingerprints: { codeAndDetail: `${code}:${file}:${detail}` },
  }));
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: TOOL.name, version: TOOL.version, informationUri: TOOL.url, rules } },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}
