import { readFile } from "node:fs/promises";
import { WorkloadError } from "../workload/workload-error.ts";
import { RUN_REPORT_SCHEMA } from "./run-report-schema.ts";
import { RUN_REPORT_VERSION } from "./run-report.ts";
import type { RunReport } from "./run-report.ts";

/** Reads a report that `run` or `quick` wrote as JSON. @throws WorkloadError when it is none, or of another version */
export async function readReport(file: string): Promise<RunReport> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new WorkloadError(`cannot read the report "${file}"`, { cause: error });
  });
  const report = parse(text, file);
  if (isReport(report)) return report;
  const version = versionOf(report);
  if (typeof version === "number" && version !== RUN_REPORT_VERSION) {
    throw new WorkloadError(`${file} has the schema version ${version}; this version reads ${RUN_REPORT_VERSION}`);
  }
  throw new WorkloadError(`${file} is no report of 'run' or 'quick' (--json)`);
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WorkloadError(`${file} is no JSON`, { cause: error });
  }
}

function isReport(value: unknown): value is RunReport {
  return RUN_REPORT_SCHEMA.safeParse(value).success;
}

function versionOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "schemaVersion" in value ? value.schemaVersion : undefined;
}
