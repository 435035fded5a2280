import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { inject } from "vitest";

/** How a child process went. */
export interface NodeRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** From its last output to its end. */
  readonly lingeredMs: number;
}

/** Runs a Node program against the broker of the test run, until it ends by itself. */
export async function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<NodeRun> {
  const child = spawn(process.execPath, [...args], {
    cwd,
    env: { ...process.env, RABBITMQ_URL: inject("brokerUrl"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let lastOutputAt = performance.now();
  for (const stream of [child.stdout, child.stderr]) stream.on("data", () => (lastOutputAt = performance.now()));
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return {
    exitCode: typeof code === "number" ? code : undefined,
    stdout,
    stderr,
    lingeredMs: performance.now() - lastOutputAt,
  };
}
