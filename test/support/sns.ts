import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  PublishCommand,
  SNSClient,
  SNSServiceException,
  SubscribeCommand,
} from "@warrenmq/client-sns";
import type { PublishCommandInput, RabbitMQOptions, SnsQuotas } from "@warrenmq/client-sns";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@warrenmq/client-sqs";
import type { Message, SQSClient } from "@warrenmq/client-sqs";
import { uniqueName, until } from "@warrenmq/testing";
import { afterAll, inject } from "vitest";
import type { HttpEndpoint } from "./http-endpoint.ts";
import { queueNameOf } from "./sqs.ts";

const topicsToDelete: { client: SNSClient; TopicArn: string }[] = [];

/** Makes a client of the run's broker that is destroyed after the test file, and with it the topics that it made. */
export function testSnsClient(rabbitmq: RabbitMQOptions = {}, quotas: Partial<SnsQuotas> = {}): SNSClient {
  const client = new SNSClient({ rabbitmq: { url: inject("brokerUrl"), ...rabbitmq }, quotas });
  afterAll(async () => {
    for (const { TopicArn } of topicsToDelete.filter((topic) => topic.client === client)) {
      await client.send(new DeleteTopicCommand({ TopicArn })).catch(() => undefined);
    }
    client.destroy();
  });
  return client;
}

/** Creates a topic of a unique name; it is deleted after the test file. Resolves to its ARN. */
export async function createTestTopic(
  client: SNSClient,
  { suffix = "", attributes = {} }: { suffix?: string; attributes?: Record<string, string> } = {},
): Promise<string> {
  const Name = uniqueName("topic") + suffix;
  const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name, Attributes: attributes }));
  topicsToDelete.push({ client, TopicArn });
  return TopicArn;
}

/** The ARN of the queue that a URL names. */
export function queueArnOf(queueUrl: string): string {
  return `arn:aws:sqs:us-east-1:000000000000:${queueNameOf(queueUrl)}`;
}

/** Subscribes a queue to a topic. Resolves to the subscription's ARN. */
export async function subscribeQueue(
  client: SNSClient,
  TopicArn: string,
  queueUrl: string,
  Attributes: Record<string, string> = {},
): Promise<string> {
  const { SubscriptionArn = "" } = await client.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArnOf(queueUrl), Attributes }),
  );
  return SubscriptionArn;
}

/**
 * Subscribes an endpoint and confirms as a server would, by visiting the SubscribeURL. Resolves to the subscription's ARN
 * once the client knows of the confirmation, too.
 */
export async function subscribeEndpoint(
  client: SNSClient,
  TopicArn: string,
  endpoint: HttpEndpoint,
  Attributes: Record<string, string> = {},
): Promise<string> {
  const Endpoint = endpoint.url;
  const { SubscriptionArn = "" } = await client.send(
    new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint, Attributes, ReturnSubscriptionArn: true }),
  );
  const request = await until(() => endpoint.confirmation(TopicArn), { what: "the request to confirm" });
  const response = await fetch(String(Object(JSON.parse(request.body))["SubscribeURL"]));
  if (response.status !== 200) throw new Error(`the SubscribeURL answered ${response.status}`);
  await until(
    async () => {
      const answer = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      return answer.Attributes?.["PendingConfirmation"] === "false";
    },
    { what: "the confirmation" },
  );
  return SubscriptionArn;
}

/** Publishes a message. Resolves to its MessageId. */
export async function publishTo(
  client: SNSClient,
  TopicArn: string,
  message: Omit<PublishCommandInput, "TopicArn">,
): Promise<string> {
  const { MessageId = "" } = await client.send(new PublishCommand({ TopicArn, ...message }));
  return MessageId;
}

/** Receives one message and deletes it; `undefined` when there is none within `waitSeconds`. */
export async function takeOne(sqs: SQSClient, QueueUrl: string, waitSeconds = 20): Promise<Message | undefined> {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: waitSeconds,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  const [message] = Messages ?? [];
  if (message !== undefined) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  }
  return message;
}

/** The SNSServiceException that a call rejects with. Fails when it does not reject, or with something else. */
export async function snsErrorOf(call: Promise<unknown>): Promise<SNSServiceException> {
  try {
    await call;
  } catch (error) {
    if (error instanceof SNSServiceException) return error;
    throw new Error("the call failed with something else than an SNSServiceException", { cause: error });
  }
  throw new Error("the call was expected to fail, and succeeded");
}
