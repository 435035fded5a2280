import {
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
} from "@warrenmq/client-sns";
import { startProxy, uniqueName, until } from "@warrenmq/testing";
import { describe, expect, inject, test } from "vitest";
import { createTestTopic, snsErrorOf, subscribeQueue, takeOne, testSnsClient } from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, queueNameOf, testClient } from "../support/sqs.ts";
import { CreateQueueCommand } from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";

const sqs = testClient();
deleteQueuesAfterAll();
const sns = testSnsClient();

const RAW = { RawMessageDelivery: "true" };

async function createFifoQueue(): Promise<string> {
  const url = await createTestQueue(sqs, { prefix: "unused" });
  const QueueName = `${queueNameOf(url)}.fifo`;
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: "true" } }));
  return QueueUrl;
}

function createFifoTopic(attributes: Record<string, string> = {}): Promise<string> {
  return createTestTopic(sns, { suffix: ".fifo", attributes: { FifoTopic: "true", ...attributes } });
}

/** A topic that archives cannot be deleted. */
async function giveUpArchive(TopicArn: string): Promise<void> {
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "ArchivePolicy", AttributeValue: "{}" }));
}

async function replayStatus(SubscriptionArn: string): Promise<string | undefined> {
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  return Attributes?.["ReplayStatus"];
}

async function takeAll(QueueUrl: string, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) {
    const message = await takeOne(sqs, QueueUrl);
    if (message === undefined) throw new Error(`got ${messages.length} of ${count} messages`);
    messages.push(message);
  }
  return messages;
}

describe("a FIFO topic", () => {
  test("keeps the order of groups into FIFO queues, and brings its messages to standard queues", async () => {
    const topic = await createFifoTopic();
    const [fifo, standard] = [await createFifoQueue(), await createTestQueue(sqs)];
    await subscribeQueue(sns, topic, fifo, RAW);
    await subscribeQueue(sns, topic, standard);
    const numbers: string[] = [];
    for (let index = 0; index < 5; index++) {
      const { SequenceNumber = "" } = await sns.send(
        new PublishCommand({
          TopicArn: topic,
          Message: String(index),
          MessageGroupId: "g",
          MessageDeduplicationId: `id-${index}`,
        }),
      );
      expect(SequenceNumber).toMatch(/^\d{20}$/);
      numbers.push(SequenceNumber);
    }
    expect(numbers).toEqual(numbers.toSorted((left, right) => left.localeCompare(right)));
    const received = await takeAll(fifo, 5);
    expect(received.map(({ Body }) => Body)).toEqual(["0", "1", "2", "3", "4"]);
    expect(received[0]?.Attributes).toMatchObject({ MessageGroupId: "g", MessageDeduplicationId: "id-0" });
    const documents = (await takeAll(standard, 5)).map(({ Body = "" }) => Object(JSON.parse(Body)));
    expect(Object.keys(documents[0])).toEqual([
      "Type",
      "MessageId",
      "SequenceNumber",
      "TopicArn",
      "Message",
      "Timestamp",
      "UnsubscribeURL",
    ]);
    const shown = documents.map(({ SequenceNumber }) => String(SequenceNumber));
    expect(shown.toSorted((left, right) => left.localeCompare(right))).toEqual(numbers);
  });

  test("accepts a duplicate with the original's ids and delivers it once, also from another process", async () => {
    const other = testSnsClient({ connectionName: uniqueName("other") });
    const topic = await createFifoTopic({ ContentBasedDeduplication: "true" });
    const [fifo, standard] = [await createFifoQueue(), await createTestQueue(sqs)];
    await subscribeQueue(sns, topic, fifo, RAW);
    await subscribeQueue(sns, topic, standard, RAW);
    const message = new PublishCommand({ TopicArn: topic, Message: "once", MessageGroupId: "g" });
    const first = await sns.send(message);
    const [again, elsewhere] = [await sns.send(message), await other.send(message)];
    for (const duplicate of [again, elsewhere]) {
      expect(duplicate.MessageId).toBe(first.MessageId);
      expect(duplicate.SequenceNumber).toBe(first.SequenceNumber);
    }
    await sns.send(new PublishCommand({ TopicArn: topic, Message: "end", MessageGroupId: "g" }));
    expect((await takeAll(fifo, 2)).map(({ Body }) => Body)).toEqual(["once", "end"]);
    const bodies = (await takeAll(standard, 2)).map(({ Body }) => Body);
    expect(new Set(bodies)).toEqual(new Set(["once", "end"]));
    expect(await takeOne(sqs, standard, 0)).toBeUndefined();
  });

  test("takes a batch in its order, and a duplicate in it as one message", async () => {
    const topic = await createFifoTopic({ ContentBasedDeduplication: "true" });
    const fifo = await createFifoQueue();
    await subscribeQueue(sns, topic, fifo, RAW);
    const texts = ["a", "b", "b", "c"];
    const { Successful = [] } = await sns.send(
      new PublishBatchCommand({
        TopicArn: topic,
        PublishBatchRequestEntries: texts.map((Message, index) => ({ Id: `m${index}`, Message, MessageGroupId: "g" })),
      }),
    );
    expect(Successful).toHaveLength(4);
    expect(Successful[1]?.MessageId).toBe(Successful[2]?.MessageId);
    expect((await takeAll(fifo, 3)).map(({ Body }) => Body)).toEqual(["a", "b", "c"]);
  });

  test("with many publishes at once loses none and repeats none", async () => {
    const topic = await createFifoTopic();
    const fifo = await createFifoQueue();
    await subscribeQueue(sns, topic, fifo, RAW);
    const ids = Array.from({ length: 30 }, (_, index) => index);
    await Promise.all(
      ids.map((index) =>
        sns.send(
          new PublishCommand({
            TopicArn: topic,
            Message: String(index),
            MessageGroupId: `g${index % 3}`,
            MessageDeduplicationId: `d${index}`,
          }),
        ),
      ),
    );
    const received = (await takeAll(fifo, 30)).map(({ Body }) => Number(Body));
    for (const group of [0, 1, 2]) {
      const ofGroup = received.filter((index) => index % 3 === group);
      expect(ofGroup).toEqual(ids.filter((index) => index % 3 === group));
    }
  });
});

describe("the archive of a FIFO topic", () => {
  test("replays to a subscription the messages of a period, filtered, with their ids and marked", async () => {
    const topic = await createFifoTopic({
      ContentBasedDeduplication: "true",
      ArchivePolicy: JSON.stringify({ MessageRetentionPeriod: "30" }),
    });
    const before = new Date().toISOString();
    const ids: (string | undefined)[] = [];
    for (const text of ["one", "two", "three"]) {
      const { MessageId } = await sns.send(
        new PublishCommand({
          TopicArn: topic,
          Message: text,
          MessageGroupId: "g",
          MessageAttributes: { text: { DataType: "String", StringValue: text } },
        }),
      );
      ids.push(MessageId);
    }
    const queue = await createFifoQueue();
    const SubscriptionArn = await subscribeQueue(sns, topic, queue, {
      FilterPolicy: JSON.stringify({ text: [{ "anything-but": "two" }] }),
    });
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "ReplayPolicy",
        AttributeValue: JSON.stringify({ PointType: "Timestamp", StartingPoint: before }),
      }),
    );
    const documents = (await takeAll(queue, 2)).map(({ Body = "" }) => Object(JSON.parse(Body)));
    expect(documents).toMatchObject([
      { Message: "one", MessageId: ids[0], Replayed: true },
      { Message: "three", MessageId: ids[2], Replayed: true },
    ]);
    await until(async () => (await replayStatus(SubscriptionArn)) === "Completed", {
      what: "the replay to be completed",
    });
    // New messages go on as before.
    await sns.send(
      new PublishCommand({
        TopicArn: topic,
        Message: "four",
        MessageGroupId: "g",
        MessageAttributes: { text: { DataType: "String", StringValue: "four" } },
      }),
    );
    const [fresh] = await takeAll(queue, 1);
    expect(JSON.parse(fresh?.Body ?? "")).not.toHaveProperty("Replayed");
    await giveUpArchive(topic);
  });

  test("is replayed to its end, in order and once, when the process that began goes away", async () => {
    const topic = await createFifoTopic({
      ContentBasedDeduplication: "true",
      ArchivePolicy: JSON.stringify({ MessageRetentionPeriod: "1" }),
    });
    const StartingPoint = new Date().toISOString();
    const texts = Array.from({ length: 30 }, (_, index) => String(index));
    for (const Message of texts) {
      await sns.send(new PublishCommand({ TopicArn: topic, Message, MessageGroupId: "g" }));
    }
    const queue = await createFifoQueue();
    const SubscriptionArn = await subscribeQueue(sns, topic, queue);
    const doomed = testSnsClient({ connectionName: uniqueName("doomed") });
    await doomed.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "ReplayPolicy",
        AttributeValue: JSON.stringify({ PointType: "Timestamp", StartingPoint }),
      }),
    );
    doomed.destroy();
    await until(async () => (await replayStatus(SubscriptionArn)) === "In progress", { what: "word of the replay" });
    await until(async () => (await replayStatus(SubscriptionArn)) === "Completed", {
      what: "another process to end the replay",
      timeoutMs: 60_000,
    });
    const received = (await takeAll(queue, 30)).map(({ Body = "" }) => Object(JSON.parse(Body))["Message"]);
    expect(received).toEqual(texts);
    expect(await takeOne(sqs, queue, 0)).toBeUndefined();
    await giveUpArchive(topic);
  }, 90_000);

  test("is replayed to its end, in order and once, when the connection is lost in between", async () => {
    await using proxy = await startProxy({ target: inject("brokerUrl") });
    const behind = testSnsClient({ url: proxy.url, connectionName: uniqueName("behind") });
    const topic = await createFifoTopic({
      ContentBasedDeduplication: "true",
      ArchivePolicy: JSON.stringify({ MessageRetentionPeriod: "1" }),
    });
    const StartingPoint = new Date().toISOString();
    const texts = Array.from({ length: 60 }, (_, index) => String(index));
    for (const Message of texts) {
      await sns.send(new PublishCommand({ TopicArn: topic, Message, MessageGroupId: "g" }));
    }
    const queue = await createFifoQueue();
    const SubscriptionArn = await subscribeQueue(behind, topic, queue);
    proxy.cutAfter({ toBroker: 20_000 }); // some of the messages have gone by then
    await behind.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "ReplayPolicy",
        AttributeValue: JSON.stringify({ PointType: "Timestamp", StartingPoint }),
      }),
    );
    // Another process would take it over after 20 seconds.
    await until(async () => (await replayStatus(SubscriptionArn)) === "Completed", {
      what: "the replay to go on",
      timeoutMs: 15_000,
    });
    expect(proxy.cuts).toBe(1);
    const received = (await takeAll(queue, 60)).map(({ Body = "" }) => Object(JSON.parse(Body))["Message"]);
    expect(received).toEqual(texts);
    expect(await takeOne(sqs, queue, 0)).toBeUndefined();
    await giveUpArchive(topic);
  }, 60_000);

  test("is not replayed any more once the policy is removed, and not by a topic that has none", async () => {
    const plain = await createFifoTopic();
    const queue = await createFifoQueue();
    const ReplayPolicy = JSON.stringify({ PointType: "Timestamp", StartingPoint: new Date().toISOString() });
    const refused = await snsErrorOf(subscribeQueue(sns, plain, queue, { ReplayPolicy }));
    expect(refused.message).toBe("Invalid parameter: ReplayPolicy Reason: The topic has no ArchivePolicy");
    const topic = await createFifoTopic({ ArchivePolicy: JSON.stringify({ MessageRetentionPeriod: "1" }) });
    const SubscriptionArn = await subscribeQueue(sns, topic, queue, { ReplayPolicy });
    await until(async () => (await replayStatus(SubscriptionArn)) === "Completed", { what: "the replay to end" });
    await sns.send(
      new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: "ReplayPolicy", AttributeValue: "" }),
    );
    expect(await replayStatus(SubscriptionArn)).toBeUndefined();
    await giveUpArchive(topic);
  });

  test("has to be given up before the topic is deleted", async () => {
    const TopicArn = await createFifoTopic({ ArchivePolicy: JSON.stringify({ MessageRetentionPeriod: "1" }) });
    const refused = await snsErrorOf(sns.send(new DeleteTopicCommand({ TopicArn })));
    expect(refused).toMatchObject({ name: "InvalidStateException", Code: "InvalidState" });
    await giveUpArchive(TopicArn);
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    const gone = await snsErrorOf(sns.send(new GetTopicAttributesCommand({ TopicArn })));
    expect(gone.message).toBe("Topic does not exist");
  });
});
