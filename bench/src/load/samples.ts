import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { WorkloadError } from "../workload/workload-error.ts";
import type { Workload } from "../workload/workload.ts";

/** The user's own records: the lines of a file, or none where the workload has no file. @throws WorkloadError */
export async function readSamples({ record, folder }: Workload): Promise<readonly Buffer[]> {
  if (record.type !== "samples") return [];
  const text = await readFile(resolve(folder, record.file), "utf8").catch((error: unknown) => {
    throw new WorkloadError(`'record.samples': cannot read "${record.file}"`, { cause: error });
  });
  const lines = text.split(/\r?\n/u).filter((line) => line !== "");
  if (lines.length === 0) throw new WorkloadError(`'record.samples': "${record.file}" has no lines`);
  return lines.map((line) => Buffer.from(line));
}
