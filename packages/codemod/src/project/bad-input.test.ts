import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

const IMPORT = 'import { SQSClient } from "@aws-sdk/client-sqs";\n';

describe("a file that cannot be edited is left alone and has its line in the report", () => {
  test.each([
    ["binary", "a.ts", Buffer.concat([Buffer.from(IMPORT), Buffer.from([0, 1, 2])]), "binary"],
    ["not UTF-8", "a.js", Buffer.concat([Buffer.from(`${IMPORT}// `), Buffer.from([0xe9, 0x0a])]), "not UTF-8"],
    ["UTF-16", "a.ts", Buffer.from(`\uFEFF${IMPORT}`, "utf16le"), "not UTF-8 (it looks like UTF-16)"],
    ["huge", "a.ts", `${IMPORT}//${" ".repeat(5 * 1024 * 1024)}`, "huge (5 MB)"],
    ["minified", "a.js", `${IMPORT}${"a();".repeat(5000)}`, "minified"],
    ["generated", "a.ts", `/* @generated */\n${IMPORT}`, "generated"],
    ["compiled", "dist/a.js", `"use strict";\nrequire("@aws-sdk/client-sqs");`, "build output"],
  ])("%s", async (_, name, content, reason) => {
    using project = new TestProject({ [name]: content });
    const { changes, skipped } = await project.analyse();
    expect(changes).toEqual([]);
    expect(skipped).toEqual([{ file: name, reason }]);
  });

  test("a symbolic link", async () => {
    using project = new TestProject({ "a.ts": IMPORT });
    symlinkSync(join(project.folder, "a.ts"), join(project.folder, "b.ts"));
    const { changes, skipped } = await project.analyse();
    expect(changes.map(({ file }) => file)).toEqual(["a.ts"]);
    expect(skipped).toEqual([{ file: "b.ts", reason: "a symbolic link" }]);
  });

  test("one that does not parse: every line that names the SDK is a finding", async () => {
    using project = new TestProject({ "a.ts": `${IMPORT}const = ;\n${IMPORT}` });
    const { changes, findings } = await project.analyse();
    expect(changes).toEqual([]);
    expect(findings.map(({ code, line }) => [code, line])).toEqual([
      ["PARSE_ERROR", 1],
      ["PARSE_ERROR", 3],
    ]);
  });
});

test("what a file that stays as it is uses stays in the manifest", async () => {
  const manifest = '{ "dependencies": { "@aws-sdk/client-sqs": "3" } }';
  using project = new TestProject({ "package.json": manifest, "a.ts": IMPORT, "broken.ts": `${IMPORT}const = ;` });
  const { changes } = await project.analyse();
  const after = changes.find(({ file }) => file === "package.json")?.after ?? "";
  expect(Object.keys(JSON.parse(after).dependencies)).toEqual(["@aws-sdk/client-sqs", "@warrenmq/client-sqs"]);
});

test("so does what a file in another encoding uses, and it is a finding", async () => {
  const manifest = '{ "dependencies": { "@aws-sdk/client-sqs": "3" } }';
  const latin = Buffer.concat([Buffer.from(`${IMPORT}// `), Buffer.from([0xe9, 0x0a])]);
  using project = new TestProject({ "package.json": manifest, "a.ts": IMPORT, "latin.js": latin });
  const { changes, findings } = await project.analyse();
  const after = changes.find(({ file }) => file === "package.json")?.after ?? "";
  expect(Object.keys(JSON.parse(after).dependencies)).toContain("@aws-sdk/client-sqs");
  expect(findings.some(({ code, file }) => code === "PARSE_ERROR" && file === "latin.js")).toBe(true);
});

test("infrastructure that does not parse is told, and what can be read of it still is", async () => {
  using project = new TestProject({
    "a.tf": 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\nresource "aws_sqs_queue" "b" {\n  name = \n',
    "t.yaml": 'Resources:\n  Mail: { Type: "AWS::SQS::Queue" }\n  Other: { Type: "AWS::SQS::Queue"\n',
  });
  const { findings, inventory } = await project.analyse();
  expect(findings.filter(({ code }) => code === "PARSE_ERROR").map(({ file }) => file)).toEqual(["a.tf", "t.yaml"]);
  expect(inventory.resources.map(({ reference }) => reference)).toEqual(
    expect.arrayContaining([".#aws_sqs_queue.jobs", "t.yaml#Mail"]),
  );
});

test("a manifest that is no JSON is reported, and the code beside it still changed", async () => {
  using project = new TestProject({ "package.json": '{ "dependencies": { "@aws-sdk/client-sqs": ', "a.ts": IMPORT });
  const { changes, findings } = await project.analyse();
  expect(changes.map(({ file }) => file)).toEqual(["a.ts"]);
  expect(findings.map(({ code, severity }) => [code, severity])).toContainEqual(["MANIFEST_BROKEN", "blocked"]);
});

test("a tree with 1,000 manifests is looked at in seconds", { timeout: 30_000 }, async () => {
  const files = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [
      [`packages/p${index}/package.json`, `{ "name": "p${index}", "dependencies": { "@aws-sdk/client-sqs": "3" } }`],
      [`packages/p${index}/index.ts`, IMPORT],
    ]).flat(),
  );
  using project = new TestProject(files);
  const { changes } = await project.analyse();
  expect(changes).toHaveLength(2000);
});

test("roots that overlap are looked at once", async () => {
  using project = new TestProject({ "a/b/c.ts": IMPORT, "a/d.ts": IMPORT });
  const { changes, roots } = await project.analyse({ roots: ["a/b", "a", "a/b/c.ts", "./a"] });
  expect(changes.map(({ file }) => file)).toEqual(["a/b/c.ts", "a/d.ts"]);
  expect(roots).toEqual([join(project.folder, "a")]);
});

test("a root that is not there is an error that names it", async () => {
  using project = new TestProject({});
  await expect(project.analyse({ roots: ["nowhere"] })).rejects.toThrow("nowhere cannot be read");
});

test("what git ignores is not looked at", async () => {
  using project = new TestProject({
    ".gitignore": "out/\n*.gen.ts\n!kept.gen.ts\n",
    "out/a.ts": IMPORT,
    "a.gen.ts": IMPORT,
    "kept.gen.ts": IMPORT,
  });
  project.write("sub/.gitignore", "b.ts\n");
  project.write("sub/b.ts", IMPORT);
  const { changes } = await project.analyse();
  expect(changes.map(({ file }) => file)).toEqual(["kept.gen.ts"]);
});

test("a file on which the codemod itself fails stays as it is, and the others are changed", async () => {
  const deep = `${IMPORT}export const x = ${"[".repeat(20_000)}${"]".repeat(20_000)};`;
  using project = new TestProject({ "deep.ts": deep, "other.ts": IMPORT });
  const { changes, skipped } = await project.analyse();
  expect(changes.map(({ file }) => file)).toContain("other.ts");
  const isDealtWith = skipped.some(({ file }) => file === "deep.ts") || changes.some(({ file }) => file === "deep.ts");
  expect(isDealtWith).toBe(true);
});
