// The vitest reporter of run.mjs: writes to $WARRENMQ_TOTALS how many tests passed, and a line on everything that failed.
// vitest's own JSON report leaves out what failed outside of a test: a hook, a file that could not be loaded, a promise that was
// rejected with nobody to handle it.
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import process from "node:process";

export default class TotalsReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    let passed = 0;
    const failures = [];
    for (const module of testModules) {
      const fail = (name, errors) => failures.push(`${module.relativeModuleId}${name}: ${firstLine(errors[0])}`);
      const ownErrors = module.errors();
      if (ownErrors.length > 0) fail("", ownErrors);
      for (const suite of module.children.allSuites()) {
        const errors = suite.errors();
        if (errors.length > 0) fail(` > ${suite.fullName} (outside of its tests)`, errors);
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === "passed") passed++;
        if (state === "failed") fail(` > ${test.fullName}`, errors);
      }
    }
    for (const error of unhandledErrors) {
      failures.push(`outside of the tests: ${firstLine(error)}${place(error)}`);
    }
    writeFileSync(process.env["WARRENMQ_TOTALS"], JSON.stringify({ passed, failures }));
  }
}

function firstLine(error) {
  return `${error?.name ?? "Error"}: ${error?.message ?? ""}`.split("\n", 1)[0].slice(0, 300);
}

/** Where an error came from: the test that ran, as far as vitest knows it, and the first frames of the stack. */
function place(error) {
  const frames = (error.stacks ?? []).slice(0, 3).map(({ file, line }) => `${relative("", file)}:${line}`);
  const during = error.VITEST_TEST_NAME ?? relative("", error.VITEST_TEST_PATH ?? "");
  return [during === "" ? "" : ` (during ${during})`, ...frames].join(" at ");
}
