import { expect, test } from "vitest";
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
