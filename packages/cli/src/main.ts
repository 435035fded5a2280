#!/usr/bin/env node
import { buildProgram } from "./program.ts";

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.stderr.write(`warrenmq: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
