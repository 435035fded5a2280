import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { SendMessageCommand, SQS, SQSClient } from "@warrenmq/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { placeOrder } from "./orders.mjs";

const QueueUrl = process.env.QUEUE_URL;

void test("a module under test sends to the broker", async () => {
  const sqs = new SQS({});
  const messageId = await placeOrder(QueueUrl, { item: "book" });
  const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 5 });
  assert.deepEqual([Messages[0]?.MessageId, Messages[0]?.Body], [messageId, '{"item":"book"}']);
});

void test("mock.method replaces send", async () => {
  const send = mock.method(SQSClient.prototype, "send", async () => ({ MessageId: "mocked" }));
  assert.equal(await placeOrder("orders", {}), "mocked");
  assert.equal(send.mock.callCount(), 1);
  send.mock.restore();
});

void test("aws-sdk-client-mock replaces send", async () => {
  const stub = mockClient(SQSClient);
  stub.on(SendMessageCommand).resolves({ MessageId: "stubbed" });
  assert.equal(await placeOrder("orders", {}), "stubbed");
  stub.restore();
});
