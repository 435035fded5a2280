#!/usr/bin/env node
import { parseCommandLine } from "./cli-options.ts";
import { runBench } from "./run-bench.ts";

try {
  process.exitCode = await runBench(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`bench: ${explain(error)}\n`);
  process.exitCode = 1;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`;
}
