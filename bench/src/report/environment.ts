import { execFile } from "node:child_process";
import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import { promisify } from "node:util";

/** The machine of a run. Figures of different machines cannot be compared; ratios can, with care. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  /** The one-minute load average when the run began: above 1 or so, something else was running. */
  readonly load: number;
}

/** Describes this machine, now. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()} ${arch()}`,
    node: process.version,
    load: loadavg()[0] ?? Number.NaN,
  };
}

/** The commit that is measured, with "-dirty" when files differ from it; `null` outside a git checkout. */
export async function describeCommit(): Promise<string | null> {
  const argv = ["describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"];
  return promisify(execFile)("git", argv, { cwd: import.meta.dirname }).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
}
