import { PublishBatchCommand, PublishCommand } from "@warrenmq/client-sns";
import type { MessageAttributeValue, SNSClient } from "@warrenmq/client-sns";
import type { Order } from "./order.ts";

/** SNS takes at most ten messages in one batch. */
export const MAX_BATCH = 10;

/** Publishes one order. */
export async function publishOrder(client: SNSClient, topicArn: string, order: Order): Promise<void> {
  await client.send(
    new PublishCommand({
      TopicArn: topicArn,
      Message: JSON.stringify(order),
      MessageAttributes: attributesOf(order),
    }),
  );
}

/** Publishes up to {@link MAX_BATCH} orders in one call. Rejects when one of them was refused. */
export async function publishOrders(client: SNSClient, topicArn: string, orders: readonly Order[]): Promise<void> {
  const { Failed = [] } = await client.send(
    new PublishBatchCommand({
      TopicArn: topicArn,
      PublishBatchRequestEntries: orders.map((order) => ({
        Id: order.id,
        Message: JSON.stringify(order),
        MessageAttributes: attributesOf(order),
      })),
    }),
  );
  const [first] = Failed;
  if (first !== undefined) throw new Error(`order ${first.Id} was not published: ${first.Code} ${first.Message}`);
}

/** Subscriptions filter by these. */
function attributesOf(order: Order): Record<string, MessageAttributeValue> {
  return {
    kind: { DataType: "String", StringValue: order.kind },
    items: { DataType: "Number", StringValue: String(order.items) },
  };
}
