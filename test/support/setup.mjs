// What `npm run demo`, `npm test` and `npm run bench` do first: install what is missing, build what has changed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@10.34.9";

const root = fileURLToPath(new URL("../../", import.meta.url));
const stamp = `${root}node_modules/.installed-lockfile`;
const lockfile = createHash("sha256")
  .update(readFileSync(`${root}pnpm-lock.yaml`))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lockfile) {
  step("installing dependencies", "npx", ["--yes", PNPM, "install", "--frozen-lockfile"]);
  writeFileSync(stamp, lockfile);
}
step("building", process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-b"]);
step("marking the CommonJS builds", process.execPath, [`${root}test/support/mark-cjs.mjs`]);

/** Runs a program and says so in one line. When it fails: shows what it printed, and ends with its exit code. */
function step(what, program, args) {
  process.stderr.write(`setup: ${what} … `);
  const startedAt = performance.now();
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) {
    process.stderr.write(`failed: ${program} ${args.join(" ")}\n${error?.message ?? ""}${stdout ?? ""}${stderr ?? ""}`);
    process.exit(status ?? 1);
  }
  process.stderr.write(`done in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`);
}
