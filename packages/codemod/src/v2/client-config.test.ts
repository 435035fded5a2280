import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

const REST = "\nsqs.sendMessage({ MessageBody: body }).promise();\n";

test.each([
  "const sqs = new AWS.SQS({ params: { QueueUrl: url } });",
  "const options = { params: { QueueUrl: url } };\nconst sqs = new AWS.SQS(options);",
  "const base = { params: { QueueUrl: url } };\nconst sqs = new AWS.SQS({ ...base, region });",
  "const sqs = new AWS.SQS(Object.assign({}, defaults, { params: { QueueUrl: url } }));",
  "const sqs = new AWS.SQS(local ? { endpoint } : { params: { QueueUrl: url } });",
])("a client with parameters for every request stays: %s", async (text) => {
  const before = `const AWS = require("aws-sdk");\n${text}${REST}`;
  expect(await TestProject.rewritten("a.js", before)).toBe(before);
});

test("one with other options in a variable does not", async () => {
  const before = `const AWS = require("aws-sdk");\nconst options = { region };\nconst sqs = new AWS.SQS(options);${REST}`;
  expect(await TestProject.rewritten("a.js", before)).toContain("new SQS(options)");
});

test.each([
  ["const base = { region: 'x' };", "new SQS({ ...base, endpoint })", true],
  ["const base = { maxRetries: 3 };", "new SQS({ ...base })", false],
  ["import { base } from './base';", "new SQS({ ...base })", false],
])(
  "TypeScript takes a configuration that is put together from what it knows: %s",
  async (declaration, made, isChanged) => {
    const before = `import { SQS } from "aws-sdk";\n${declaration}\nconst sqs = ${made};${REST}`;
    const after = await TestProject.rewritten("a.ts", before);
    expect(after.includes('from "@warrenmq/client-sqs"')).toBe(isChanged);
  },
);
