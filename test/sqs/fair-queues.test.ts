import { DeleteMessageBatchCommand, SendMessageBatchCommand, SendMessageCommand } from "@warrenmq/client-sqs";
import { describe, expect, inject, test } from "vitest";
import { createTestQueue, deleteQueuesAfterAll, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

const BACKLOG = 10_000;

async function sendMany(QueueUrl: string, MessageGroupId: string, count: number): Promise<void> {
  let batches = count / 10;
  const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: "noisy", MessageGroupId }));
  const sender = async (): Promise<void> => {
    while (batches-- > 0) await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  };
  await Promise.all(Array.from({ length: 8 }, sender));
}

/** How many messages pollers that delete what they get were given until one said this. */
async function receivedUntil(QueueUrl: string, body: string): Promise<number> {
  for (let received = 0; ;) {
    const messages = await receiveAll(sqs, 1, { QueueUrl, VisibilityTimeout: 60 });
    if (messages.length === 0) throw new Error(`"${body}" never came`);
    const index = messages.findIndex(({ Body }) => Body === body);
    if (index >= 0) return received + index;
    received += messages.length;
    const Entries = messages.map(({ ReceiptHandle }, id) => ({ Id: `${id}`, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

// Up to 3.13 quorum queues know no priority: docs/decisions/024-fair-queues.md.
describe.skipIf(inject("brokerVersion").startsWith("3."))("behind 10,000 queued messages of a noisy group", () => {
  test("a quiet group's message is received soon, and the noisy group's go on", async () => {
    const QueueUrl = await createTestQueue(sqs, { prefix: "fair" });
    await sendMany(QueueUrl, "noisy", BACKLOG);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "quiet", MessageGroupId: "quiet" }));
    // The noisy group's first 99, sent before it was noisy, are ahead as well.
    expect(await receivedUntil(QueueUrl, "quiet")).toBeLessThan(500);
    expect(await receiveAll(sqs, 100, { QueueUrl })).toHaveLength(100);
  });
});

test("messages of groups come as they were sent, and none is missing", async () => {
  const QueueUrl = await createTestQueue(sqs, { prefix: "fair" });
  await sendMany(QueueUrl, "noisy", 300);
  await sendMany(QueueUrl, "other", 50);
  const messages = await receiveAll(sqs, 350, { QueueUrl, MessageSystemAttributeNames: ["MessageGroupId"] });
  const groups = messages.map(({ Attributes }) => Attributes?.MessageGroupId);
  expect(groups.filter((group) => group === "noisy")).toHaveLength(300);
  expect(groups.filter((group) => group === "other")).toHaveLength(50);
  expect(new Set(messages.map(({ MessageId }) => MessageId)).size).toBe(350);
});
