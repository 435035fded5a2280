import { DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageBatchCommand } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { expect, test } from "vitest";
import { nativeChannel } from "../support/amqp.ts";
import { inBackground } from "../support/in-background.ts";
import { createTestQueue, deleteQueuesAfterAll, queueNameOf, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

const EACH = 300;

test("native and SQS producers and consumers share a queue: each message is received by one of them, once, as it was sent", async () => {
  const QueueUrl = await createTestQueue(sqs, { prefix: "shared" });
  const queue = queueNameOf(QueueUrl);
  const channel = await nativeChannel();
  const byNative: string[] = [];
  const bySqs: string[] = [];

  await channel.prefetch(10);
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (message === null) return;
    byNative.push(`${message.content.toString()} ${message.properties.headers?.["from"]}`);
    channel.ack(message);
  });
  const receiving = inBackground(
    (async () => {
      while (byNative.length + bySqs.length < 2 * EACH) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: 1,
            MessageAttributeNames: ["All"],
          }),
        );
        bySqs.push(
          ...Messages.map(({ Body, MessageAttributes }) => `${Body} ${MessageAttributes?.["from"]?.StringValue}`),
        );
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
        if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    })(),
  );

  for (let index = 0; index < EACH; index += 10) {
    const numbers = Array.from({ length: 10 }, (_, offset) => index + offset);
    for (const number of numbers) {
      channel.sendToQueue(queue, Buffer.from(`n${number}`), { persistent: true, headers: { from: "native" } });
    }
    const Entries = numbers.map((number) => ({
      Id: `${number}`,
      MessageBody: `s${number}`,
      MessageAttributes: { from: { DataType: "String", StringValue: "sqs" } },
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }

  await receiving;
  await channel.cancel(consumerTag);
  const expected = Array.from({ length: EACH }, (_, number) => [`n${number} native`, `s${number} sqs`]).flat();
  expect([...byNative, ...bySqs].toSorted()).toEqual(expected.toSorted());
  // Both had a share: neither keeps the other from the queue.
  expect(Math.min(byNative.length, bySqs.length)).toBeGreaterThan(10);
  await until(async () => (await channel.checkQueue(queue)).messageCount === 0, { what: "an empty queue" });
});
