import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

const TYPES =
  'import type { Handler, SQSBatchResponse, SQSEvent, SNSEvent, SQSHandler, KinesisStreamEvent } from "aws-lambda";\n';

async function handlers(name: string, text: string): Promise<string[]> {
  using project = new TestProject({ [name]: text });
  const { findings } = await project.analyse();
  return findings.filter(({ code }) => code === "LAMBDA_HANDLER").map(({ line, detail }) => `${line} ${detail}`);
}

test.each([
  ["export const handler: SQSHandler = async () => {};", "2 handles sqs events"],
  ["export const handler: Handler<SNSEvent, void> = async () => {};", "2 handles sns events"],
  ["export async function main(event: KinesisStreamEvent) {}", "2 handles kinesis events"],
  ["export const main = async ({ Records }: SQSEvent) => Records;", "2 handles sqs events"],
  ["export const main = middy<SQSEvent>(async () => {});", "2 handles sqs events"],
  ["export const main = middy<SQSEvent>().handler(work);", "2 handles sqs events"],
  ["export const main = traced().wrap<SQSEvent>(async () => {});", "2 handles sqs events"],
  ["const work = async () => {};\nexport const main = traced<SQSEvent>(work);", "3 handles sqs events"],
  [
    "import { work } from './work';\nexport const main = traced<SNSEvent, void>(work as never);",
    "3 handles sns events",
  ],
  ["export const main: Handler<unknown, SQSBatchResponse> = work;", "2 handles sqs events"],
])("by its types: %s", async (text, expected) => {
  expect(await handlers("a.ts", TYPES + text)).toEqual([expected]);
});

test.each([
  [
    "exports.handler = async (event) => event.Records.map((record) => JSON.parse(record.body));",
    "1 handles sqs events",
  ],
  [
    "exports.handler = async ({ Records }) => { for (const { body } of Records) console.log(body); };",
    "1 handles sqs events",
  ],
  ["module.exports.on = (event) => console.log(event.Records[0].Sns.Message);", "1 handles sns events"],
  [
    "exports.on = (event) => event.Records.map((record) => Buffer.from(record.kinesis.data, 'base64'));",
    "1 handles kinesis events",
  ],
  [
    "exports.handler = async (event) => {\n  const { Records } = event;\n  for (const record of Records) console.log(record.body);\n};",
    "1 handles sqs events",
  ],
  [
    "exports.handler = async (event) => event.Records.map((record) => [record.messageId, JSON.parse(record.body).Records[0].s3.object.key]);",
    "1 handles sqs events",
  ],
])("by what it reads: %s", async (text, expected) => {
  expect(await handlers("a.js", text)).toEqual([expected]);
});

test.each([
  "exports.handler = async (event) => event.Records.map((record) => record.s3.object.key + record.body);",
  "exports.handler = async (event) => event.Records.map((record) => record.dynamodb.NewImage);",
  "exports.handler = async (event) => JSON.parse(event.body);",
  "const { Records } = load();\nexports.handler = async (event) => Records.map((record) => record.body);",
])("events of other services are none: %s", async (text) => {
  expect(await handlers("a.js", text)).toEqual([]);
});

test.each([
  "expect(await main()).toEqual<SQSBatchResponse>({ batchItemFailures: [] });",
  "const failed = { batchItemFailures: [] };\nexpect(await main()).toStrictEqual<SQSBatchResponse>(failed);",
  "const read = vi.fn<SQSHandler>(async () => {});",
  "const event = mock<SQSEvent>();",
  "const event = parsed<SQSEvent>(text);",
  "export function failures(response: SQSBatchResponse): number { return response.batchItemFailures.length; }",
])("a type that stands at no function that takes events is none: %s", async (text) => {
  expect(await handlers("a.ts", TYPES + text)).toEqual([]);
});
