import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@warrenmq/client-sqs";
import { startProxy } from "@warrenmq/testing";
import { expect, inject, test } from "vitest";
import { bodiesOf, createTestQueue, deleteQueuesAfterAll, receiveAll, testClient } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const direct = testClient();
deleteQueuesAfterAll();

const OLD = Array.from({ length: 10 }, (_, index) => `old-${index}`);
const NEW = Array.from({ length: 10 }, (_, index) => `new-${index}`);

async function send(QueueUrl: string, bodies: readonly string[]): Promise<void> {
  const Entries = bodies.map((MessageBody) => ({ Id: MessageBody, MessageBody }));
  await direct.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}

test("handles of a lost connection touch their own messages only, whatever the new connection has numbered alike", async () => {
  const QueueUrl = await createTestQueue(direct);
  await using proxy = await startProxy({ target: inject("brokerUrl") });
  const client = new SQSClient({ rabbitmq: { url: proxy.url } });
  await send(QueueUrl, OLD);
  const before = await receiveAll(client, OLD.length, { QueueUrl, VisibilityTimeout: 600 });
  expect(bodiesOf(before)).toEqual(OLD);

  // RabbitMQ counts deliveries per channel: in the new one the same numbers are those of other messages.
  proxy.cut();
  await send(QueueUrl, NEW);
  const after = await receiveAll(client, OLD.length + NEW.length, { QueueUrl, VisibilityTimeout: 600 });
  expect(bodiesOf(after)).toEqual([...NEW, ...OLD]);
  const [putBack, ...deleted] = before;
  for (const { ReceiptHandle } of deleted) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const hide = { QueueUrl, ReceiptHandle: putBack?.ReceiptHandle, VisibilityTimeout: 0 };
  await client.send(new ChangeMessageVisibilityCommand(hide));
  client.destroy();

  const left = await receiveAll(direct, NEW.length + 1, { QueueUrl });
  expect(bodiesOf(left)).toEqual([...NEW, putBack?.Body ?? ""].toSorted());
  for (const { ReceiptHandle } of left) await direct.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  expect(await receiveAll(direct, 1, { QueueUrl }, 1_500)).toEqual([]);
});
