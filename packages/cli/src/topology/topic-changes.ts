import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
} from "@warrenmq/client-sns";
import type { SNSClient } from "@warrenmq/client-sns";
import type { TopologySubscription, TopologyTopic } from "@warrenmq/topology";
import type { Change } from "./change.ts";
import type { Clients } from "./clients.ts";
import { queueArn } from "./queue-changes.ts";

/** What a topic must become: created, and its queues subscribed. Subscriptions that the file does not name stay. */
export async function topicChanges(clients: Clients, topic: TopologyTopic): Promise<Change[]> {
  const { name, attributes = {}, subscriptions = [] } = topic;
  const arn = await topicArn(clients.sns, name);
  const creation: Change = {
    what: `create the topic ${name}`,
    apply: async () => {
      await clients.sns.send(new CreateTopicCommand({ Name: name, Attributes: attributes }));
    },
  };
  const present = arn === undefined ? new Map<string, string>() : await subscribedQueues(clients.sns, arn);
  const changes = arn === undefined ? [creation] : [];
  for (const subscription of subscriptions) {
    changes.push(...(await subscriptionChanges(clients, name, subscription, present.get(subscription.queue))));
  }
  return changes;
}

async function subscriptionChanges(
  clients: Clients,
  topic: string,
  subscription: TopologySubscription,
  arn: string | undefined,
): Promise<Change[]> {
  const { queue } = subscription;
  if (arn === undefined) {
    return [
      {
        what: `subscribe the queue ${queue} to the topic ${topic}`,
        apply: () => subscribe(clients, topic, subscription),
      },
    ];
  }
  const { Attributes = {} } = await clients.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }));
  const different = Object.entries(attributesOf(subscription)).filter(
    ([key, value]) => !isSame(Attributes[key], value),
  );
  return different.map(([key, value]) => ({
    what: `set ${key} of the subscription of ${queue} to ${topic}: ${Attributes[key] ?? "unset"} → ${value}`,
    apply: async () => {
      await clients.sns.send(
        new SetSubscriptionAttributesCommand({ SubscriptionArn: arn, AttributeName: key, AttributeValue: value }),
      );
    },
  }));
}

async function subscribe({ sqs, sns }: Clients, topic: string, subscription: TopologySubscription): Promise<void> {
  const { deadLetterQueue } = subscription;
  const redrive: Record<string, string> =
    deadLetterQueue === undefined
      ? {}
      : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: await queueArn(sqs, deadLetterQueue) }) };
  await sns.send(
    new SubscribeCommand({
      TopicArn: await topicArn(sns, topic),
      Protocol: "sqs",
      Endpoint: await queueArn(sqs, subscription.queue),
      Attributes: { ...attributesOf(subscription), ...redrive },
    }),
  );
}

function attributesOf({
  filterPolicy,
  filterPolicyScope,
  rawMessageDelivery,
}: TopologySubscription): Record<string, string> {
  return {
    ...(filterPolicyScope === undefined ? {} : { FilterPolicyScope: filterPolicyScope }),
    ...(filterPolicy === undefined ? {} : { FilterPolicy: filterPolicy }),
    ...(rawMessageDelivery === undefined ? {} : { RawMessageDelivery: String(rawMessageDelivery) }),
  };
}

/** Policies are JSON: white space makes no difference. */
function isSame(present: string | undefined, wanted: string): boolean {
  if (present === undefined || present === wanted) return present === wanted;
  try {
    return JSON.stringify(JSON.parse(present)) === JSON.stringify(JSON.parse(wanted));
  } catch {
    return false;
  }
}

async function topicArn(sns: SNSClient, name: string): Promise<string | undefined> {
  for await (const { Topics = [] } of paginateListTopics({ client: sns }, {})) {
    const found = Topics.find(({ TopicArn }) => TopicArn?.split(":").at(-1) === name);
    if (found !== undefined) return found.TopicArn;
  }
  return undefined;
}

/** The queues that are subscribed to a topic, with the ARN of the subscription. */
async function subscribedQueues(sns: SNSClient, arn: string): Promise<Map<string, string>> {
  const queues = new Map<string, string>();
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: arn })) {
    for (const { Protocol, Endpoint = "", SubscriptionArn = "" } of Subscriptions) {
      if (Protocol === "sqs") queues.set(Endpoint.split(":").at(-1) ?? "", SubscriptionArn);
    }
  }
  return queues;
}
