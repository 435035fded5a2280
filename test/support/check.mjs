// `npm run check`: everything that CI checks without a broker. The last line is the total.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = (name) => join(root, "node_modules", ".bin", name);
const packed = mkdtempSync(join(tmpdir(), "warrenmq-pack-"));
// Published packages, and how applications load them: testing and codemod are ESM only, cli is not loaded, the others serve require() too.
const packages = {
  core: "node16",
  "client-sqs": "node16",
  "client-sns": "node16",
  streams: "node16",
  testing: "esm-only",
  codemod: "esm-only",
  cli: undefined,
  topology: "esm-only",
};

const checks = [
  ["format", bin("oxfmt"), ["--check", "."]],
  ["lint", bin("oxlint"), ["--type-aware", "--deny-warnings"]],
  ["unused code", bin("knip"), []],
  ["support tables", process.execPath, ["test/support/support-tables.mjs", "--check"]],
  ["documentation site", bin("vitepress"), ["build", "docs"]],
  ...Object.entries(packages).flatMap(([name, profile]) => packageChecks(name, profile)),
];

let failed = 0;
for (const [name, program, args, cwd = root] of checks) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  console.log(status === 0 ? "ok  " : "FAIL", name);
  if (status === 0) continue;
  failed++;
  console.log(String(stdout) + String(stderr));
}
rmSync(packed, { recursive: true });
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function packageChecks(name, profile) {
  const folder = join(root, "packages", name);
  const pack = spawnSync("npx", ["--yes", "pnpm@10.34.9", "pack", "--pack-destination", packed], {
    cwd: folder,
    encoding: "utf8",
  });
  if (pack.status !== 0)
    return [[`pack ${name}`, "npx", ["--yes", "pnpm@10.34.9", "pack", "--pack-destination", packed], folder]];
  const tarball = readdirSync(packed).find((file) => file.startsWith(["warrenmq", name, ""].join("-")));
  const publint = [`publint ${name}`, bin("publint"), ["--strict", "--pack", "false"], folder];
  if (profile === undefined) return [publint];
  return [
    publint,
    [`types of ${name} in every module mode`, bin("attw"), [join(packed, tarball ?? "missing"), "--profile", profile]],
  ];
}
