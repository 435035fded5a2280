// The declarations that we publish, in every TypeScript from 5.4 on and in every module mode: a program for each package is
// type-checked in the packed project, one process for each version.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, inject, test } from "vitest";

const require = createRequire(import.meta.url);
const PROGRAMS = fileURLToPath(new URL("fixtures/types/", import.meta.url));
const CHECK_TYPES = fileURLToPath(new URL("fixtures/check-types.mjs", import.meta.url));

/** How applications are compiled. Programs in `cjs` are CommonJS for TypeScript, those in `esm` are modules. */
const MODES = {
  node10: { folder: "cjs", options: { module: "commonjs", moduleResolution: "node10" } },
  "node16, CommonJS": { folder: "cjs", options: { module: "node16" } },
  "node16, ESM": { folder: "esm", options: { module: "node16" } },
  "nodenext, CommonJS": { folder: "cjs", options: { module: "nodenext" } },
  "nodenext, ESM": { folder: "esm", options: { module: "nodenext" } },
  bundler: { folder: "esm", options: { module: "esnext", moduleResolution: "bundler" } },
  preserve: { folder: "esm", options: { module: "preserve" } },
} as const;
type Mode = keyof typeof MODES;

const ALL_MODES = Object.keys(MODES).filter((mode): mode is Mode => mode in MODES);

/** Versions by the name under which they are installed, with the modes that they have. */
const VERSIONS: readonly { readonly typescript: string; readonly modes: readonly Mode[] }[] = [
  ...["5.4", "5.5", "5.6", "5.7", "5.8", "5.9", "6.0"].map((version) => ({
    typescript: `typescript-${version}`,
    modes: ALL_MODES,
  })),
  { typescript: "typescript", modes: ALL_MODES.filter((mode) => mode !== "node10") },
];

const project = inject("packedProject");

beforeAll(async () => {
  for (const [folder, type] of [
    ["cjs", "commonjs"],
    ["esm", "module"],
  ] as const) {
    await cp(PROGRAMS, join(project, folder), { recursive: true });
    await writeFile(join(project, folder, "package.json"), JSON.stringify({ type }));
  }
});

test("there is a program for every package that has types", async () => {
  const programs = (await readdir(PROGRAMS)).filter((file) => !file.endsWith(".d.ts"));
  expect(programs.toSorted()).toEqual((await packagesWithTypes()).map(({ name }) => `${name}.ts`));
});

// Node makes no difference to TypeScript.
describe.runIf(process.versions.node.startsWith("20."))("a program for each package", { timeout: 240_000 }, () => {
  test.concurrent.for(VERSIONS)("compiles with $typescript in every module mode", async ({ typescript, modes }) => {
    const manifest = require.resolve(`${typescript}/package.json`);
    const configs = await writeConfigs(typescript, modes);
    const found = isNative(manifest)
      ? await Promise.all(configs.map((config) => runTsc(manifest, config)))
      : await checkTypes(dirname(manifest), configs);
    expect(Object.fromEntries(modes.map((mode, index) => [mode, found[index]]))).toEqual(
      Object.fromEntries(modes.map((mode) => [mode, []])),
    );
  });
});

/** Writes a tsconfig for each mode. */
async function writeConfigs(typescript: string, modes: readonly Mode[]): Promise<string[]> {
  const packages = await packagesWithTypes();
  const folder = join(project, "configs", typescript);
  await mkdir(folder, { recursive: true });
  return Promise.all(
    modes.map(async (mode, index) => {
      const { options, folder: programs } = MODES[mode];
      const path = join(folder, `tsconfig.${index}.json`);
      const config = {
        compilerOptions: {
          ...options,
          ...(typescript === "typescript-6.0" && mode === "node10" ? { ignoreDeprecations: "6.0" } : {}),
          target: "es2022",
          lib: ["es2022", "esnext.disposable"],
          types: ["node"],
          strict: true,
          noEmit: true,
        },
        files: packages
          .filter(({ commonJs }) => commonJs || programs === "esm")
          .map(({ name }) => join(project, programs, `${name}.ts`)),
      };
      await writeFile(path, JSON.stringify(config));
      return path;
    }),
  );
}

/** The published packages that have types, and whether `require()` loads them in every supported Node. */
async function packagesWithTypes(): Promise<{ name: string; commonJs: boolean }[]> {
  const scope = join(project, "node_modules/@warrenmq");
  const packages = await Promise.all(
    (await readdir(scope)).map(async (name) => {
      const { types, main }: { types?: string; main?: string } = JSON.parse(
        await readFile(join(scope, name, "package.json"), "utf8"),
      );
      return { name, hasTypes: types !== undefined, commonJs: main !== undefined };
    }),
  );
  return packages.filter(({ hasTypes }) => hasTypes).map(({ name, commonJs }) => ({ name, commonJs }));
}

/** From 7.0 on TypeScript is a program of its own, without an API in JavaScript. */
function isNative(manifest: string): boolean {
  const { version }: { version: string } = require(manifest);
  return Number(version.split(".", 1)[0]) >= 7;
}

async function checkTypes(typescript: string, configs: readonly string[]): Promise<string[][]> {
  const { stdout, stderr } = await runNode([CHECK_TYPES, typescript, ...configs]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

async function runTsc(manifest: string, config: string): Promise<string[]> {
  const { stdout } = await runNode([join(dirname(manifest), "bin/tsc"), "--pretty", "false", "--project", config]);
  return stdout.split("\n").filter((line) => line !== "");
}

async function runNode(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { stdout, stderr };
}
