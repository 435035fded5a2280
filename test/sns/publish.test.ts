import { createHash } from "node:crypto";
import {
  CreateTopicCommand,
  PublishBatchCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@warrenmq/client-sns";
import type { MessageAttributeValue } from "@warrenmq/client-sns";
import { CreateQueueCommand, DeleteQueueCommand, SetQueueAttributesCommand } from "@warrenmq/client-sqs";
import { uniqueName, until } from "@warrenmq/testing";
import { connect } from "amqplib";
import { afterAll, describe, expect, inject, test } from "vitest";
import { nativeChannel } from "../support/amqp.ts";
import { createTestTopic, publishTo, queueArnOf, subscribeQueue, takeOne, testSnsClient } from "../support/sns.ts";
import {
  bodiesOf,
  createTestQueue,
  deleteQueuesAfterAll,
  queueNameOf,
  receiveAll,
  testClient,
} from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();
const sns = testSnsClient();
const native = await nativeChannel();
const connection = await connect(inject("brokerUrl"));
const confirmed = await connection.createConfirmChannel();
afterAll(() => connection.close());

const RAW = { RawMessageDelivery: "true" };

function kind(value: string): Record<string, MessageAttributeValue> {
  return { kind: { DataType: "String", StringValue: value } };
}

describe("a message that is published to a topic", () => {
  test("reaches every subscribed queue, in SNS's document, with AWS's members in AWS's order", async () => {
    const topic = await createTestTopic(sns);
    const queues = await Promise.all([createTestQueue(sqs), createTestQueue(sqs)]);
    for (const queue of queues) await subscribeQueue(sns, topic, queue);
    const MessageId = await publishTo(sns, topic, {
      Message: "hello",
      Subject: "greeting",
      MessageAttributes: {
        kind: { DataType: "String", StringValue: "test" },
        bytes: { DataType: "Binary", BinaryValue: Buffer.from("abc") },
      },
    });
    for (const queue of queues) {
      const message = await takeOne(sqs, queue);
      const document: unknown = JSON.parse(message?.Body ?? "");
      expect(Object.keys(Object(document))).toEqual([
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "UnsubscribeURL",
        "MessageAttributes",
      ]);
      expect(document).toMatchObject({
        Type: "Notification",
        MessageId,
        TopicArn: topic,
        Subject: "greeting",
        Message: "hello",
        Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        MessageAttributes: {
          kind: { Type: "String", Value: "test" },
          bytes: { Type: "Binary", Value: Buffer.from("abc").toString("base64") },
        },
      });
      expect(message?.MessageAttributes).toBeUndefined();
    }
  });

  test("reaches a queue with raw delivery as it is, attributes and their types included", async () => {
    const topic = await createTestTopic(sns);
    const queue = await createTestQueue(sqs);
    await subscribeQueue(sns, topic, queue, RAW);
    const MessageAttributes = {
      text: { DataType: "String", StringValue: "a" },
      count: { DataType: "Number", StringValue: "5" },
      list: { DataType: "String.Array", StringValue: '["a"]' },
      bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(1, 2) },
    };
    await publishTo(sns, topic, { Message: "raw", Subject: "lost, as with AWS", MessageAttributes });
    const message = await takeOne(sqs, queue);
    expect(message?.Body).toBe("raw");
    expect(message?.MessageAttributes).toEqual(MessageAttributes);
  });

  test("goes only where the filter policy lets it, and a new policy holds at once", async () => {
    const topic = await createTestTopic(sns);
    const [books, all] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    const subscription = await subscribeQueue(sns, topic, books, { ...RAW, FilterPolicy: '{"kind":["book"]}' });
    await subscribeQueue(sns, topic, all, RAW);
    await publishTo(sns, topic, { Message: "cd", MessageAttributes: kind("cd") });
    await publishTo(sns, topic, { Message: "book", MessageAttributes: kind("book") });
    expect((await takeOne(sqs, books))?.Body).toBe("book");
    expect(bodiesOf(await receiveAll(sqs, 2, { QueueUrl: all }))).toEqual(["book", "cd"]);
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: subscription,
        AttributeName: "FilterPolicy",
        AttributeValue: '{"kind":["cd"]}',
      }),
    );
    await publishTo(sns, topic, { Message: "book", MessageAttributes: kind("book") });
    await publishTo(sns, topic, { Message: "cd", MessageAttributes: kind("cd") });
    expect((await takeOne(sqs, books))?.Body).toBe("cd");
    expect(await takeOne(sqs, books, 0)).toBeUndefined();
  });

  test("is filtered by its body under scope MessageBody", async () => {
    const topic = await createTestTopic(sns);
    const queue = await createTestQueue(sqs);
    await subscribeQueue(sns, topic, queue, {
      ...RAW,
      FilterPolicyScope: "MessageBody",
      FilterPolicy: '{"order":{"total":[{"numeric":[">",100]}]}}',
    });
    await publishTo(sns, topic, { Message: "not JSON" });
    await publishTo(sns, topic, { Message: '{"order":{"total":99}}' });
    await publishTo(sns, topic, { Message: '{"order":{"total":101}}' });
    expect((await takeOne(sqs, queue))?.Body).toBe('{"order":{"total":101}}');
    expect(await takeOne(sqs, queue, 0)).toBeUndefined();
  });

  test("with MessageStructure json has the text of the protocol", async () => {
    const topic = await createTestTopic(sns);
    const [raw, enveloped] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    await subscribeQueue(sns, topic, raw, RAW);
    await subscribeQueue(sns, topic, enveloped);
    const Message = JSON.stringify({ default: "for others", sqs: "for queues" });
    await publishTo(sns, topic, { Message, MessageStructure: "json" });
    expect((await takeOne(sqs, raw))?.Body).toBe("for queues");
    expect(JSON.parse((await takeOne(sqs, enveloped))?.Body ?? "")).toMatchObject({ Message: "for queues" });
  });

  test("is accepted when nobody is subscribed, or the only subscriber is gone", async () => {
    const topic = await createTestTopic(sns);
    expect(await publishTo(sns, topic, { Message: "nobody" })).toMatch(/^[0-9a-f-]{36}$/);
    const queue = await createTestQueue(sqs);
    const subscription = await subscribeQueue(sns, topic, queue);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription }));
    expect(await publishTo(sns, topic, { Message: "nobody" })).toMatch(/^[0-9a-f-]{36}$/);
    expect(await takeOne(sqs, queue, 0)).toBeUndefined();
  });

  test("goes to the subscription's dead-letter queue when its queue was deleted, by whomever", async () => {
    const topic = await createTestTopic(sns);
    const deadLetters = await createTestQueue(sqs);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArnOf(deadLetters) });
    const [deleted, vanished] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    await subscribeQueue(sns, topic, deleted, { ...RAW, RedrivePolicy });
    await publishTo(sns, topic, { Message: "before" });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: deleted }));
    await publishTo(sns, topic, { Message: "after deletion" });
    expect((await takeOne(sqs, deadLetters))?.Body).toBe("after deletion");

    const other = await createTestTopic(sns);
    await subscribeQueue(sns, other, vanished, { ...RAW, RedrivePolicy });
    await native.deleteQueue(queueNameOf(vanished));
    await publishTo(sns, other, { Message: "after native deletion" });
    expect((await takeOne(sqs, deadLetters))?.Body).toBe("after native deletion");
  });

  test("reaches a queue that is created after the subscription", async () => {
    const topic = await createTestTopic(sns);
    const QueueName = uniqueName("later");
    await subscribeQueue(sns, topic, `https://sqs.us-east-1.amazonaws.com/000000000000/${QueueName}`, RAW);
    await publishTo(sns, topic, { Message: "too early" });
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName }));
    await publishTo(sns, topic, { Message: "in time" });
    expect((await takeOne(sqs, QueueUrl))?.Body).toBe("in time");
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  });

  test("waits where the queue has DelaySeconds, also when they are set later", async () => {
    const topic = await createTestTopic(sns);
    const [delayed, prompt] = [
      await createTestQueue(sqs, { attributes: { DelaySeconds: "1" } }),
      await createTestQueue(sqs),
    ];
    await subscribeQueue(sns, topic, delayed, RAW);
    await subscribeQueue(sns, topic, prompt, RAW);
    const sentAt = performance.now();
    await publishTo(sns, topic, { Message: "later" });
    expect((await takeOne(sqs, prompt))?.Body).toBe("later");
    expect((await takeOne(sqs, delayed))?.Body).toBe("later");
    expect(performance.now() - sentAt).toBeGreaterThan(990);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: delayed, Attributes: { DelaySeconds: "0" } }));
    await publishTo(sns, topic, { Message: "now" });
    expect((await takeOne(sqs, delayed))?.Body).toBe("now");
  });

  test("with more attributes than a queue takes is not delivered raw, but to the dead-letter queue", async () => {
    const topic = await createTestTopic(sns);
    const [queue, deadLetters] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    await subscribeQueue(sns, topic, queue, {
      ...RAW,
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArnOf(deadLetters) }),
    });
    const names = Array.from({ length: 11 }, (_, index) => `a${index}`);
    const MessageAttributes = Object.fromEntries(names.map((name) => [name, { DataType: "String", StringValue: "x" }]));
    await publishTo(sns, topic, { Message: "many", MessageAttributes });
    expect((await takeOne(sqs, deadLetters))?.Body).toBe("many");
    expect(await takeOne(sqs, queue, 0)).toBeUndefined();
  });

  test("in a batch succeeds or fails by itself", async () => {
    const topic = await createTestTopic(sns);
    const queue = await createTestQueue(sqs);
    await subscribeQueue(sns, topic, queue, RAW);
    const { Successful, Failed } = await sns.send(
      new PublishBatchCommand({
        TopicArn: topic,
        PublishBatchRequestEntries: [
          { Id: "a", Message: "first" },
          { Id: "b", Message: "second", Subject: "" },
          { Id: "c", Message: "third" },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(["a", "c"]);
    expect(Failed).toEqual([
      { Id: "b", Code: "InvalidParameter", Message: "Invalid parameter: Subject", SenderFault: true },
    ]);
    expect(bodiesOf(await receiveAll(sqs, 2, { QueueUrl: queue }))).toEqual(["first", "third"]);
  });
});

describe("a topic with many subscriptions", () => {
  test("costs one publish: all queues have the message when the call returns", async () => {
    const topic = await createTestTopic(sns);
    const queue = queueNameOf(await createTestQueue(sqs));
    const others = await createTestQueue(sqs);
    // Many subscriptions of few queues: an endpoint that is the same queue in another account is another endpoint.
    for (let index = 0; index < 30; index++) {
      const Endpoint = `arn:aws:sqs:us-east-1:0000000000${String(index).padStart(2, "0")}:${queue}`;
      await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: "sqs", Endpoint, Attributes: RAW }));
    }
    await subscribeQueue(sns, topic, others, RAW);
    await publishTo(sns, topic, { Message: "one" });
    // A queue takes a message once, however many bindings it has.
    expect((await native.checkQueue(queue)).messageCount).toBe(1);
    expect((await takeOne(sqs, others))?.Body).toBe("one");
  });
});

describe("queues of a topic that is published to for a while", () => {
  test("are bound under a key in common, and get what their subscriptions say through every change", async () => {
    const topic = await createTestTopic(sns);
    const exchange = topic.slice(topic.lastIndexOf(":") + 1);
    const queues = await Promise.all(Array.from({ length: 3 }, () => createTestQueue(sqs)));
    const arns: string[] = [];
    for (const queue of queues) arns.push(await subscribeQueue(sns, topic, queue, RAW));
    const key = keyInCommon(arns);
    const got = (): Promise<(string | undefined)[]> =>
      Promise.all(queues.map(async (queue) => (await takeOne(sqs, queue, 0))?.Body));
    const isBound = async (): Promise<boolean> => {
      await publishTo(sns, topic, { Message: "before" });
      expect(await got()).toEqual(["before", "before", "before"]);
      confirmed.publish(exchange, key, Buffer.from("native"), { persistent: true });
      await confirmed.waitForConfirms();
      return (await got()).every((body) => body === "native");
    };
    await until(isBound, { what: "the key in common", timeoutMs: 30_000 });

    await publishTo(sns, topic, { Message: "one" });
    expect(await got()).toEqual(["one", "one", "one"]);
    for (const queue of queues) await native.unbindQueue(queueNameOf(queue), exchange, key);
    await publishTo(sns, topic, { Message: "bindings lost" });
    expect(await got()).toEqual(["bindings lost", "bindings lost", "bindings lost"]);

    const [, second = "", third = ""] = arns;
    const FilterPolicy = { AttributeName: "FilterPolicy", AttributeValue: '{"kind":["x"]}' };
    await sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn: third, ...FilterPolicy }));
    await publishTo(sns, topic, { Message: "unfit" });
    expect(await got()).toEqual(["unfit", "unfit", undefined]);
    await publishTo(sns, topic, { Message: "fit", MessageAttributes: kind("x") });
    expect(await got()).toEqual(["fit", "fit", "fit"]);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: second }));
    await publishTo(sns, topic, { Message: "two left", MessageAttributes: kind("x") });
    expect(await got()).toEqual(["two left", undefined, "two left"]);
  }, 60_000);
});

/** The key under which a topic's exchange has the queues of a set of subscriptions (docs/wire-format.md). */
function keyInCommon(subscriptionArns: readonly string[]): string {
  const keys = subscriptionArns.map((arn) => Buffer.from(arn.slice(-12), "hex").toString("base64url"));
  return `set.${createHash("sha256").update(keys.toSorted().join("")).digest("base64url").slice(0, 16)}`;
}

describe("native AMQP clients", () => {
  test("read what SNS published: the document is the body, and raw attributes are headers", async () => {
    const topic = await createTestTopic(sns);
    const [enveloped, raw] = [queueNameOf(await createTestQueue(sqs)), queueNameOf(await createTestQueue(sqs))];
    await subscribeQueue(sns, topic, enveloped);
    await subscribeQueue(sns, topic, raw, RAW);
    await publishTo(sns, topic, { Message: "hi", MessageAttributes: { a: { DataType: "String", StringValue: "b" } } });
    const [document, plain] = [await native.get(enveloped, { noAck: true }), await native.get(raw, { noAck: true })];
    expect(document === false ? undefined : JSON.parse(document.content.toString())).toMatchObject({ Message: "hi" });
    expect(plain === false ? undefined : plain.content.toString()).toBe("hi");
    expect(plain === false ? undefined : plain.properties.headers).toMatchObject({ a: "b" });
    expect(plain === false ? undefined : plain.properties.headers).not.toHaveProperty("BCC");
  });

  test("publish to a topic's exchange with an empty key, and reach the subscribers without a filter", async () => {
    const topic = await createTestTopic(sns);
    const exchange = topic.slice(topic.lastIndexOf(":") + 1);
    const [open, filtered] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    await subscribeQueue(sns, topic, open);
    await subscribeQueue(sns, topic, filtered, { FilterPolicy: '{"kind":["x"]}' });
    native.publish(exchange, "", Buffer.from("from a native client"), { persistent: true });
    expect((await takeOne(sqs, open))?.Body).toBe("from a native client");
    expect(await takeOne(sqs, filtered, 0)).toBeUndefined();
  });
});

describe("a second process", () => {
  test("sees topics and subscriptions of the first", async () => {
    const other = testSnsClient({ connectionName: uniqueName("other") });
    const topic = await createTestTopic(sns);
    const queue = await createTestQueue(sqs);
    await subscribeQueue(sns, topic, queue, RAW);
    await publishTo(other, topic, { Message: "from elsewhere" });
    expect((await takeOne(sqs, queue))?.Body).toBe("from elsewhere");
    const Name = topic.slice(topic.lastIndexOf(":") + 1);
    expect((await other.send(new CreateTopicCommand({ Name }))).TopicArn).toBe(topic);
    const later = await createTestQueue(sqs);
    await subscribeQueue(sns, topic, later, RAW);
    await until(
      async () => {
        await publishTo(other, topic, { Message: "again" });
        return (await takeOne(sqs, later, 0)) !== undefined;
      },
      { what: "the new subscription" },
    );
  });
});
