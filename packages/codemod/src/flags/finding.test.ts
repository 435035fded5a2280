import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";
import { reportText } from "../report/write-report.ts";
import { terminalSummary } from "../report/terminal.ts";

test("a finding about code that spreads over lines stands on one line", async () => {
  using project = new TestProject({
    "a.js":
      'const { SQSClient } = require("@aws-sdk/client-sqs");\nmodule.exports = new SQSClient(\n  settings({\n    region,\r\n\t\tendpoint,\n  }),\n);\n',
  });
  const report = await project.analyse();
  const expected = "SQSClient is configured by settings({ region, endpoint, })";
  expect(report.findings.map(({ detail }) => detail)).toEqual([expected]);
  expect(terminalSummary(report, false).split("\n")).toContainEqual(expect.stringContaining(expected));
  expect(reportText("json", report, "migrate")).toContain(expected);
});
