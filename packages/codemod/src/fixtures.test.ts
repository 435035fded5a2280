import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeChanges } from "./cli/write-changes.ts";
import { analyseProject } from "./project/analyse-project.ts";
import { topologyOf } from "./topology/topology-of.ts";
import { topologyText } from "./topology/topology.ts";
import { defaultOptions } from "./project/options.ts";
import type { ProjectReport } from "./project/project-report.ts";

/**
 * A folder under fixtures/ has an `input` project, the `output` that the codemod must make of it, byte for byte, and the
 * `report` of findings. `UPDATE_FIXTURES=1` writes output and report anew; look at the diff before committing it.
 */
const fixtures = join(import.meta.dirname, "../fixtures");
const isUpdate = process.env["UPDATE_FIXTURES"] === "1";
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "warrenmq-fixtures-")));
afterAll(() => rmSync(temporary, { recursive: true }));

describe.each(readdirSync(fixtures))("fixture %s", (name) => {
  const folder = join(fixtures, name);
  const work = join(temporary, name);

  test("is rewritten into its output, with its report", async () => {
    cpSync(join(folder, "input"), work, { recursive: true });
    const report = await migrate(work);
    const text = reportText(report);
    if (isUpdate) {
      rmSync(join(folder, "output"), { recursive: true, force: true });
      cpSync(work, join(folder, "output"), { recursive: true });
      writeFileSync(join(folder, "report.txt"), text);
    }
    expect(contents(work)).toEqual(contents(join(folder, "output")));
    expect(text).toBe(readFileSync(join(folder, "report.txt"), "utf8"));
  });

  test("does not change a second time", async () => {
    const { changes, moves } = await migrate(work);
    expect(changes).toEqual([]);
    expect(moves).toEqual([]);
  });
});

async function migrate(folder: string): Promise<ProjectReport> {
  const report = await analyseProject(defaultOptions(folder), () => undefined);
  await writeChanges(report, { isInterrupted: false });
  return report;
}

function reportText({ findings, skipped, inventory }: ProjectReport): string {
  const lines = findings.map(
    ({ file, line, column, code, severity, detail }) => `${file}:${line}:${column} ${code} (${severity}) ${detail}`,
  );
  const labels = new Map(inventory.nodes.map(({ id, label }) => [id, label]));
  const edges = inventory.edges.map(
    ({ from, to, role, operation, joinedBy, file, line }) =>
      `${file}:${line} ${role}: ${labels.get(from)} -> ${labels.get(to)} (${operation}, by ${joinedBy})`,
  );
  const { topology, remarks } = topologyOf(inventory);
  const isEmpty = inventory.resources.length === 0;
  return [
    ...lines,
    ...skipped.map(({ file, reason }) => `${file} skipped: ${reason}`),
    ...(edges.length === 0 ? [] : ["", "inventory", ...edges]),
    ...(isEmpty ? [] : ["", topologyText(topology, remarks)]),
    "",
  ].join("\n");
}

function contents(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  const files = names.filter((path) => statSync(path).isFile());
  return Object.fromEntries(files.map((path) => [relative(folder, path), readFileSync(path, "latin1")]));
}
