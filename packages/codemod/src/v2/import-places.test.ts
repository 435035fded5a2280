import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

const CALL = "sqs.sendMessage({ QueueUrl: url, MessageBody: body })";

test("every function that loads the SDK by itself loads ours", async () => {
  const before = ["send", "again"]
    .map(
      (name) =>
        `exports.${name} = async () => {\n  const AWS = require('aws-sdk');\n  const sqs = new AWS.SQS();\n  await ${CALL}.promise();\n};\n`,
    )
    .join("");
  const expected = before
    .replaceAll("const AWS = require('aws-sdk')", "const { SQS } = require('@warrenmq/client-sqs')")
    .replaceAll("new AWS.SQS()", "new SQS({})")
    .replaceAll(".promise()", "");
  expect(await TestProject.rewritten("a.js", before)).toBe(expected);
});

test("so does one that takes something else from it, too", async () => {
  const before = `exports.send = async () => {
  const { SQS, S3 } = require("aws-sdk");
  await new S3().putObject(input).promise();
  await new SQS({}).listQueues({}).promise();
};
exports.again = async () => {
  const { SQS } = await import("aws-sdk");
  await new SQS({}).listQueues({}).promise();
};
`;
  expect(await TestProject.rewritten("a.js", before)).toBe(`exports.send = async () => {
  const { S3 } = require("aws-sdk");
  const { SQS } = require("@warrenmq/client-sqs");
  await new S3().putObject(input).promise();
  await new SQS({}).listQueues({});
};
exports.again = async () => {
  const { SQS } = await import("@warrenmq/client-sqs");
  await new SQS({}).listQueues({});
};
`);
});

test("a statement that makes the client, too, has our class before it", async () => {
  const before = `const AWS = require("aws-sdk"), sqs = new AWS.SQS({}), s3 = new AWS.S3();\nexports.send = () => ${CALL}.promise();\n`;
  expect(await TestProject.rewritten("a.js", before)).toBe(
    `const { SQS } = require("@warrenmq/client-sqs");\nconst AWS = require("aws-sdk"), sqs = new SQS({}), s3 = new AWS.S3();\nexports.send = () => ${CALL};\n`,
  );
});

test("a class that is used before another one is taken from the SDK", async () => {
  const before = `const AWS = require('aws-sdk');
const sns = new AWS.SNS({});
const SQS = AWS.SQS;
const sqs = new SQS({});
exports.send = () => ${CALL}.promise();
exports.tell = () => sns.publish({ TopicArn: topic, Message: body }).promise();
`;
  expect(await TestProject.rewritten("a.js", before)).toBe(`const { SNS } = require('@warrenmq/client-sns');
const { SQS } = require('@warrenmq/client-sqs');
const sns = new SNS({});
const sqs = new SQS({});
exports.send = () => ${CALL};
exports.tell = () => sns.publish({ TopicArn: topic, Message: body });
`);
});

test("what is taken from an import becomes an import", async () => {
  const before = `import aws from 'aws-sdk';
const { SQS, DynamoDB } = aws;
const sqs = new SQS({});
export const db = new DynamoDB();
export const send = () => ${CALL}.promise();
`;
  expect(await TestProject.rewritten("a.mjs", before)).toBe(`import aws from 'aws-sdk';
import { SQS } from '@warrenmq/client-sqs';
const { DynamoDB } = aws;
const sqs = new SQS({});
export const db = new DynamoDB();
export const send = () => ${CALL};
`);
});

test.each([
  ["import aws from 'aws-sdk';\nconst { SQS } = aws;\n", "import { SQS } from '@warrenmq/client-sqs';\n"],
  ["import AWS from 'aws-sdk';\nconst SQS = AWS.SQS;\n", "import { SQS } from '@warrenmq/client-sqs';\n"],
])("nothing is left of a chain that nobody needs: %s", async (before, after) => {
  const rest = `const sqs = new SQS({});\nexport const send = () => ${CALL}`;
  expect(await TestProject.rewritten("a.mjs", `${before}${rest}.promise();\n`)).toBe(`${after}${rest};\n`);
});

test("types that two services have under one name get two names", async () => {
  const before = `import { SNS, SQS } from "aws-sdk";
const ofQueue: SQS.MessageAttributeValue = { DataType: "String" };
const ofTopic: SNS.MessageAttributeValue = { DataType: "String" };
new SQS({}).sendMessage({ QueueUrl: url, MessageBody: body, MessageAttributes: { a: ofQueue } }).promise();
new SNS({}).publish({ TopicArn: arn, Message: body, MessageAttributes: { a: ofTopic } }).promise();
`;
  const after = await TestProject.rewritten("a.ts", before);
  expect(after).toContain('import type { MessageAttributeValue } from "@warrenmq/client-sns";\n');
  expect(after).toContain(
    'import type { MessageAttributeValue as SqsMessageAttributeValue } from "@warrenmq/client-sqs";\n',
  );
  expect(after).toContain("const ofQueue: SqsMessageAttributeValue =");
});

test("an unused import of a type goes where ours has its name", async () => {
  const before = `import { SQS } from "aws-sdk";
import { Message } from "aws-sdk/clients/sqs";
const message: SQS.Message = {};
new SQS({}).listQueues({}).promise();
`;
  expect(await TestProject.rewritten("a.ts", before)).toBe(`import { SQS } from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
const message: Message = {};
new SQS({}).listQueues({});
`);
});

test("the SDK may be named with a slash, and its configuration alone", async () => {
  using project = new TestProject({
    "a.js": `const { config, SQS } = require("aws-sdk/");
config.update({ region: "eu-west-1" });
new SQS({}).listQueues({}).promise();
`,
  });
  const { findings } = await project.analyse();
  expect(findings.map(({ code, line }) => [code, line])).toEqual([["CONNECTION_CONFIG", 2]]);
});

test.each([
  ["const { SQS } = require('aws-sdk'), util = require('util');", "const util = require('util');"],
  ["const util = require('util'), { SQS } = require('aws-sdk');", "const util = require('util');"],
  [
    "const util = require('util'), { SQS, S3 } = require('aws-sdk');",
    "const util = require('util'), { S3 } = require('aws-sdk');",
  ],
])("nothing is left of a declaration that is emptied: %s", async (before, after) => {
  const rest = "new SQS({}).listQueues({}).promise();\n";
  expect(await TestProject.rewritten("a.js", `${before}\n${rest}`)).toBe(
    `${after}\nconst { SQS } = require('@warrenmq/client-sqs');\n${rest.replace(".promise()", "")}`,
  );
});
