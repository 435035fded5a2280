import { SendMessageBatchCommand, SendMessageCommand } from "@warrenmq/client-sqs";
import type { MessageAttributeValue, SQSClient } from "@warrenmq/client-sqs";
import type { Order } from "./order.ts";

/** SQS takes at most ten messages in one batch. */
export const MAX_BATCH = 10;

/** Sends one order. */
export async function sendOrder(client: SQSClient, queueUrl: string, order: Order): Promise<void> {
  await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(order),
      MessageAttributes: attributesOf(order),
    }),
  );
}

/** Sends up to {@link MAX_BATCH} orders in one call. Rejects when one of them was refused. */
export async function sendOrders(client: SQSClient, queueUrl: string, orders: readonly Order[]): Promise<void> {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: orders.map((order) => ({
        Id: order.id,
        MessageBody: JSON.stringify(order),
        MessageAttributes: attributesOf(order),
      })),
    }),
  );
  const [first] = Failed;
  if (first !== undefined) throw new Error(`order ${first.Id} was not sent: ${first.Code} ${first.Message}`);
}

function attributesOf(order: Order): Record<string, MessageAttributeValue> {
  return {
    kind: { DataType: "String", StringValue: order.kind },
    items: { DataType: "Number", StringValue: String(order.items) },
  };
}
