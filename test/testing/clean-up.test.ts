import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "amqplib";
import { until } from "@warrenmq/testing";
import { expect, test } from "vitest";

const FIXTURE = fileURLToPath(new URL("fixtures/start-and-wait.mjs", import.meta.url));

test("a broker and its data are gone soon after its process was killed", async () => {
  const child = start("wait");
  const { url, folder } = await describeBroker(child);
  await (await connect(url)).close();
  expect(existsSync(folder)).toBe(true);
  child.kill("SIGKILL");
  await untilGone(url, folder);
});

test("a broker that nobody stops keeps no process alive, and ends with it", async () => {
  const child = start("return");
  const exited = once(child, "exit");
  const { url, folder } = await describeBroker(child);
  expect(await exited).toEqual([0, null]);
  await untilGone(url, folder);
});

function start(mode: "wait" | "return"): ChildProcess {
  return spawn(process.execPath, [FIXTURE, mode], { stdio: ["ignore", "pipe", "inherit"] });
}

interface Report {
  readonly url: string;
  readonly home: string;
  readonly pid: string;
}

async function describeBroker(child: ChildProcess): Promise<{ url: string; folder: string }> {
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes("\n"), { what: "the child's broker", timeoutMs: 60_000 });
  const report: Report = JSON.parse(output);
  // The data folder as seen from here: a node in a Debian root folder sees another root.
  const root = rootOf(report.pid);
  return { url: report.url, folder: join(root, report.home.replace("ok", "").trim()) };
}

function rootOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${/\d+/.exec(pid)?.[0] ?? ""}/root`);
  } catch {
    return "/";
  }
}

async function untilGone(url: string, folder: string): Promise<void> {
  await until(() => !existsSync(folder), { what: "the data folder to be removed" });
  await until(() => isRefused(url), { what: "the broker's port to be closed" });
}

function isRefused(url: string): Promise<boolean> {
  return connect(url).then(
    () => false,
    (error: unknown) => error instanceof Error && error.message.includes("ECONNREFUSED"),
  );
}
