import { GetQueueAttributesCommand, SendMessageBatchCommand } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { expect, test } from "vitest";
import { ClientProcess } from "../support/client-process.ts";
import { createTestQueue, deleteQueuesAfterAll, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

async function counts(QueueUrl: string): Promise<{ visible: number; inFlight: number }> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  return {
    visible: Number(Attributes?.["ApproximateNumberOfMessages"]),
    inFlight: Number(Attributes?.["ApproximateNumberOfMessagesNotVisible"]),
  };
}

async function filledQueue(count: number): Promise<string> {
  const QueueUrl = await createTestQueue(sqs, { prefix: "counts" });
  const Entries = Array.from({ length: count }, (_, index) => ({ Id: `m${index}`, MessageBody: String(index) }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  return QueueUrl;
}

test("what three processes have received is counted within a second, from each of them", async () => {
  const QueueUrl = await filledQueue(10);
  await using one = new ClientProcess();
  await using two = new ClientProcess();
  await one.receive(QueueUrl, 3);
  await two.receive(QueueUrl, 2);
  await receiveAll(sqs, 1, { QueueUrl, MaxNumberOfMessages: 1 });
  await until(async () => (await counts(QueueUrl)).visible === 4, { what: "the count", timeoutMs: 1_000 });
  expect(await counts(QueueUrl)).toEqual({ visible: 4, inFlight: 6 });
  for (const other of [one, two]) {
    const { Attributes } = await other.send("getQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
    expect(Attributes?.["ApproximateNumberOfMessagesNotVisible"]).toBe("6");
  }
});

test("what a killed process had received counts as visible again", async () => {
  const QueueUrl = await filledQueue(4);
  await using other = new ClientProcess();
  await other.receive(QueueUrl, 3);
  expect((await counts(QueueUrl)).inFlight).toBe(3);
  await other.kill();
  await until(async () => (await counts(QueueUrl)).visible === 4, { what: "the messages to be back" });
  expect(await counts(QueueUrl)).toEqual({ visible: 4, inFlight: 0 });
});

test("messages pushed ahead to a busy receiver count as visible", async () => {
  const QueueUrl = await createTestQueue(sqs, { prefix: "counts" });
  const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: String(index) }));
  for (let batch = 0; batch < 30; batch++) await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const received = await receiveAll(sqs, 100, { QueueUrl });
  await until(async () => (await counts(QueueUrl)).visible === 300 - received.length, { what: "the count" });
});

test("a frozen process is left out after a second", async () => {
  const QueueUrl = await filledQueue(3);
  await using other = new ClientProcess();
  await other.receive(QueueUrl, 1);
  await receiveAll(sqs, 1, { QueueUrl, MaxNumberOfMessages: 1 });
  other.freeze();
  const before = performance.now();
  expect((await counts(QueueUrl)).inFlight).toBe(1);
  expect(performance.now() - before).toBeLessThan(3_000);
});

test("what another process has sent with a delay counts as delayed", async () => {
  const QueueUrl = await createTestQueue(sqs, { prefix: "counts" });
  await using other = new ClientProcess();
  await other.send("sendMessage", { QueueUrl, MessageBody: "later", DelaySeconds: 900 });
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
    ApproximateNumberOfMessagesDelayed: "1",
  });
});
