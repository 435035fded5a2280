import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "@warrenmq/testing";
import { startCodemod } from "./codemod-process.ts";

const BEFORE = 'import { SQSClient } from "@aws-sdk/client-sqs";\n';
const AFTER = BEFORE.replace("@aws-sdk", "@warrenmq");
const FILES = 1500;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "warrenmq-kill-"));
  for (let index = 0; index < FILES; index++) writeFileSync(join(folder, `f${index}.ts`), BEFORE);
});
afterEach(() => rmSync(folder, { recursive: true }));

function texts(): string[] {
  const names = readdirSync(folder).filter((name) => /^f\d+\.ts$/.test(name));
  return names.map((name) => readFileSync(join(folder, name), "utf8"));
}

test("a codemod that is killed in mid-write leaves whole files, old or new", async () => {
  const codemod = startCodemod(folder, ["migrate", "--write", "--allow-dirty"]);
  const ended = once(codemod, "exit");
  await until(() => readFileSync(join(folder, "f0.ts"), "utf8") === AFTER, {
    what: "the first file to be written",
    intervalMs: 2,
  });
  codemod.kill("SIGKILL");
  await ended;
  expect(texts()).toHaveLength(FILES);
  expect(texts().filter((text) => text !== BEFORE && text !== AFTER)).toEqual([]);
});

test("Ctrl-C ends the codemod between two files, with exit code 130", async () => {
  const codemod = startCodemod(folder, ["migrate", "--write", "--allow-dirty"]);
  const ended = once(codemod, "exit");
  await until(() => readFileSync(join(folder, "f0.ts"), "utf8") === AFTER, {
    what: "the first file to be written",
    intervalMs: 2,
  });
  codemod.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
  expect(texts()).toContain(BEFORE);
  expect(texts().filter((text) => text !== BEFORE && text !== AFTER)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
