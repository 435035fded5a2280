import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import type { SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { LARGE_ORDER_ITEMS } from "./order.ts";
import { createOrderQueue } from "./queue.ts";

/** The queues that get what is published to a topic. */
export interface OrderQueues {
  /** All orders, as they are: from here they are handled. */
  readonly handling: string;
  /** All orders, in SNS's document. */
  readonly invoices: string;
  /** Large orders only. */
  readonly large: string;
}

/** A topic with its queues, by ARN and by URL. */
export interface OrderTopic {
  readonly topicArn: string;
  readonly queueUrls: OrderQueues;
}

/** Creates the topic and the three queues that it feeds, or finds those of that name. */
export async function createOrderTopic(sns: SNSClient, sqs: SQSClient, name: string): Promise<OrderTopic> {
  const { TopicArn: topicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
  if (topicArn === undefined) throw new Error(`topic ${name} was created without an ARN`);
  const queueUrls = {
    handling: await createOrderQueue(sqs, name),
    invoices: await createOrderQueue(sqs, `${name}-invoices`),
    large: await createOrderQueue(sqs, `${name}-large`),
  };
  const subscribe = async (queueUrl: string, attributes: Record<string, string>): Promise<void> => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }),
    );
    const endpoint = { Protocol: "sqs", Endpoint: Attributes["QueueArn"] };
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, ...endpoint, Attributes: attributes }));
  };
  await subscribe(queueUrls.handling, { RawMessageDelivery: "true" });
  await subscribe(queueUrls.invoices, {});
  const filterPolicy = { items: [{ numeric: [">", LARGE_ORDER_ITEMS] }] };
  await subscribe(queueUrls.large, { FilterPolicy: JSON.stringify(filterPolicy) });
  return { topicArn, queueUrls };
}

/** Deletes the topic with its subscriptions. Its queues stay. */
export async function deleteOrderTopic(sns: SNSClient, topicArn: string): Promise<void> {
  await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
}
