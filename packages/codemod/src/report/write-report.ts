import { writeFileSync } from "node:fs";
import type { ProjectReport } from "../project/project-report.ts";
import { topologyOf } from "../topology/topology-of.ts";
import { topologyText } from "../topology/topology.ts";
import { csvReport } from "./csv.ts";
import { htmlReport } from "./html.ts";
import { jsonReport } from "./json.ts";
import { markdownReport } from "./markdown.ts";
import type { ReportFormat } from "./report-format.ts";
import { sarifReport } from "./sarif.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** The text of a report in a format. */
export function reportText(format: ReportFormat, report: ProjectReport, command: string): string {
  switch (format) {
    case "json":
      return jsonReport(report, command);
    case "sarif":
      return sarifReport(report);
    case "markdown":
      return markdownReport(report);
    case "csv":
      return csvReport(report.inventory);
    case "patch":
      return unifiedDiff(report);
    case "html":
      return htmlReport(report);
    case "topology": {
      const { topology, remarks } = topologyOf(report.inventory);
      return topologyText(topology, remarks);
    }
  }
}

/** Writes a report to a file, or, for `-`, to standard output. */
export function writeReport(file: string, text: string): void {
  if (file === "-") process.stdout.write(text);
  else writeFileSync(file, text);
}
