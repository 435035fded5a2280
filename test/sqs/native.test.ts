import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  QueueDoesNotExist,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
import { uniqueName, until } from "@warrenmq/testing";
import { connect } from "amqplib";
import type { GetMessage } from "amqplib";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { awsAttributesMd5, md5Hex } from "../support/aws-md5.ts";
import { createTestQueue, deleteQueuesAfterAll, errorOf, queueNameOf, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();
const connection = await connect(inject("brokerUrl"));
afterAll(() => connection.close());
const channel = await connection.createConfirmChannel();

let QueueUrl: string;
let queue: string;
beforeAll(async () => {
  QueueUrl = await createTestQueue(sqs, { prefix: "native" });
  queue = queueNameOf(QueueUrl);
});

async function receiveOne(url = QueueUrl): Promise<Message> {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      WaitTimeSeconds: 5,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  const [message] = Messages ?? [];
  if (message === undefined) throw new Error("no message");
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
  return message;
}

async function publish(content: Buffer | string, options = {}): Promise<void> {
  channel.publish("", queue, Buffer.from(content), { persistent: true, ...options });
  await channel.waitForConfirms();
}

async function deletedQueue(attributes: Record<string, string> = {}): Promise<string> {
  const url = await createTestQueue(sqs, { prefix: "vanished", attributes });
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
  await channel.deleteQueue(queueNameOf(url));
  return url;
}

describe("a message that a native application published", () => {
  test("is received with a MessageId, MD5s and its headers as attributes", async () => {
    await publish("hello", {
      headers: { text: "a", number: 12, flag: true, "x-own": "hidden" },
      timestamp: 1_700_000_000,
    });
    const message = await receiveOne();
    expect(message).toMatchObject({ Body: "hello", MD5OfBody: md5Hex("hello") });
    expect(message.MessageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(message.MessageAttributes).toEqual({
      text: { DataType: "String", StringValue: "a" },
      number: { DataType: "Number", StringValue: "12" },
      flag: { DataType: "String", StringValue: "true" },
    });
    expect(message.MD5OfMessageAttributes).toBe(awsAttributesMd5(message.MessageAttributes ?? {}));
    expect(message.Attributes).toMatchObject({ SentTimestamp: "1700000000000", ApproximateReceiveCount: "1" });
  });

  test("keeps its message-id when it can be a MessageId", async () => {
    await publish("x", { messageId: "order-4711" });
    expect((await receiveOne()).MessageId).toBe("order-4711");
  });

  test("that is not text is received in base64, marked as such", async () => {
    await publish(Buffer.from([0xff, 0xfe, 0x00]));
    const message = await receiveOne();
    expect(message.Body).toBe("//4A");
    expect(message.MessageAttributes?.["Content-Transfer-Encoding"]?.StringValue).toBe("base64");
  });

  test("that is empty or has strange headers is received, and deleted, as any other", async () => {
    await publish("", {
      headers: { "": "empty name", "white space": "x", deep: { a: [1, { b: null }] }, nothing: null },
    });
    const message = await receiveOne();
    expect(message.Body).toBe("");
    expect(message.MessageAttributes).toEqual({
      deep: { DataType: "String", StringValue: '{"a":[1,{"b":null}]}' },
    });
  });

  test("twice with the same message-id is two messages, each deleted by itself", async () => {
    await publish("one", { messageId: "same" });
    await publish("two", { messageId: "same" });
    expect((await receiveOne()).Body).toBe("one");
    expect((await receiveOne()).Body).toBe("two");
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))).not.toHaveProperty("Messages");
  });
});

test("a message that our client sent is read by a native application as documented", async () => {
  const { MessageId } = await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: "grüße",
      MessageAttributes: {
        text: { DataType: "String", StringValue: "a" },
        number: { DataType: "Number", StringValue: "1.50" },
        bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(1, 2) },
      },
    }),
  );
  const message = await until<GetMessage | false>(() => channel.get(queue, { noAck: true }), { what: "the message" });
  expect(message.content.toString()).toBe("grüße");
  expect(message.properties).toMatchObject({
    messageId: MessageId,
    contentType: "text/plain",
    appId: "warrenmq",
    deliveryMode: 2,
  });
  expect(Math.abs(message.properties.timestamp - Date.now() / 1000)).toBeLessThan(10);
  const headers = message.properties.headers ?? {};
  expect(headers).toMatchObject({ text: "a", number: "1.50" });
  expect(headers["bytes"]).toEqual(Buffer.of(1, 2));
  expect(JSON.parse(String(headers["warrenmq-attribute-types"]))).toEqual({ number: "Number" });
});

describe("a queue that a native application declared", () => {
  test.each([
    ["quorum", { "x-queue-type": "quorum" }],
    ["classic", {}],
  ])("(%s) is adopted with SQS's defaults, and listed then", async (type, args) => {
    const name = uniqueName(`adopted-${type}`);
    await channel.assertQueue(name, { durable: true, arguments: args });
    const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
    expect(Attributes).toMatchObject({ VisibilityTimeout: "30", ApproximateNumberOfMessages: "0" });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
    expect((await receiveOne(url)).Body).toBe("x");
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: name }))).QueueUrls).toEqual([url]);
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
  });

  test("may have a name that SQS would refuse", async () => {
    const name = `${uniqueName("dotted")}.name`;
    await channel.assertQueue(name, { durable: true, arguments: { "x-queue-type": "quorum" } });
    await sqs.send(new SendMessageCommand({ QueueUrl: name, MessageBody: "x" }));
    expect((await receiveOne(name)).Body).toBe("x");
    await sqs.send(new DeleteQueueCommand({ QueueUrl: name }));
  });
});

describe("a queue that was deleted natively", () => {
  test.each([
    ["SendMessage", (url: string) => sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }))],
    ["ReceiveMessage", (url: string) => sqs.send(new ReceiveMessageCommand({ QueueUrl: url }))],
    [
      "a long ReceiveMessage",
      (url: string) => sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 5 })),
    ],
    [
      "GetQueueAttributes",
      (url: string) => sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] })),
    ],
    ["PurgeQueue", (url: string) => sqs.send(new PurgeQueueCommand({ QueueUrl: url }))],
    ["GetQueueUrl", (url: string) => sqs.send(new GetQueueUrlCommand({ QueueName: queueNameOf(url) }))],
  ])("%s answers QueueDoesNotExist", async (_name, call) => {
    const url = await deletedQueue();
    const error = await errorOf(call(url));
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect(error.message).toBe("The specified queue does not exist.");
    const listed = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: queueNameOf(url) }));
    expect(listed).not.toHaveProperty("QueueUrls");
  });

  test("ends a waiting long poll with QueueDoesNotExist", async () => {
    const url = await createTestQueue(sqs, { prefix: "vanished" });
    const polling = errorOf(sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 })));
    await until(async () => (await channel.checkQueue(queueNameOf(url))).consumerCount === 1, { what: "a consumer" });
    await channel.deleteQueue(queueNameOf(url));
    expect(await polling).toBeInstanceOf(QueueDoesNotExist);
  });

  test("can be created again at once, with other attributes", async () => {
    const url = await deletedQueue({ VisibilityTimeout: "10" });
    const created = await sqs.send(
      new CreateQueueCommand({ QueueName: queueNameOf(url), Attributes: { VisibilityTimeout: "20" } }),
    );
    expect(created.QueueUrl).toBe(url);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["VisibilityTimeout"] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: "20" });
  });
});

describe("queues that belong to WarrenMQ itself", () => {
  test.each([
    ["SendMessage", () => sqs.send(new SendMessageCommand({ QueueUrl: "warrenmq.registry", MessageBody: "x" }))],
    ["ReceiveMessage", () => sqs.send(new ReceiveMessageCommand({ QueueUrl: "warrenmq.registry" }))],
    ["PurgeQueue", () => sqs.send(new PurgeQueueCommand({ QueueUrl: "warrenmq.registry" }))],
    ["DeleteQueue", () => sqs.send(new DeleteQueueCommand({ QueueUrl: "warrenmq.registry" }))],
    ["GetQueueUrl", () => sqs.send(new GetQueueUrlCommand({ QueueName: "warrenmq.registry" }))],
  ])("are out of reach of %s", async (_name, call) => {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect((await channel.checkQueue("warrenmq.registry")).queue).toBe("warrenmq.registry");
  });
});
