import { mkdir, open, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Times of a lock, in milliseconds. */
export interface LockTimes {
  /** How often the holder touches its lock file. */
  readonly heartbeatMs: number;
  /** A lock that was not touched for so long belongs to a process that is gone. */
  readonly staleMs: number;
  /** How often a waiting process looks. */
  readonly pollMs: number;
}

const TIMES: LockTimes = { heartbeatMs: 5_000, staleMs: 30_000, pollMs: 250 };

/**
 * Runs a job while holding a lock file, so that processes of one machine do it one after the other. The lock saves double work
 * and no more: when its holder stalls for longer than `staleMs` another process goes ahead, so the job must stay
 * right when two processes do it.
 */
export async function withLockFile<T>(file: string, job: () => Promise<T>, times: LockTimes = TIMES): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  while (!(await tryCreate(file))) {
    if (await isStale(file, times.staleMs)) await rm(file, { force: true });
    else await sleep(times.pollMs);
  }
  // A failing touch means that the lock was taken for stale and removed; the job is safe without it.
  const heartbeat = setInterval(() => void touch(file).catch(() => undefined), times.heartbeatMs);
  try {
    return await job();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

async function tryCreate(file: string): Promise<boolean> {
  try {
    await (await open(file, "wx")).close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function isStale(file: string, staleMs: number): Promise<boolean> {
  const touched = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  return Date.now() - touched > staleMs;
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now);
}
