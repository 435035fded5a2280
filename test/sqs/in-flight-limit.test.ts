import { ReceiveMessageCommand, SendMessageBatchCommand, type SQSClient } from "@warrenmq/client-sqs";
import { uniqueName, until } from "@warrenmq/testing";
import { expect, test } from "vitest";
import { createTestQueue, deleteQueuesAfterAll, errorOf, testClient } from "../support/sqs.ts";

/** Of one queue, as AWS has it. */
const LIMIT = 120_000;

// Connections of their own, as in two processes.
const one = testClient({ connectionName: uniqueName("one") });
const two = testClient({ connectionName: uniqueName("two") });
deleteQueuesAfterAll();

async function send(QueueUrl: string, messages: number): Promise<void> {
  const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: "x" }));
  let left = messages;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 10;
      await one.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  await Promise.all(Array.from({ length: 16 }, sender));
}

async function receive(client: SQSClient, QueueUrl: string, messages: number): Promise<void> {
  let received = 0;
  const poll = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 5,
    VisibilityTimeout: 900,
  });
  const poller = async (): Promise<void> => {
    while (received < messages) {
      const { Messages = [] } = await client.send(poll);
      received += Messages.length;
    }
  };
  await Promise.all(Array.from({ length: 4 }, poller));
}

test("with 120,000 messages in flight in two processes a short poll is refused with OverLimit, a long poll waits", async () => {
  const QueueUrl = await createTestQueue(one, { prefix: "over-limit" });
  await send(QueueUrl, LIMIT + 1_000);
  await Promise.all([receive(one, QueueUrl, LIMIT / 2), receive(two, QueueUrl, LIMIT / 2 - 100)]);
  const isRefused = async (client: SQSClient): Promise<boolean> =>
    client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 900 })).then(
      () => false,
      () => true,
    );
  // Each poll that is not refused takes ten more.
  for (const client of [one, two]) await until(() => isRefused(client), { what: "a short poll to be refused" });
  expect(await errorOf(one.send(new ReceiveMessageCommand({ QueueUrl })))).toMatchObject({
    name: "OverLimit",
    message: `Too many messages are in flight for this queue (limit ${LIMIT}).`,
  });
  await one.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
}, 180_000);
