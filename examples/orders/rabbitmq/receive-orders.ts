import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
} from "@warrenmq/client-sqs";
import type { Message, SQSClient } from "@warrenmq/client-sqs";
import { handleOrder } from "./handle-order.ts";
import { isLarge } from "./order.ts";
import type { Order } from "./order.ts";
import { report } from "./report.ts";

const LARGE_ORDER_TIMEOUT_SECONDS = 30;

/** An order as it came off the queue. */
interface Delivery {
  readonly order: Order;
  readonly attempt: number;
  readonly receiptHandle: string;
}

/** Receives and handles orders until the signal is aborted. */
export async function receiveOrders(client: SQSClient, queueUrl: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const deliveries = await receiveBatch(client, queueUrl, signal);
    const small = deliveries.filter(({ order }) => !isLarge(order));
    const large = deliveries.filter(({ order }) => isLarge(order));
    await report("received", ordersOf(deliveries));
    await handleTogether(client, queueUrl, small);
    await Promise.all(large.map((delivery) => handleAlone(client, queueUrl, delivery)));
  }
}

async function receiveBatch(client: SQSClient, queueUrl: string, signal: AbortSignal): Promise<Delivery[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 20,
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  try {
    const { Messages = [] } = await client.send(command, { abortSignal: signal });
    return Messages.map(readMessage);
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}

function readMessage({ Body = "", ReceiptHandle = "", Attributes = {} }: Message): Delivery {
  const order: Order = JSON.parse(Body);
  return { order, attempt: Number(Attributes.ApproximateReceiveCount), receiptHandle: ReceiptHandle };
}

/** Handles small orders and deletes those that succeeded. The others come back after their visibility timeout. */
async function handleTogether(client: SQSClient, queueUrl: string, deliveries: readonly Delivery[]): Promise<void> {
  const succeeded = await Promise.all(deliveries.map(tryToHandle));
  const done = deliveries.filter((_, index) => succeeded[index]);
  if (done.length === 0) return;
  await report("handled", ordersOf(done));
  const { Failed = [] } = await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: done.map(({ order, receiptHandle }) => ({ Id: order.id, ReceiptHandle: receiptHandle })),
    }),
  );
  const refused = new Set(Failed.map(({ Id }) => Id));
  await report("deleted", ordersOf(done.filter(({ order }) => !refused.has(order.id))));
}

/** Handles a large order. It takes longer than the queue's visibility timeout, so it asks for more time first. */
async function handleAlone(client: SQSClient, queueUrl: string, delivery: Delivery): Promise<void> {
  const message = { QueueUrl: queueUrl, ReceiptHandle: delivery.receiptHandle };
  const timeout = { VisibilityTimeout: LARGE_ORDER_TIMEOUT_SECONDS };
  await client.send(new ChangeMessageVisibilityCommand({ ...message, ...timeout }));
  if (!(await tryToHandle(delivery))) return;
  await report("handled", ordersOf([delivery]));
  await client.send(new DeleteMessageCommand(message));
  await report("deleted", ordersOf([delivery]));
}

async function tryToHandle({ order, attempt }: Delivery): Promise<boolean> {
  try {
    await handleOrder(order, attempt);
    return true;
  } catch {
    await report("failed", [order]);
    return false;
  }
}

function ordersOf(deliveries: readonly Delivery[]): Order[] {
  return deliveries.map(({ order }) => order);
}
