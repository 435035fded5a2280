import { readFile } from "node:fs/promises";
import { WorkloadError } from "../workload/workload-error.ts";
import { RUN_REPORT_VERSION } from "./run-report.ts";
import type { RunReport } from "./run-report.ts";

/** Reads a report that `run` or `quick` wrote as JSON. @throws WorkloadError when it is none, or of another version */
export async function readReport(file: string): Promise<RunReport> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new WorkloadError(`cannot read the report "${file}"`, { cause: error });
  });
  const report = parse(text, file);
  if (!isReport(report)) throw new WorkloadError(`${file} is no report of 'run' or 'quick' (--json)`);
  if (report.schemaVersion === RUN_REPORT_VERSION) return report;
  throw new WorkloadError(
    `${file} has the schema version ${report.schemaVersion}; this version reads ${RUN_REPORT_VERSION}`,
  );
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WorkloadError(`${file} is no JSON`, { cause: error });
  }
}

/** What is behind the head is what this program wrote. */
function isReport(value: unknown): value is RunReport {
  if (typeof value !== "object" || value === null) return false;
  return "kind" in value && value.kind === "run" && "schemaVersion" in value && "targets" in value;
}
