import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const CLI = join(dirname(createRequire(import.meta.url).resolve("@warrenmq/codemod")), "cli/main.js");

/** Starts the built codemod in a folder. */
export function startCodemod(cwd: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], { cwd, stdio: "ignore" });
}

/** Runs the built codemod in a folder and resolves to its exit code. */
export async function runCodemod(cwd: string, args: readonly string[]): Promise<unknown> {
  const [code] = await once(startCodemod(cwd, args), "exit");
  return code;
}
