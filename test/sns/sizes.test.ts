import { PublishBatchCommand } from "@warrenmq/client-sns";
import { SetQueueAttributesCommand } from "@warrenmq/client-sqs";
import { describe, expect, test } from "vitest";
import {
  createTestTopic,
  publishTo,
  queueArnOf,
  snsErrorOf,
  subscribeQueue,
  takeOne,
  testSnsClient,
} from "../support/sns.ts";
import { bodiesOf, createTestQueue, deleteQueuesAfterAll, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();
const sns = testSnsClient();

const RAW = { RawMessageDelivery: "true" };

describe("a message", () => {
  test("that is longer than a queue takes goes to the dead-letter queue, and to the other queues", async () => {
    const topic = await createTestTopic(sns);
    const small = { attributes: { MaximumMessageSize: "1024" } };
    const [queue, delayed] = [await createTestQueue(sqs, small), await createTestQueue(sqs, small)];
    const [other, deadLetters] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: delayed, Attributes: { DelaySeconds: "1" } }));
    const attributes = { ...RAW, RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArnOf(deadLetters) }) };
    await subscribeQueue(sns, topic, queue, attributes);
    await subscribeQueue(sns, topic, delayed, attributes);
    await subscribeQueue(sns, topic, other, RAW);
    const MessageAttributes = { a: { DataType: "String", StringValue: "x" } }; // 8 bytes
    await publishTo(sns, topic, { Message: "f".repeat(1_016), MessageAttributes });
    await publishTo(sns, topic, { Message: "l".repeat(1_017), MessageAttributes });
    for (const url of [queue, delayed]) {
      expect((await takeOne(sqs, url))?.Body).toBe("f".repeat(1_016));
      expect(await takeOne(sqs, url, 1)).toBeUndefined();
    }
    expect(bodiesOf(await receiveAll(sqs, 2, { QueueUrl: other }))).toEqual(["f".repeat(1_016), "l".repeat(1_017)]);
    expect(bodiesOf(await receiveAll(sqs, 2, { QueueUrl: deadLetters }))).toEqual([
      "l".repeat(1_017),
      "l".repeat(1_017),
    ]);
  });

  test("in a batch counts towards the batch's size, also when it is refused", async () => {
    const topic = await createTestTopic(sns);
    const PublishBatchRequestEntries = [
      { Id: "a", Message: "x".repeat(262_144) },
      { Id: "b", Message: "x", Subject: "" },
    ];
    const error = await snsErrorOf(sns.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries })));
    expect(error.name).toBe("BatchRequestTooLongException");
  });
});
