import { spawn } from "node:child_process";
import { Socket } from "node:net";

/** Cleans up after this process, whatever ends it. */
export interface Watchdog {
  /** Does the clean-up now. */
  finish(): Promise<void>;
}

/**
 * `cat` returns when the other end of the pipe is closed, which the system does even for a process that was killed. A
 * paused broker needs no SIGCONT first: SIGKILL ends stopped processes as well. Nodes go before epmd, which they would start again. The folder is removed twice because a process
 * that is being killed may still create a file.
 */
const SCRIPT = `
cat >/dev/null
for file in "$1"/pids/*-warrenmq-* "$1"/pids/*-epmd; do
  [ -s "$file" ] && kill -9 "$(cat "$file")"
done
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
`;

/**
 * Starts a small shell, outside of this process' group, that waits for the end of this process. It then kills the processes whose
 * ids stand in the files `pids/*` of the folder, and removes the folder. It does not keep this process alive.
 */
export function startWatchdog(folder: string): Watchdog {
  const child = spawn("/bin/sh", ["-c", SCRIPT, "warrenmq-watchdog", folder], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const exited = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
  exited.catch(() => undefined);
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    finish(): Promise<void> {
      child.ref();
      child.stdin.end();
      return exited;
    },
  };
}
