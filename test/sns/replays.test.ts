import { SetSubscriptionAttributesCommand, SetTopicAttributesCommand } from "@warrenmq/client-sns";
import { ReceiveMessageCommand } from "@warrenmq/client-sqs";
import { expect, test } from "vitest";
import { createTestTopic, publishTo, subscribeQueue, takeOne, testSnsClient } from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();
const sns = testSnsClient();

test("a replayed message comes into a standard queue while somebody still has the first copy", async () => {
  const ArchivePolicy = JSON.stringify({ MessageRetentionPeriod: "1" });
  const topic = await createTestTopic(sns, { suffix: ".fifo", attributes: { FifoTopic: "true", ArchivePolicy } });
  const queue = await createTestQueue(sqs);
  const SubscriptionArn = await subscribeQueue(sns, topic, queue);
  const StartingPoint = new Date(Date.now() - 1_000).toISOString();
  const MessageId = await publishTo(sns, topic, { Message: "m", MessageGroupId: "g", MessageDeduplicationId: "d" });
  const { Messages: [first] = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 20, VisibilityTimeout: 300 }),
  );
  const AttributeValue = JSON.stringify({ PointType: "Timestamp", StartingPoint });
  await sns.send(
    new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: "ReplayPolicy", AttributeValue }),
  );
  const second = await takeOne(sqs, queue);
  expect(second?.MessageId).not.toBe(first?.MessageId);
  expect(JSON.parse(second?.Body ?? "{}")).toMatchObject({ Message: "m", MessageId, Replayed: true });
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn: topic, AttributeName: "ArchivePolicy", AttributeValue: "{}" }),
  );
});
