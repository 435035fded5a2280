// `npm run check`: everything that CI checks without a broker. The last line is the total.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { declarationsOf, packFilters, publishedPackages } from "./published-packages.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = (name) => join(root, "node_modules", ".bin", name);
const packed = mkdtempSync(join(tmpdir(), "warrenmq-pack-"));
const checks = [
  ["format", bin("oxfmt"), ["--check", "."]],
  ["lint", bin("oxlint"), ["--type-aware", "--deny-warnings"]],
  ["unused code", bin("knip"), []],
  ["support tables", process.execPath, ["test/support/support-tables.mjs", "--check"]],
  ["documentation site", bin("vitepress"), ["build", "docs"]],
  ["API reports", process.execPath, ["test/support/api-reports.mjs", "--check"]],
  ["promises of manifests", process.execPath, ["test/support/promises.mjs"]],
  ["bundle sizes", process.execPath, ["test/support/bundle-sizes.mjs"]],
  ["pack", "npx", ["--yes", "pnpm@10.34.9", "-r", ...packFilters, "pack", "--pack-destination", packed]],
  ...publishedPackages.flatMap(packageChecks),
];

let failed = 0;
for (const [name, program, args, cwd = root] of checks) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  console.log(status === 0 ? "ok  " : "FAIL", name);
  if (status === 0) continue;
  failed++;
  console.log(`${stdout}${stderr}`);
}
rmSync(packed, { recursive: true });
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function packageChecks(published) {
  const { name, path, manifest } = published;
  const publint = [`publint ${name}`, bin("publint"), ["--strict", "--pack", "false"], path];
  if (declarationsOf(published) === undefined) return [publint];
  // Without CommonJS build: ESM only.
  const profile = manifest.main === undefined ? "esm-only" : "node16";
  const tarball = join(packed, `warrenmq-${name}-${manifest.version}.tgz`);
  return [publint, [`types of ${name} in every module mode`, bin("attw"), [tarball, "--profile", profile]]];
}
