import {
  AddPermissionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  paginateListTopics,
  PublishCommand,
  PutDataProtectionPolicyCommand,
  GetDataProtectionPolicyCommand,
  RemovePermissionCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNS,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@warrenmq/client-sns";
import { uniqueName } from "@warrenmq/testing";
import { describe, expect, inject, test } from "vitest";
import { createTestTopic, queueArnOf, snsErrorOf, subscribeQueue, testSnsClient } from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();
const sns = testSnsClient();

function nameOf(topicArn: string): string {
  return topicArn.slice(topicArn.lastIndexOf(":") + 1);
}

describe("a topic", () => {
  test("is created once, and again with the same attributes and tags", async () => {
    const attributes = { DisplayName: "Orders" };
    const topic = await createTestTopic(sns, { attributes });
    expect(topic).toBe(`arn:aws:sns:us-east-1:000000000000:${nameOf(topic)}`);
    const again = new CreateTopicCommand({ Name: nameOf(topic), Attributes: attributes });
    expect((await sns.send(again)).TopicArn).toBe(topic);
    const other = new CreateTopicCommand({ Name: nameOf(topic), Attributes: { DisplayName: "Others" } });
    expect((await snsErrorOf(sns.send(other))).message).toBe(
      "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
    );
    const tagged = new CreateTopicCommand({ Name: nameOf(topic), Tags: [{ Key: "a", Value: "b" }] });
    expect((await snsErrorOf(sns.send(tagged))).message).toBe(
      "Invalid parameter: Tags Reason: Topic already exists with different tags",
    );
  });

  test("is the same one when it is told what it is anyway", async () => {
    const standard = { MaximumMessageSize: "262144", SignatureVersion: "1", TracingConfig: "PassThrough" };
    const topic = await createTestTopic(sns);
    const again = await sns.send(new CreateTopicCommand({ Name: nameOf(topic), Attributes: standard }));
    expect(again.TopicArn).toBe(topic);
    const FifoTopic = "true";
    const fifo = await createTestTopic(sns, { suffix: ".fifo", attributes: { FifoTopic } });
    const attributes = { FifoTopic, FifoThroughputScope: "Topic", ArchivePolicy: "{}" };
    const fifoAgain = await sns.send(new CreateTopicCommand({ Name: nameOf(fifo), Attributes: attributes }));
    expect(fifoAgain.TopicArn).toBe(fifo);
  });

  test("shows what was set, AWS's defaults, and counts", async () => {
    const topic = await createTestTopic(sns);
    const queue = await createTestQueue(sqs);
    await subscribeQueue(sns, topic, queue);
    await sns.send(
      new SetTopicAttributesCommand({ TopicArn: topic, AttributeName: "SignatureVersion", AttributeValue: "2" }),
    );
    const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }));
    expect(Attributes).toMatchObject({
      TopicArn: topic,
      Owner: "000000000000",
      DisplayName: "",
      SignatureVersion: "2",
      SubscriptionsConfirmed: "1",
      SubscriptionsPending: "0",
      SubscriptionsDeleted: "0",
    });
    expect(JSON.parse(Attributes["Policy"] ?? "")).toMatchObject({ Id: "__default_policy_ID" });
    expect(JSON.parse(Attributes["EffectiveDeliveryPolicy"] ?? "")).toMatchObject({
      http: { defaultHealthyRetryPolicy: { numRetries: 3, minDelayTarget: 20 } },
    });
  });

  test("is listed, on pages", async () => {
    const topic = await createTestTopic(sns);
    const found: (string | undefined)[] = [];
    for await (const { Topics = [] } of paginateListTopics({ client: sns }, {})) {
      found.push(...Topics.map(({ TopicArn }) => TopicArn));
    }
    expect(found).toContain(topic);
    expect(new Set(found).size).toBe(found.length);
  });

  test("is not listed after what is no token", async () => {
    const error = await snsErrorOf(sns.send(new ListTopicsCommand({ NextToken: "what is it" })));
    expect(error.name).toBe("InvalidParameterException");
    expect(error.message).toBe("Invalid parameter: NextToken");
  });

  test("has tags", async () => {
    const ResourceArn = await createTestTopic(sns);
    await sns.send(
      new TagResourceCommand({
        ResourceArn,
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      }),
    );
    await sns.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["a", "none"] }));
    expect((await sns.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags).toEqual([{ Key: "b", Value: "2" }]);
    const twice = new TagResourceCommand({
      ResourceArn,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "a", Value: "2" },
      ],
    });
    expect((await snsErrorOf(sns.send(twice))).message).toBe("Invalid parameter: Duplicated keys are not allowed.");
  });

  test("keeps permissions and a data protection policy", async () => {
    const TopicArn = await createTestTopic(sns);
    const grant = { TopicArn, Label: "partner", AWSAccountId: ["123456789012"], ActionName: ["Publish"] };
    await sns.send(new AddPermissionCommand(grant));
    expect((await snsErrorOf(sns.send(new AddPermissionCommand(grant)))).message).toBe(
      "Invalid parameter: Statement already exists",
    );
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(JSON.parse(Attributes?.["Policy"] ?? "")).toMatchObject({
      Statement: [{}, { Sid: "partner", Action: "SNS:Publish" }],
    });
    await sns.send(new RemovePermissionCommand({ TopicArn, Label: "partner" }));
    const wrong = new AddPermissionCommand({ ...grant, ActionName: ["Fly"] });
    expect((await snsErrorOf(sns.send(wrong))).message).toBe(
      "Invalid parameter: Policy statement action out of service scope!",
    );
    const DataProtectionPolicy = '{"Name":"x"}';
    await sns.send(new PutDataProtectionPolicyCommand({ ResourceArn: TopicArn, DataProtectionPolicy }));
    const kept = await sns.send(new GetDataProtectionPolicyCommand({ ResourceArn: TopicArn }));
    expect(kept.DataProtectionPolicy).toBe(DataProtectionPolicy);
  });

  test("is deleted with its subscriptions, as often as one likes", async () => {
    const topic = await createTestTopic(sns);
    const subscription = await subscribeQueue(sns, topic, await createTestQueue(sqs));
    await sns.send(new DeleteTopicCommand({ TopicArn: topic }));
    await sns.send(new DeleteTopicCommand({ TopicArn: topic }));
    expect((await snsErrorOf(sns.send(new PublishCommand({ TopicArn: topic, Message: "x" })))).name).toBe(
      "NotFoundException",
    );
    const gone = await snsErrorOf(sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription })));
    expect(gone.message).toBe("Subscription does not exist");
  });
});

describe("a subscription", () => {
  test("is made once for an endpoint", async () => {
    const topic = await createTestTopic(sns);
    const queue = await createTestQueue(sqs);
    const first = await subscribeQueue(sns, topic, queue, { RawMessageDelivery: "true" });
    expect(await subscribeQueue(sns, topic, queue, { RawMessageDelivery: "true" })).toBe(first);
    const other = subscribeQueue(sns, topic, queue, { RawMessageDelivery: "false" });
    expect((await snsErrorOf(other)).message).toBe(
      "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
    );
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions).toEqual([
      {
        SubscriptionArn: first,
        Owner: "000000000000",
        Protocol: "sqs",
        Endpoint: queueArnOf(queue),
        TopicArn: topic,
      },
    ]);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: first }));
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: first }));
    expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }))).Subscriptions).toEqual([]);
  });

  test("is the same one when Subscribe says less of it than there is, and another when it says more", async () => {
    const topic = await createTestTopic(sns);
    const queue = await createTestQueue(sqs);
    const FilterPolicy = '{"a":["b"]}';
    const first = await subscribeQueue(sns, topic, queue, { RawMessageDelivery: "true", FilterPolicy });
    expect(await subscribeQueue(sns, topic, queue, { FilterPolicy })).toBe(first);
    const more = subscribeQueue(sns, topic, queue, { FilterPolicy, DeliveryPolicy: "{}" });
    expect((await snsErrorOf(more)).message).toBe(
      "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
    );
  });

  test("does not show a FilterPolicyScope without a policy", async () => {
    const topic = await createTestTopic(sns);
    const Attributes = { FilterPolicyScope: "MessageBody" };
    const SubscriptionArn = await subscribeQueue(sns, topic, await createTestQueue(sqs), Attributes);
    const shown = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(shown.Attributes).not.toHaveProperty("FilterPolicyScope");
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "FilterPolicy",
        AttributeValue: '{"a":{"b":["c"]}}',
      }),
    );
    const after = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(after.Attributes).toMatchObject(Attributes);
  });

  test("of a topic that has as many as its quota allows is refused, until the quota is raised", async () => {
    const topic = await createTestTopic(sns);
    const frugal = testSnsClient(undefined, { filterPoliciesPerTopic: 1 });
    const [first, second] = [await createTestQueue(sqs), await createTestQueue(sqs)];
    const filtered = { FilterPolicy: '{"a":["b"]}' };
    await subscribeQueue(frugal, topic, first, filtered);
    const refused = await snsErrorOf(subscribeQueue(frugal, topic, second, filtered));
    expect(refused).toMatchObject({ name: "FilterPolicyLimitExceededException", Code: "FilterPolicyLimitExceeded" });
    const SubscriptionArn = await subscribeQueue(frugal, topic, second);
    const change = new SetSubscriptionAttributesCommand({
      SubscriptionArn,
      AttributeName: "FilterPolicy",
      AttributeValue: filtered.FilterPolicy,
    });
    expect((await snsErrorOf(frugal.send(change))).name).toBe("FilterPolicyLimitExceededException");
    await sns.send(change);
  });

  test("shows its attributes, FilterPolicyScope as soon as there is a policy", async () => {
    const topic = await createTestTopic(sns);
    const FilterPolicy = '{"a":["b"]}';
    const SubscriptionArn = await subscribeQueue(sns, topic, await createTestQueue(sqs), { FilterPolicy });
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({
      FilterPolicy,
      FilterPolicyScope: "MessageAttributes",
      PendingConfirmation: "false",
      ConfirmationWasAuthenticated: "true",
      RawMessageDelivery: "false",
      SubscriptionArn,
    });
  });

  test.each(["sms", "email", "email-json", "application", "lambda", "firehose"])(
    "with the protocol %s fails, and says what to use instead",
    async (Protocol) => {
      const TopicArn = await createTestTopic(sns);
      const error = await snsErrorOf(sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint: "x" })));
      expect(error.name).toBe("UnsupportedOperation");
      expect(error.message).toContain("Subscribe an SQS queue");
    },
  );
});

const ARN = "arn:aws:sns:us-east-1:000000000000:none";
/** Recorded from AWS: what is asked for, and its answer. */
describe("AWS's own words answer", () => {
  test.each([
    [
      "an unknown topic",
      () => sns.send(new PublishCommand({ TopicArn: ARN, Message: "x" })),
      "Topic does not exist",
      "NotFound",
    ],
    [
      "a word for an ARN",
      () => sns.send(new PublishCommand({ TopicArn: "word", Message: "x" })),
      "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
      "InvalidParameter",
    ],
    [
      "a bad name",
      () => sns.send(new CreateTopicCommand({ Name: "no spaces" })),
      "Invalid parameter: Topic Name",
      "InvalidParameter",
    ],
    [
      "a .fifo name without FifoTopic",
      () => sns.send(new CreateTopicCommand({ Name: "topic.fifo" })),
      "Invalid parameter: Topic Name",
      "InvalidParameter",
    ],
    [
      "a FifoTopic that is neither true nor false",
      () => sns.send(new CreateTopicCommand({ Name: "topic", Attributes: { FifoTopic: "maybe" } })),
      "Invalid parameter: Attributes Reason: FifoTopic: Invalid value [maybe]. Must be true or false.",
      "InvalidParameter",
    ],
    [
      "an unknown attribute",
      () => sns.send(new CreateTopicCommand({ Name: "topic", Attributes: { Color: "red" } })),
      "Invalid parameter: Attributes Reason: Invalid attribute name: Color",
      "InvalidParameter",
    ],
  ])("%s", async (_what, call: () => Promise<unknown>, message, code) => {
    const error = await snsErrorOf(call());
    expect(error).toMatchObject({ message, Code: code });
  });

  test.each([
    [{ Message: "" }, "Invalid parameter: Empty message"],
    [{ Message: "x".repeat(262_145) }, "Invalid parameter: Message too long"],
    [{ Message: "x", Subject: "two\nlines" }, "Invalid parameter: Subject"],
    [
      { Message: "x", MessageStructure: "json" },
      "Invalid parameter: Message Structure - JSON message body failed to parse",
    ],
    [
      { Message: '{"sqs":"x"}', MessageStructure: "json" },
      "Invalid parameter: Message Structure - No default entry in JSON message body",
    ],
    [
      { Message: "x", MessageDeduplicationId: "d" },
      "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    ],
    [
      { Message: "x", MessageAttributes: { "a..b": { DataType: "String", StringValue: "x" } } },
      "Message attribute name can not have successive '.' character.",
    ],
    [
      { Message: "x", MessageAttributes: { attr1: { DataType: "Binary", StringValue: "x" } } },
      "The message attribute 'attr1' with type 'Binary' must use field 'Binary'.",
    ],
    [
      { Message: "x", MessageAttributes: { n: { DataType: "Number", StringValue: "0x10" } } },
      "Could not cast message attribute 'n' value to number.",
    ],
  ])("a publish of %j", async (input, message) => {
    const TopicArn = await sharedTopic;
    expect((await snsErrorOf(sns.send(new PublishCommand({ TopicArn, ...input })))).message).toBe(message);
  });

  const sharedTopic = createTestTopic(sns);

  test.each([
    [
      { RawMessageDelivery: "maybe" },
      "Attributes Reason: RawMessageDelivery: Invalid value [maybe]. Must be true or false.",
    ],
    [
      { FilterPolicy: '{"a":"b"}' },
      'Attributes Reason: FilterPolicy: "a" must be an object or an array\n at [Source: (String)"{"a":"b"}"; line: 1, column: 7]',
    ],
    [
      { FilterPolicy: '{"a":{"b":["c"]}}' },
      "Filter policy scope MessageAttributes does not support nested filter policy",
    ],
    [
      { FilterPolicyScope: "Both" },
      "FilterPolicyScope: Invalid value [Both]. Please use either MessageBody or MessageAttributes",
    ],
    [
      { FilterPolicyScope: "" },
      "FilterPolicyScope: Invalid value []. Please use either MessageBody or MessageAttributes",
    ],
    [{ RedrivePolicy: '{"deadLetterTargetArn":"x"}' }, "RedrivePolicy: deadLetterTargetArn is an invalid arn"],
  ])("a subscription with %j", async (Attributes: Record<string, string>, text) => {
    const TopicArn = await sharedTopic;
    const Endpoint = "arn:aws:sqs:us-east-1:000000000000:any";
    const call = sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes }));
    expect((await snsErrorOf(call)).message).toBe(`Invalid parameter: ${text}`);
  });

  test("a FIFO queue on a standard topic", async () => {
    const TopicArn = await sharedTopic;
    const Endpoint = "arn:aws:sqs:us-east-1:000000000000:any.fifo";
    const call = sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
    expect((await snsErrorOf(call)).message).toBe(
      "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    );
  });
});

describe("the aggregated class", () => {
  test("answers by method, and refuses by name what a broker cannot do", async () => {
    const aggregated = new SNS({ rabbitmq: { url: inject("brokerUrl") } });
    const Name = uniqueName("aggregated");
    const { TopicArn = "" } = await aggregated.createTopic({ Name });
    expect((await aggregated.publish({ TopicArn, Message: "x" })).MessageId).toBeDefined();
    await aggregated.deleteTopic({ TopicArn });
    const refused = await snsErrorOf(aggregated.createPlatformApplication({ Name, Platform: "GCM", Attributes: {} }));
    expect(refused.name).toBe("UnsupportedOperation");
    expect(refused.message).toContain("CreatePlatformApplication is not supported on RabbitMQ.");
    aggregated.destroy();
  });
});
