// Runs the benchmark's command line as a user does, and reads what it wrote.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunReport } from "../../bench/src/results/run-report.ts";

const CLI = fileURLToPath(new URL("../../bench/dist/cli.js", import.meta.url));

/** A folder of its own for one test. Disposing removes it. */
export async function benchFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "warrenmq-bench-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** What a run printed, and how it ended. */
export interface BenchEnd {
  readonly code: number | null;
  readonly output: string;
  /** The JSON report, where one was written. */
  readonly report: RunReport | undefined;
}

/** Writes the workload to the folder and runs it there. `whileRunning` gets the process and what it prints. */
export async function runWorkload(
  folder: string,
  workload: string,
  args: readonly string[] = [],
  whileRunning: (child: ChildProcess) => void = () => undefined,
): Promise<BenchEnd> {
  const file = join(folder, "load.yaml");
  await writeFile(file, workload);
  return runBench(["run", file, ...args], join(folder, "report.json"), whileRunning, {}, folder);
}

/** Runs the command line with a JSON report. */
export async function runBench(
  args: readonly string[],
  json: string | undefined,
  whileRunning: (child: ChildProcess) => void = () => undefined,
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<BenchEnd> {
  const env = { ...process.env, ...environment, NO_COLOR: "1" };
  const child = spawn(process.execPath, [CLI, ...args, ...(json === undefined ? [] : ["--json", json])], { env, cwd });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  whileRunning(child);
  await once(child, "close");
  const text = json === undefined ? undefined : await readFile(json, "utf8").catch(() => undefined);
  return { code: child.exitCode, output, report: text === undefined ? undefined : JSON.parse(text) };
}
