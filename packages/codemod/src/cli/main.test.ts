import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";
import { EXIT, run } from "./run.ts";
import { parseCommandLine } from "./command-line.ts";
import { writeChanges } from "./write-changes.ts";

const IMPORT = 'import { SQSClient } from "@aws-sdk/client-sqs";\n';

function git(project: TestProject, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", project.folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    encoding: "utf8",
  });
}

function codemod(project: TestProject, ...args: readonly string[]): Promise<number> {
  return run(parseCommandLine([...args, "--quiet"], project.folder));
}

test("without --write nothing is written", async () => {
  using project = new TestProject({ "a.ts": IMPORT });
  expect(await codemod(project, "migrate")).toBe(EXIT.done);
  expect(readFileSync(join(project.folder, "a.ts"), "utf8")).toBe(IMPORT);
});

test("findings that need a person give exit code 1", async () => {
  using project = new TestProject({
    "a.ts": "export const load = (name: string) => import(`@aws-sdk/client-${name}`);",
  });
  expect(await codemod(project, "migrate")).toBe(EXIT.people);
});

test("--write refuses a git tree with uncommitted changes, unless --allow-dirty is given", async () => {
  using project = new TestProject({ "a.ts": IMPORT });
  git(project, "init", "--quiet");
  await expect(codemod(project, "migrate", "--write")).rejects.toThrow("has uncommitted changes");
  expect(readFileSync(join(project.folder, "a.ts"), "utf8")).toBe(IMPORT);
  expect(await codemod(project, "migrate", "--write", "--allow-dirty")).toBe(EXIT.done);
  expect(readFileSync(join(project.folder, "a.ts"), "utf8")).toContain("@warrenmq/client-sqs");
});

test("a mock that the test runner finds by its path is moved with git", async () => {
  using project = new TestProject({ "__mocks__/@aws-sdk/client-sqs.js": "module.exports = {};\n" });
  git(project, "init", "--quiet");
  git(project, "add", ".");
  git(project, "commit", "--quiet", "-m", "first");
  expect(await codemod(project, "migrate", "--write")).toBe(EXIT.done);
  expect(git(project, "status", "--porcelain").trim()).toBe(
    "R  __mocks__/@aws-sdk/client-sqs.js -> __mocks__/@warrenmq/client-sqs.js",
  );
});

test("every report is written, and the patch is one that git applies", async () => {
  using project = new TestProject({
    "a.ts": IMPORT,
    "package.json": '{ "dependencies": { "@aws-sdk/client-sqs": "3" } }\n',
  });
  const formats = ["json", "sarif", "markdown", "csv", "patch", "topology"];
  await codemod(
    project,
    "migrate",
    ...formats.flatMap((format) => ["--report", `${format}=${join(project.folder, `r.${format}`)}`]),
  );
  for (const format of formats) expect(existsSync(join(project.folder, `r.${format}`))).toBe(true);
  git(project, "init", "--quiet");
  git(project, "apply", "r.patch");
  expect(readFileSync(join(project.folder, "a.ts"), "utf8")).toContain("@warrenmq/client-sqs");
  expect(JSON.parse(readFileSync(join(project.folder, "r.json"), "utf8"))).toMatchObject({
    schemaVersion: "1.0",
    summary: { edits: 3 },
  });
});

test("an interruption ends between two files, and the rest stays as it was", async () => {
  using project = new TestProject({ "a.ts": IMPORT, "b.ts": IMPORT, "c.ts": IMPORT });
  const report = await project.analyse();
  const interruption = { isInterrupted: false };
  setImmediate(() => (interruption.isInterrupted = true));
  const written = await writeChanges(report, interruption);
  const changed = ["a.ts", "b.ts", "c.ts"].filter(
    (name) => readFileSync(join(project.folder, name), "utf8") !== IMPORT,
  );
  expect(written.length).toBeLessThan(3);
  expect(changed).toEqual(written);
});
