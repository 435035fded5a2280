import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";

/** How long an order that was received stays invisible to the other consumers. Kept short, to see failed orders come back. */
export const VISIBILITY_TIMEOUT_SECONDS = 2;

/** Creates the queue, or finds the one of that name, and resolves to its URL. */
export async function createOrderQueue(client: SQSClient, name: string): Promise<string> {
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: { VisibilityTimeout: String(VISIBILITY_TIMEOUT_SECONDS), ReceiveMessageWaitTimeSeconds: "20" },
    }),
  );
  if (QueueUrl === undefined) throw new Error(`queue ${name} was created without a URL`);
  return QueueUrl;
}

/** How many orders the queue still holds: waiting, in somebody's hands, or delayed. */
export async function countOrders(client: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

/** Deletes the queue with all that is in it. */
export async function deleteOrderQueue(client: SQSClient, queueUrl: string): Promise<void> {
  await client.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
}
