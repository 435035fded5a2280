// Packs what is published, installs it with npm into an empty project, and tells tests where that is: `inject("packedProject")`.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder with a package.json and a node_modules in which our packages are what `npm install` makes of their tarballs. */
    packedProject: string;
  }
}

const run = promisify(execFile);
// The folders of what is published (test/support/published-packages.mjs).
const FILTERS = ["./packages/*", "./bench"].flatMap((folder) => ["--filter", folder]);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
// What the type checks need beside our packages. The versions are those of the workspace, so that a release of somebody
// else's changes no result here.
const PINNED = ["@aws-sdk/client-sns", "@aws-sdk/client-sqs", "@types/node"];

/** Makes the project. vitest calls it once a run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "warrenmq-packed-"));
  const tarballs = join(folder, "tarballs");
  await mkdir(tarballs);
  await run("npx", ["--yes", "pnpm@10.34.9", "--recursive", ...FILTERS, "pack", "--pack-destination", tarballs], {
    cwd: ROOT,
  });
  const packed = (await readdir(tarballs)).map((file) => `file:${join(tarballs, file)}`);
  const pinned = await Promise.all(PINNED.map(async (name) => `${name}@${await installedVersion(name)}`));
  await writeFile(join(folder, "package.json"), '{ "name": "empty", "private": true }\n');
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packed, ...pinned], { cwd: folder });
  project.provide("packedProject", folder);
  return () => rm(folder, { recursive: true });
}

async function installedVersion(name: string): Promise<string> {
  const { version }: { version: string } = JSON.parse(
    await readFile(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8"),
  );
  return version;
}
