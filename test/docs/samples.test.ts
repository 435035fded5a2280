import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { runNode } from "../third-party/run-node.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Inside of the workspace, so that the packages are found. */
const folder = join(root, "test", "docs", "dist", "samples");

interface Sample {
  readonly name: string;
  readonly code: string;
  readonly runs: boolean;
}

const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
  ...readdirSync(join(root, "packages"))
    .map((name) => join("packages", name, "README.md"))
    .filter((file) => existsSync(join(root, file))),
];
const samples = pages.flatMap(samplesOf);

/** Blocks of TypeScript; those that say `ts no-run` need something that is not there, and are only compiled. */
function samplesOf(page: string): Sample[] {
  const blocks = readFileSync(join(root, page), "utf8").matchAll(/^```ts( no-run)?\n(.*?)^```$/gms);
  return [...blocks].map(([, noRun, code = ""], index) => ({
    name: `${page.replaceAll(/[/.]/g, "-")}-${index + 1}`,
    code,
    runs: noRun === undefined,
  }));
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, code } of samples) writeFileSync(join(folder, `${name}.mts`), code);
  const compilerOptions = {
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    rewriteRelativeImportExtensions: false,
    target: "es2022", // `await using` needs Node 24
    outDir: "js",
    rootDir: ".",
  };
  const tsconfig = { extends: "../../../../packages/tsconfig.base.json", compilerOptions, include: ["*.mts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
});

describe("the code in the documentation", () => {
  test("compiles", async () => {
    expect(samples.length).toBeGreaterThan(0);
    const run = await runNode([join(root, "node_modules", "typescript", "bin", "tsc"), "-p", folder]);
    expect(run.stdout).toBe("");
    expect(run.exitCode).toBe(0);
  });

  test.each(samples.filter(({ runs }) => runs))("runs: $name", async ({ name }) => {
    const run = await runNode([join(folder, "js", `${name}.mjs`)]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  });
});
