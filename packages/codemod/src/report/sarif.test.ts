import type { Log } from "sarif";
import { expect, test } from "vitest";
import { FLAG_CODES } from "../flags/codes.ts";
import { TestProject } from "../test-project.test.support.ts";
import { sarifReport } from "./sarif.ts";

/** What the schema of SARIF 2.1.0 demands where types cannot tell: see its chapters 3.13, 3.27, 3.30 and 3.49. */
test("the report is a log of SARIF 2.1.0", async () => {
  using project = new TestProject({
    "src/a b.ts":
      'import { SQS } from "aws-sdk";\nconst url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";\n',
    "main.tf": 'resource "aws_sns_topic_policy" "p" {}\n',
    "src/lambda.js": "exports.handler = async (event) => event.Records.map((record) => record.receiptHandle);\n",
  });
  const { findings } = await project.analyse();
  const { $schema, version, runs } = log(sarifReport({ findings }));

  expect($schema).toMatch(/sarif-2\.1\.0/);
  expect(version).toBe("2.1.0");
  expect(runs).toHaveLength(1);
  const [run] = runs;
  const rules = run?.tool.driver.rules ?? [];
  expect(rules.map(({ id }) => id).toSorted()).toEqual([...FLAG_CODES].toSorted());
  expect(run?.results).toHaveLength(findings.length);
  expect(findings.length).toBeGreaterThan(1);
  for (const { ruleId, ruleIndex, level, message, locations, partialFingerprints } of run?.results ?? []) {
    expect(rules[ruleIndex ?? -1]?.id).toBe(ruleId);
    expect(["none", "note", "warning", "error"]).toContain(level);
    expect(message.text).not.toBe("");
    expect(Object.values(partialFingerprints ?? {})).not.toContain("");
    const place = locations?.[0]?.physicalLocation;
    // A URI reference, relative to the base: no spaces, no backslashes, no leading slash.
    expect(place?.artifactLocation?.uri).toMatch(/^[^\s\\/][^\s\\]*$/);
    expect(place?.region?.startLine).toBeGreaterThanOrEqual(1);
    expect(place?.region?.startColumn).toBeGreaterThanOrEqual(1);
  }
});

function log(text: string): Log {
  const parsed: Log = JSON.parse(text);
  return parsed;
}
