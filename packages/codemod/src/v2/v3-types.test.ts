import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";
import { SERVICES } from "../services/service.ts";
import { typeInV3 } from "./v3-types.ts";

test.each([
  ["sqs", "MessageList", "Message[]"],
  ["sqs", "AttributeNameList", "QueueAttributeName[]"],
  ["sqs", "QueueUrlList", "string[]"],
  ["sns", "SubscriptionsList", "Subscription[]"],
  ["sns", "TopicsList", "Topic[]"],
  ["kinesis", "RecordList", "_Record[]"],
  ["sqs", "Integer", "number"],
  ["sns", "ClientConfiguration", "SNSClientConfig"],
] as const)("%s: %s is %s", (service, name, text) => {
  const type = typeInV3(SERVICES[service], name);
  expect(type?.written(type.imported ?? "")).toBe(text);
});

test("what v3 does not have is nothing", () => {
  expect(typeInV3(SERVICES.sqs, "PutRecordList")).toBeUndefined();
});

const PROMISE_RESULT = `
import { AWSError, SQS } from "aws-sdk";
import { PromiseResult } from "aws-sdk/lib/request";
const sqs = new SQS({});
export const send = (input: SQS.SendMessageRequest): Promise<PromiseResult<SQS.SendMessageResult, AWSError>> =>
  sqs.sendMessage(input).promise();
`;

test("PromiseResult around a type goes, with its imports", async () => {
  expect(await TestProject.rewritten("a.ts", PROMISE_RESULT)).toBe(`
import { SQS } from "@warrenmq/client-sqs";
import type { SendMessageRequest, SendMessageResult } from "@warrenmq/client-sqs";
const sqs = new SQS({});
export const send = (input: SendMessageRequest): Promise<SendMessageResult> =>
  sqs.sendMessage(input);
`);
});

test.each([
  ["$response is read", `${PROMISE_RESULT}send({ QueueUrl: "", MessageBody: "" }).then((r) => r.$response);\n`],
  ["the result of another service is around", PROMISE_RESULT.replace("SQS.SendMessageResult", "SQS.NoSuchResult")],
])("a file stays where %s", async (_, text) => {
  expect(await TestProject.rewritten("a.ts", text)).toBe(text);
});
