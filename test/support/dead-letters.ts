import { GetQueueAttributesCommand, SetQueueAttributesCommand, type SQSClient } from "@warrenmq/client-sqs";
import { createTestQueue } from "./sqs.ts";

/** The ARN that a queue says it has. */
export async function arnOf(client: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  return Attributes?.QueueArn ?? "";
}

/** The text of a RedrivePolicy. */
export async function redrivePolicy(client: SQSClient, deadUrl: string, maxReceiveCount: number): Promise<string> {
  return JSON.stringify({ deadLetterTargetArn: await arnOf(client, deadUrl), maxReceiveCount });
}

/** The URLs of a queue and its dead-letter queue. */
export interface QueuePair {
  readonly source: string;
  readonly dead: string;
}

/** Creates a queue with a dead-letter queue. */
export async function createQueuePair(client: SQSClient, maxReceiveCount: number): Promise<QueuePair> {
  const dead = await createTestQueue(client, { prefix: "dead" });
  const source = await createTestQueue(client, { prefix: "source" });
  const Attributes = { RedrivePolicy: await redrivePolicy(client, dead, maxReceiveCount) };
  await client.send(new SetQueueAttributesCommand({ QueueUrl: source, Attributes }));
  return { source, dead };
}
