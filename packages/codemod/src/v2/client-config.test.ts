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
