import {
  GetSubscriptionAttributesCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  startHttpDelivery,
} from "@warrenmq/client-sns";
import type { DeliveryEvent, SNSClient } from "@warrenmq/client-sns";
import { CreateQueueCommand, DeleteQueueCommand } from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
import { uniqueName, until } from "@warrenmq/testing";
import { afterAll, describe, expect, inject, test } from "vitest";
import { nativeChannel } from "../support/amqp.ts";
import { startHttpEndpoint } from "../support/http-endpoint.ts";
import { onlyHttpWorkersHere } from "../support/http-workers.ts";
import {
  createTestTopic,
  publishTo,
  queueArnOf,
  subscribeEndpoint,
  subscribeQueue,
  takeOne,
  testSnsClient,
} from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, queueNameOf, receiveAll, testClient } from "../support/sqs.ts";

await onlyHttpWorkersHere();
const sqs = testClient();
deleteQueuesAfterAll();
const sns = testSnsClient();
const native = await nativeChannel();

const RAW = { RawMessageDelivery: "true" };

function redrive(queueUrl: string): Record<string, string> {
  return { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArnOf(queueUrl) }) };
}

async function createFifoQueue(): Promise<string> {
  const QueueName = `${queueNameOf(await createTestQueue(sqs, { prefix: "unused" }))}.fifo`;
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: "true" } }));
  return QueueUrl;
}

function createFifoTopic(): Promise<string> {
  const attributes = { FifoTopic: "true", ContentBasedDeduplication: "true" };
  return createTestTopic(sns, { suffix: ".fifo", attributes });
}

async function publishInGroup(client: SNSClient, TopicArn: string, Message: string): Promise<void> {
  await client.send(new PublishCommand({ TopicArn, Message, MessageGroupId: "g" }));
}

async function take(QueueUrl: string, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) {
    const message = await takeOne(sqs, QueueUrl);
    if (message === undefined) throw new Error(`got ${messages.length} of ${count} messages`);
    messages.push(message);
  }
  return messages;
}

function bodies(messages: readonly Message[]): (string | undefined)[] {
  return messages.map(({ Body }) => Body);
}

describe("messages of a standard topic for a queue that is gone", () => {
  test("all go to the dead-letter queue, also when that is a FIFO queue", async () => {
    const topic = await createTestTopic(sns);
    const [gone, deadLetters] = [await createTestQueue(sqs), await createFifoQueue()];
    await subscribeQueue(sns, topic, gone, { ...RAW, ...redrive(deadLetters) });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: gone }));
    await publishTo(sns, topic, { Message: "one" });
    await publishTo(sns, topic, { Message: "two" });
    await publishTo(sns, topic, { Message: "three", MessageGroupId: "g" });
    expect(bodies(await take(deadLetters, 3)).toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      "one",
      "three",
      "two",
    ]);
  });

  test.each([
    ["standard", () => createTestQueue(sqs)],
    ["FIFO", createFifoQueue],
  ] as const)("are in a %s dead-letter queue once for each subscription that shares it", async (_kind, create) => {
    const topic = await createTestTopic(sns);
    const [gone, alsoGone, deadLetters] = [await createTestQueue(sqs), await createTestQueue(sqs), await create()];
    await subscribeQueue(sns, topic, gone, { ...RAW, ...redrive(deadLetters) });
    await subscribeQueue(sns, topic, alsoGone, { ...RAW, ...redrive(deadLetters) });
    for (const QueueUrl of [gone, alsoGone]) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await publishTo(sns, topic, { Message: "twice" });
    const letters = await receiveAll(sqs, 2, { QueueUrl: deadLetters });
    expect(bodies(letters)).toEqual(["twice", "twice"]);
    expect(new Set(letters.map(({ MessageId }) => MessageId)).size).toBe(2);
  });

  test("go there too when the queue delays its messages", async () => {
    const topic = await createTestTopic(sns);
    const delayed = await createTestQueue(sqs, { attributes: { DelaySeconds: "1" } });
    const deadLetters = await createTestQueue(sqs);
    await subscribeQueue(sns, topic, delayed, { ...RAW, ...redrive(deadLetters) });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: delayed }));
    await publishTo(sns, topic, { Message: "late" });
    expect(bodies(await take(deadLetters, 1))).toEqual(["late"]);
  });

  test("are dropped when there is no dead-letter queue, or that is gone as well; the others get theirs", async () => {
    const topic = await createTestTopic(sns);
    const [gone, without, deadLetters, there] = await Promise.all([
      createTestQueue(sqs),
      createTestQueue(sqs),
      createTestQueue(sqs),
      createTestQueue(sqs),
    ]);
    await subscribeQueue(sns, topic, gone, { ...RAW, ...redrive(deadLetters) });
    await subscribeQueue(sns, topic, without, RAW);
    await subscribeQueue(sns, topic, there, RAW);
    for (const QueueUrl of [gone, without, deadLetters]) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await publishTo(sns, topic, { Message: "for one" });
    expect(bodies(await take(there, 1))).toEqual(["for one"]);
  });

  test("do not go there when the filter policy does not let them pass", async () => {
    const topic = await createTestTopic(sns);
    const [gone, deadLetters] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    await subscribeQueue(sns, topic, gone, { ...RAW, ...redrive(deadLetters), FilterPolicy: '{"kind":["a"]}' });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: gone }));
    await publishTo(sns, topic, {
      Message: "b",
      MessageAttributes: { kind: { DataType: "String", StringValue: "b" } },
    });
    await publishTo(sns, topic, {
      Message: "a",
      MessageAttributes: { kind: { DataType: "String", StringValue: "a" } },
    });
    expect(bodies(await take(deadLetters, 1))).toEqual(["a"]);
    expect(await takeOne(sqs, deadLetters, 0)).toBeUndefined();
  });

  test("come back to the queue once it is there again", async () => {
    const topic = await createTestTopic(sns);
    const [queue, deadLetters] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    const name = queueNameOf(queue);
    const SubscriptionArn = await subscribeQueue(sns, topic, queue, RAW);
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "RedrivePolicy",
        AttributeValue: redrive(deadLetters)["RedrivePolicy"],
      }),
    );
    await native.deleteQueue(name);
    await publishTo(sns, topic, { Message: "without" });
    expect(bodies(await take(deadLetters, 1))).toEqual(["without"]);
    const QueueName = name;
    await sqs.send(new CreateQueueCommand({ QueueName }));
    await publishTo(sns, topic, { Message: "with" });
    expect(bodies(await take(queue, 1))).toEqual(["with"]);
  });
});

describe("messages of a FIFO topic", () => {
  test("are accepted when nobody is subscribed", async () => {
    const topic = await createFifoTopic();
    const { SequenceNumber } = await sns.send(
      new PublishCommand({ TopicArn: topic, Message: "nobody", MessageGroupId: "g" }),
    );
    expect(SequenceNumber).toMatch(/^\d{20}$/);
  });

  test("for a FIFO queue that is gone go to its dead-letter queue, in order and in their group", async () => {
    const topic = await createFifoTopic();
    const [gone, deadLetters] = [await createFifoQueue(), await createFifoQueue()];
    await subscribeQueue(sns, topic, gone, { ...RAW, ...redrive(deadLetters) });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: gone }));
    for (const text of ["a", "b", "c"]) await publishInGroup(sns, topic, text);
    const letters = await take(deadLetters, 3);
    expect(bodies(letters)).toEqual(["a", "b", "c"]);
    expect(letters[0]?.Attributes).toMatchObject({ MessageGroupId: "g" });
  });

  test("for a standard queue that is gone go to a standard dead-letter queue", async () => {
    const topic = await createFifoTopic();
    const [gone, deadLetters] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    await subscribeQueue(sns, topic, gone, { ...RAW, ...redrive(deadLetters) });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: gone }));
    await publishInGroup(sns, topic, "a");
    const [letter] = await take(deadLetters, 1);
    expect(letter?.Body).toBe("a");
    expect(letter?.Attributes).not.toHaveProperty("MessageGroupId");
  });
});

describe("a message with a MessageGroupId on a standard topic", () => {
  test("has it in standard queues, raw or not, where it makes them fair", async () => {
    const topic = await createTestTopic(sns);
    const [raw, enveloped] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    await subscribeQueue(sns, topic, raw, RAW);
    await subscribeQueue(sns, topic, enveloped);
    await publishTo(sns, topic, { Message: "x", MessageGroupId: "tenant" });
    for (const queue of [raw, enveloped]) {
      const [message] = await take(queue, 1);
      expect(message?.Attributes).toMatchObject({ MessageGroupId: "tenant" });
    }
  });
});

describe("what an HTTP endpoint refuses", () => {
  test("is reported as dropped when its dead-letter queue is not there", async () => {
    const events: DeliveryEvent[] = [];
    const worker = await startHttpDelivery({
      rabbitmq: { url: inject("brokerUrl"), connectionName: uniqueName("worker") },
      allowPrivateAddresses: true,
      onDelivery: (event) => events.push(event),
    });
    afterAll(() => worker.close());
    const endpoint = await startHttpEndpoint();
    const topic = await createTestTopic(sns);
    const nowhere = `https://sqs.us-east-1.amazonaws.com/000000000000/${uniqueName("nowhere")}`;
    const SubscriptionArn = await subscribeEndpoint(sns, topic, endpoint, redrive(nowhere));
    endpoint.answer = () => 400;
    const MessageId = await publishTo(sns, topic, { Message: "bad" });
    const event = await until(() => events.find(({ messageId }) => messageId === MessageId), { what: "the outcome" });
    expect(event).toMatchObject({ outcome: "dropped", subscriptionArn: SubscriptionArn });
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).not.toHaveProperty("FilterPolicyScope");
  });
});
