#!/usr/bin/env node
import { parseCommandLine } from "./command-line.ts";
import { EXIT, run } from "./run.ts";

try {
  process.exitCode = await run(parseCommandLine(process.argv.slice(2), process.cwd()));
} catch (error) {
  process.stderr.write(`warrenmq-codemod: ${explain(error)}\n`);
  process.exitCode = EXIT.error;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`;
}
