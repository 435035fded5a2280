// `npm test`: lint, then all tests. The last line is the total. Arguments go to vitest: `npm test -- test/sqs`. With
// `--without-units` it leaves out what needs no broker, lint included; with `--without-faults` the slow fault tests.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
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
const report = join(folder, "vitest.json");

const lintPassed = !withUnits || run("oxlint", ["--type-aware", "--deny-warnings"]);
const testsPassed = run("vitest", [
  "run",
  ...projects.map((project) => `--project=${project}`),
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...vitestArgs,
]);
const { passed, failed, failures } = readTotals();
rmSync(folder, { recursive: true });

const allFailed = failed + (lintPassed ? 0 : 1) + (testsPassed || failed > 0 ? 0 : 1);
if (!lintPassed) console.log("lint failed");
if (!testsPassed && failed === 0) console.log("vitest failed outside of a test: see above");
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${allFailed} failed`);
process.exit(allFailed === 0 ? 0 : 1);

function run(tool, toolArgs) {
  // Without the variable the AWS SDK tells every process that it wants a newer Node in 2027.
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
  const { status } = spawnSync(join(root, "node_modules", ".bin", tool), toolArgs, {
    cwd: root,
    env,
    stdio: "inherit",
  });
  return status === 0;
}

/** The totals of vitest's own report, and a line on each failure. A test file that could not be loaded counts as one. */
function readTotals() {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
    const unloadable = testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
    );
    const lines = [
      ...unloadable.map(({ name, message }) => `${relative(root, name)}: ${firstLine(message)}`),
      ...testResults.flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(({ status }) => status === "failed")
          .map((test) => `${relative(root, name)} > ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`),
      ),
    ];
    return { passed: numPassedTests, failed: numFailedTests + unloadable.length, failures: lines };
  } catch {
    return { passed: 0, failed: 0, failures: [] };
  }
}

function firstLine(text = "") {
  return text.split("\n", 1)[0].slice(0, 300);
}
