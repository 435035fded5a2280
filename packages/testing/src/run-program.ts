import { spawn } from "node:child_process";

const KEPT_CHARACTERS = 4_000;

/** Runs a program to its end. Rejects with the end of its output when it fails or cannot be started. */
export function runProgram(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-KEPT_CHARACTERS);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (cause) => reject(new Error(`${file} cannot be run: ${cause.message}`, { cause })));
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${file} ${args.join(" ")} failed (${signal ?? `exit code ${code}`}):\n${output}`));
    });
  });
}
