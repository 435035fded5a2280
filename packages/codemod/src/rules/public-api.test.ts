import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

test.each([
  ['export { SQS } from "aws-sdk";', ["V2_MANUAL aws-sdk's SQS is exported again, and stays"]],
  [
    'export { SQS as Queue, S3, SNS } from "aws-sdk";',
    ["V2_MANUAL aws-sdk's SQS is exported again, and stays", "V2_MANUAL aws-sdk's SNS is exported again, and stays"],
  ],
  ['export type { Message } from "aws-sdk/clients/sqs";', ["V2_MANUAL aws-sdk's SQS is exported again, and stays"]],
  ['export * from "aws-sdk/clients/kinesis";', ["V2_MANUAL aws-sdk's Kinesis is exported again, and stays"]],
  ['export { S3 } from "aws-sdk"; // no SQS', []],
  ['export * from "./sqs";', []],
])("what hands on classes of aws-sdk v2 is told: %s", async (text, expected) => {
  using project = new TestProject({ "index.ts": `${text}\n` });
  const { findings, changes } = await project.analyse();
  expect(findings.map(({ code, detail }) => `${code} ${detail}`)).toEqual(expected);
  expect(changes).toEqual([]);
});
