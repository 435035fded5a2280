// docs/permissions.md, SNS: each row suffices for its operations, and nothing in it can be left out.
import * as sns from "@warrenmq/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { connect } from "amqplib";
import { expect } from "vitest";
import { startHttpEndpoint } from "../support/http-endpoint.ts";
import { testPermissions, type Clients, type Place, type Prepared } from "../support/permissions.ts";

testPermissions(
  { section: "SNS, in addition", denied: "AuthorizationErrorException" },
  {
    "every operation": {
      run: async ({ sns: client }) => void (await client.send(new sns.ListTopicsCommand({}))),
    },
    ListTopics: { prepare: createSubscribedTopic, run: administer },
    CreateTopic: {
      async run({ sns: client, topic }) {
        await client.send(new sns.CreateTopicCommand({ Name: topic }));
        await client.send(new sns.DeleteTopicCommand({ TopicArn: arnOf(topic) }));
      },
    },
    Publish: { prepare: createSubscribedTopic, run: publish },
    Subscribe: {
      async prepare(place) {
        await createQueue(place);
        await createTopic(place);
      },
      async run(place) {
        const SubscriptionArn = await subscribe(place, place.sns);
        for (const AttributeValue of ['{"a":["b"]}', "{}"]) {
          const policy = { AttributeName: "FilterPolicy", AttributeValue };
          await place.sns.send(new sns.SetSubscriptionAttributesCommand({ SubscriptionArn, ...policy }));
        }
        await place.sns.send(new sns.UnsubscribeCommand({ SubscriptionArn }));
      },
    },
    "Subscribe of an HTTP endpoint": {
      prepare: createTopic,
      async run({ sns: client, topic, owner }) {
        const TopicArn = arnOf(topic);
        const subscription = {
          TopicArn,
          Protocol: "http",
          Endpoint: "http://example.com/",
          ReturnSubscriptionArn: true,
        };
        const { SubscriptionArn } = await client.send(new sns.SubscribeCommand(subscription));
        const Token = await tokenFor(SubscriptionArn, owner);
        await client.send(new sns.ConfirmSubscriptionCommand({ TopicArn, Token }));
        await client.send(new sns.UnsubscribeCommand({ SubscriptionArn }));
      },
    },
    startHttpDelivery: { prepare: asForTheFirst, run: deliverOverHttp, isBehindTheScenes: true },
    "CreateTopic of a FIFO topic": {
      async run({ sns: client, topic }) {
        await client.send(new sns.CreateTopicCommand({ Name: topic, Attributes: FIFO }));
        await client.send(new sns.DeleteTopicCommand({ TopicArn: arnOf(topic) }));
      },
    },
    "Publish to a FIFO topic": { prepare: createSubscribedTopic, run: publish },
    "Publish to a FIFO topic with an ArchivePolicy": {
      async prepare(place) {
        await createSubscribedTopic(place);
        await archive(place.topic, place.owner.sns);
      },
      run: publish,
    },
    "SetTopicAttributes of a FIFO topic's ArchivePolicy": {
      prepare: createTopic,
      run: ({ sns: client, topic }) => archive(topic, client),
    },
    "replay from a FIFO topic's archive": {
      async prepare(place) {
        await createTopic(place);
        await createQueue(place);
        await archive(place.topic, place.owner.sns);
        const message = { Message: "archived", MessageGroupId: "g" };
        await place.owner.sns.send(new sns.PublishCommand({ TopicArn: arnOf(place.topic), ...message }));
        await subscribe(place, place.owner.sns);
      },
      run: replay,
      isBehindTheScenes: true,
    },
  },
);

const FIFO = { FifoTopic: "true", ContentBasedDeduplication: "true" };

async function administer({ sns: client, topic }: Place): Promise<void> {
  const TopicArn = arnOf(topic);
  await client.send(new sns.ListTopicsCommand({}));
  await client.send(new sns.GetTopicAttributesCommand({ TopicArn }));
  const attribute = { AttributeName: "DisplayName", AttributeValue: "x" };
  await client.send(new sns.SetTopicAttributesCommand({ TopicArn, ...attribute }));
  await client.send(new sns.ListSubscriptionsCommand({}));
  const { Subscriptions = [] } = await client.send(new sns.ListSubscriptionsByTopicCommand({ TopicArn }));
  const SubscriptionArn = Subscriptions[0]?.SubscriptionArn;
  await client.send(new sns.GetSubscriptionAttributesCommand({ SubscriptionArn }));
  const grant = { Label: "l", AWSAccountId: ["123456789012"], ActionName: ["Publish"] };
  await client.send(new sns.AddPermissionCommand({ TopicArn, ...grant }));
  await client.send(new sns.RemovePermissionCommand({ TopicArn, Label: "l" }));
  const ResourceArn = TopicArn;
  await client.send(new sns.TagResourceCommand({ ResourceArn, Tags: [{ Key: "a", Value: "b" }] }));
  await client.send(new sns.ListTagsForResourceCommand({ ResourceArn }));
  await client.send(new sns.UntagResourceCommand({ ResourceArn, TagKeys: ["a"] }));
  await client.send(new sns.GetDataProtectionPolicyCommand({ ResourceArn }));
}

async function publish({ sns: client, topic }: Place): Promise<void> {
  const TopicArn = arnOf(topic);
  const group = topic.endsWith(".fifo") ? { MessageGroupId: "g" } : {};
  // The first finds out which queues there are, and sends to each by itself.
  for (const Message of ["first", "second"]) {
    await client.send(new sns.PublishCommand({ TopicArn, Message, ...group }));
  }
  const PublishBatchRequestEntries = [{ Id: "a", Message: "a", ...group }];
  const { Failed } = await client.send(new sns.PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
  expect(Failed).toEqual([]);
}

/** The first worker of a virtual host declares what the others find. */
async function asForTheFirst({ owner }: Prepared): Promise<void> {
  const connection = await connect(String(owner.rabbitmq.url));
  const channel = await connection.createChannel();
  await channel.deleteQueue("warrenmq.sns.http-cancellations");
  await connection.close();
}

/** Resolves when a message is delivered that the endpoint did not take at first. */
async function deliverOverHttp({ owner, topic, rabbitmq, patienceMs }: Place): Promise<void> {
  const delivered: number[] = [];
  const worker = await sns.startHttpDelivery({
    rabbitmq: { url: rabbitmq.url ?? "" },
    allowPrivateAddresses: true,
    onDelivery: ({ outcome, attempt }) => void (outcome === "delivered" && delivered.push(attempt)),
  });
  try {
    const { TopicArn = "" } = await owner.sns.send(new sns.CreateTopicCommand({ Name: topic }));
    const endpoint = await startHttpEndpoint();
    const retry = { numRetries: 1, minDelayTarget: 1, maxDelayTarget: 1 };
    const Attributes = { DeliveryPolicy: JSON.stringify({ healthyRetryPolicy: retry }) };
    const subscription = {
      TopicArn,
      Protocol: "http",
      Endpoint: endpoint.url,
      Attributes,
      ReturnSubscriptionArn: true,
    };
    await owner.sns.send(new sns.SubscribeCommand(subscription));
    const asked = (): Promise<string> =>
      until(() => endpoint.confirmation(TopicArn)?.body, { what: "the request", timeoutMs: patienceMs });
    const { Token }: { Token: string } = Object(JSON.parse(await asked()));
    await owner.sns.send(new sns.ConfirmSubscriptionCommand({ TopicArn, Token }));
    endpoint.answer = () => (endpoint.notifications().length === 1 ? 500 : 200);
    await owner.sns.send(new sns.PublishCommand({ TopicArn, Message: "x" }));
    await until(() => delivered.includes(2), { what: "the second attempt", timeoutMs: patienceMs });
  } finally {
    await worker.close();
  }
}

async function replay({ sns: client, topic, queue: QueueUrl, owner, patienceMs }: Place): Promise<void> {
  const listed = await client.send(new sns.ListSubscriptionsByTopicCommand({ TopicArn: arnOf(topic) }));
  const SubscriptionArn = listed.Subscriptions?.[0]?.SubscriptionArn;
  const StartingPoint = new Date(Date.now() - 60_000).toISOString();
  const AttributeValue = JSON.stringify({ PointType: "Timestamp", StartingPoint });
  const policy = { AttributeName: "ReplayPolicy", AttributeValue };
  await client.send(new sns.SetSubscriptionAttributesCommand({ SubscriptionArn, ...policy }));
  const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: Math.ceil(patienceMs / 1_000) });
  const { Messages } = await owner.sqs.send(receive);
  expect(Messages).toHaveLength(1);
}

async function archive(topic: string, client: sns.SNSClient): Promise<void> {
  const policy = { AttributeName: "ArchivePolicy", AttributeValue: JSON.stringify({ MessageRetentionPeriod: "1" }) };
  await client.send(new sns.SetTopicAttributesCommand({ TopicArn: arnOf(topic), ...policy }));
}

async function createTopic({ topic, owner }: Prepared): Promise<void> {
  const Attributes = topic.endsWith(".fifo") ? FIFO : {};
  await owner.sns.send(new sns.CreateTopicCommand({ Name: topic, Attributes }));
}

async function createQueue({ queue, owner }: Prepared): Promise<void> {
  const Attributes: Record<string, string> = queue.endsWith(".fifo") ? { FifoQueue: "true" } : {};
  await owner.sqs.send(new CreateQueueCommand({ QueueName: queue, Attributes }));
}

async function createSubscribedTopic(place: Prepared): Promise<void> {
  await createQueue(place);
  await createTopic(place);
  await subscribe(place, place.owner.sns);
}

async function subscribe({ topic, queue }: Prepared, client: sns.SNSClient): Promise<string | undefined> {
  const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${queue}`;
  const subscription = { TopicArn: arnOf(topic), Protocol: "sqs", Endpoint };
  return (await client.send(new sns.SubscribeCommand(subscription))).SubscriptionArn;
}

/** What an HTTP endpoint is sent to confirm with, as it lies in the subscription's queue. */
async function tokenFor(subscriptionArn: string | undefined, { rabbitmq }: Clients): Promise<string> {
  const connection = await connect(String(rabbitmq.url));
  const channel = await connection.createChannel();
  const message = await channel.get(`warrenmq.sns.http.${subscriptionArn?.split(":").at(-1)}`);
  await connection.close();
  return message === false ? "" : message.content.toString();
}

function arnOf(topic: string): string {
  return `arn:aws:sns:us-east-1:000000000000:${topic}`;
}
