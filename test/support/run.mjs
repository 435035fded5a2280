// `npm test`: lint, then all tests. The last line is the total. Arguments go to vitest: `npm test -- test/sqs`. With
// `--without-units` it leaves out what needs no broker, lint included; with `--without-faults` the slow fault tests.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const args = process.argv.slice(2);
const withUnits = !args.includes("--without-units");
const withFaults = !args.includes("--without-faults");
const projects = [
  ...(withUnits ? ["unit", "codemod", "bench", "packaging"] : []),
  "broker",
  "examples",
  ...(withFaults ? ["faults"] : []),
];
const vitestArgs = args.filter((arg) => arg !== "--without-units" && arg !== "--without-faults");

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "warrenmq-test-"));
const totals = join(folder, "totals.json");

const lintPassed = !withUnits || run("oxlint", ["--type-aware", "--deny-warnings"]);
const testsPassed = run("vitest", [
  "run",
  ...projects.map((project) => `--project=${project}`),
  "--reporter=default",
  `--reporter=${join(root, "test/support/totals-reporter.mjs")}`,
  ...vitestArgs,
]);
const { passed, failures } = readTotals();
rmSync(folder, { recursive: true });

if (!lintPassed) failures.push("lint: see above");
if (!testsPassed && failures.length === 0) failures.push("vitest: see above");
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);

function run(tool, toolArgs) {
  // Without the variable the AWS SDK tells every process that it wants a newer Node in 2027.
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", WARRENMQ_TOTALS: totals };
  const { status } = spawnSync(join(root, "node_modules", ".bin", tool), toolArgs, {
    cwd: root,
    env,
    stdio: "inherit",
  });
  return status === 0;
}

/** What totals-reporter.mjs wrote; nothing, where vitest died before. */
function readTotals() {
  try {
    return JSON.parse(readFileSync(totals, "utf8"));
  } catch {
    return { passed: 0, failures: [] };
  }
}
