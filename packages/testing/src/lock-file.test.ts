import { access, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLockFile } from "./lock-file.ts";

const times = { heartbeatMs: 10, staleMs: 5_000, pollMs: 1 };
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-file-test-"));
  file = join(folder, "deeper", "lock");
});
afterEach(() => rm(folder, { recursive: true }));

test("jobs under one lock run one after the other", async () => {
  const log: string[] = [];
  const job = (name: string) => async (): Promise<void> => {
    log.push(`${name} starts`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`${name} ends`);
  };
  await Promise.all(["a", "b", "c"].map((name) => withLockFile(file, job(name), times)));
  expect(log).toHaveLength(6);
  for (let at = 0; at < 6; at += 2) expect(log[at + 1]).toBe(log[at]?.replace("starts", "ends"));
});

test("a failed job gives its error and frees the lock", async () => {
  await expect(withLockFile(file, () => Promise.reject(new Error("no")), times)).rejects.toThrow("no");
  await expect(access(file)).rejects.toThrow("ENOENT");
});

test("the lock of a process that is gone is taken over", async () => {
  const stale = join(folder, "lock");
  await writeFile(stale, "");
  const longAgo = new Date(Date.now() - 6_000);
  await utimes(stale, longAgo, longAgo);
  expect(await withLockFile(stale, () => Promise.resolve("done"), times)).toBe("done");
});
