import {
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type Message,
} from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { describe, expect, test } from "vitest";
import { nativeChannel, takeMessage } from "../support/amqp.ts";
import { clientOnItsOwn } from "../support/client-on-its-own.ts";
import { createTestQueue, deleteQueuesAfterAll, errorOf, queueNameOf, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

/** Receives one message, and how long after `sentAt` (epoch, ms) it came. */
async function receiveOne(QueueUrl: string, sentAt: number): Promise<Message & { afterMs: number }> {
  const [message] = await receiveAll(sqs, 1, {
    QueueUrl,
    WaitTimeSeconds: 10,
    MaxNumberOfMessages: 1,
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  if (message === undefined) throw new Error("no message came");
  return { ...message, afterMs: Date.now() - sentAt };
}

async function counts(QueueUrl: string): Promise<{ ready: string | undefined; delayed: string | undefined }> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"],
    }),
  );
  return { ready: Attributes?.ApproximateNumberOfMessages, delayed: Attributes?.ApproximateNumberOfMessagesDelayed };
}

describe.concurrent("a delayed message", () => {
  test("arrives when its time has come, as it was sent, with the time of the send", async () => {
    const url = await createTestQueue(sqs, { prefix: "delay" });
    const sentAt = Date.now();
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: "later",
        DelaySeconds: 2,
        MessageAttributes: { colour: { DataType: "String", StringValue: "green" } },
      }),
    );
    const sendEnd = Date.now();
    expect(await counts(url)).toEqual({ ready: "0", delayed: "1" });
    const message = await receiveOne(url, sentAt);
    expect(message.afterMs).toBeGreaterThanOrEqual(2_000);
    expect(message.afterMs - (sendEnd - sentAt)).toBeLessThan(2_250);
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: "later",
      MessageAttributes: { colour: { DataType: "String", StringValue: "green" } },
      Attributes: { ApproximateReceiveCount: "1" },
    });
    expect(Object.keys(message.MessageAttributes ?? {})).toEqual(["colour"]);
    expect(Number(message.Attributes?.SentTimestamp) - sentAt).toBeLessThan(1_000);
    await until(async () => (await counts(url)).delayed === "0", { what: "no delayed message", timeoutMs: 1_000 });
  });

  test("of an uncommon delay passes two levels and is as punctual", async () => {
    const url = await createTestQueue(sqs, { prefix: "delay" });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "declare the levels", DelaySeconds: 31 }));
    const sentAt = Date.now();
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "two levels", DelaySeconds: 31 }));
    const messages = await receiveAll(sqs, 2, { QueueUrl: url, WaitTimeSeconds: 20 }, 40_000);
    const afterMs = Date.now() - sentAt;
    expect(messages.map(({ Body }) => Body)).toEqual(["declare the levels", "two levels"]);
    expect(afterMs).toBeGreaterThanOrEqual(31_000);
    expect(afterMs).toBeLessThan(31_300);
  }, 60_000);

  test("has its queue's delay unless it brings its own, also 0, in a batch as well", async () => {
    const url = await createTestQueue(sqs, { prefix: "delay", attributes: { DelaySeconds: "3" } });
    const sentAt = Date.now();
    const { Successful } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: "queue", MessageBody: "the queue's" },
          { Id: "own", MessageBody: "its own", DelaySeconds: 1 },
          { Id: "none", MessageBody: "none", DelaySeconds: 0 },
        ],
      }),
    );
    expect(Successful).toHaveLength(3);
    const arrivals: [string | undefined, number][] = [];
    for (let index = 0; index < 3; index++) {
      const { Body, afterMs } = await receiveOne(url, sentAt);
      arrivals.push([Body, Math.floor(afterMs / 1_000)]);
    }
    expect(arrivals).toEqual([
      ["none", 0],
      ["its own", 1],
      ["the queue's", 3],
    ]);
  });

  test("follows a change of the queue's DelaySeconds from the next send on", async () => {
    const url = await createTestQueue(sqs, { prefix: "delay" });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { DelaySeconds: "2" } }));
    const sentAt = Date.now();
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "later" }));
    expect((await receiveOne(url, sentAt)).afterMs).toBeGreaterThanOrEqual(2_000);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { DelaySeconds: "0" } }));
    const again = Date.now();
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "now" }));
    expect((await receiveOne(url, again)).afterMs).toBeLessThan(1_000);
  });

  test("arrives when its sender is gone", async () => {
    const url = await createTestQueue(sqs, { prefix: "delay" });
    const sender = clientOnItsOwn();
    const sentAt = Date.now();
    await sender.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "orphan", DelaySeconds: 1 }));
    sender.destroy();
    expect(await receiveOne(url, sentAt)).toMatchObject({ Body: "orphan" });
  });

  test("comes back at its visibility timeout like any other, and can be deleted", async () => {
    const url = await createTestQueue(sqs, { prefix: "delay", attributes: { VisibilityTimeout: "1" } });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "twice", DelaySeconds: 1 }));
    const first = await receiveOne(url, Date.now());
    const second = await receiveOne(url, Date.now());
    expect(second).toMatchObject({ MessageId: first.MessageId, Attributes: { ApproximateReceiveCount: "2" } });
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second.ReceiptHandle }));
    expect(await counts(url)).toEqual({ ready: "0", delayed: "0" });
  });
});

describe("a delayed message whose queue goes away", () => {
  test("lies in warrenmq.parking, with the queue's name as its routing key", async () => {
    const channel = await nativeChannel();
    const url = await createTestQueue(sqs, { prefix: "delay" });
    const { MessageId } = await sqs.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: "homeless", DelaySeconds: 1 }),
    );
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    const parked = await until(
      () => takeMessage(channel, "warrenmq.parking", ({ properties }) => properties.messageId === MessageId),
      { what: "the message in warrenmq.parking" },
    );
    expect(parked.content.toString()).toBe("homeless");
    expect(parked.fields.routingKey).toBe(queueNameOf(url));
  });

  test("a send to a queue that is not there fails as without a delay", async () => {
    const channel = await nativeChannel();
    const url = await createTestQueue(sqs, { prefix: "delay" });
    await channel.deleteQueue(queueNameOf(url));
    const error = await errorOf(
      sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "nowhere", DelaySeconds: 1 })),
    );
    expect(error).toBeInstanceOf(QueueDoesNotExist);
  });
});

describe("the delay queues", () => {
  test("are declared again when somebody deleted one", async () => {
    const channel = await nativeChannel();
    const url = await createTestQueue(sqs, { prefix: "delay" });
    const send = () => sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "kept", DelaySeconds: 29 }));
    await send();
    await channel.deleteQueue("warrenmq.delay.29");
    const { MessageId } = await send();
    const kept = await until(
      () => takeMessage(channel, "warrenmq.delay.29", ({ properties }) => properties.messageId === MessageId),
      { what: "the second message in its delay queue" },
    );
    expect(kept.content.toString()).toBe("kept");
  });
});

test("PurgeQueue takes delayed messages too, and later ones arrive", async () => {
  const url = await createTestQueue(sqs, { prefix: "delay" });
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "purged", DelaySeconds: 2 }));
  await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
  expect(await counts(url)).toEqual({ ready: "0", delayed: "0" });
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "afterwards", DelaySeconds: 3 }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 8 }));
  expect(Messages?.map(({ Body }) => Body)).toEqual(["afterwards"]);
});
