import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  SQSServiceException,
} from "@warrenmq/client-sqs";
import type { Message, RabbitMQOptions, ReceiveMessageCommandInput } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";
import { afterAll, inject } from "vitest";

/** Makes a client of the run's broker that is destroyed after the test file. */
export function testClient(rabbitmq: RabbitMQOptions = {}): SQSClient {
  const client = new SQSClient({ rabbitmq: { url: inject("brokerUrl"), ...rabbitmq } });
  afterAll(() => client.destroy());
  return client;
}

/** Creates a queue of a unique name; it is deleted after the test file. Resolves to its URL. */
export async function createTestQueue(
  client: SQSClient,
  { prefix = "test", attributes = {} }: { prefix?: string; attributes?: Record<string, string> } = {},
): Promise<string> {
  const QueueName = uniqueName(prefix);
  const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
  queueToDelete(client, QueueUrl);
  return QueueUrl;
}

/** Has a queue that was created otherwise deleted after the test file. */
export function queueToDelete(client: SQSClient, QueueUrl: string): void {
  queuesToDelete.push({ client, QueueUrl });
}

const queuesToDelete: { client: SQSClient; QueueUrl: string }[] = [];

/** To be called once in each file that uses {@link createTestQueue}, before its clients are made. */
export function deleteQueuesAfterAll(): void {
  // Hooks of afterAll run in reverse order: clients are destroyed later than this when they are made earlier.
  afterAll(async () => {
    for (const { client, QueueUrl } of queuesToDelete.splice(0)) {
      await client.send(new DeleteQueueCommand({ QueueUrl })).catch(() => undefined);
    }
  });
}

/** Receives until that many messages are there or `timeoutMs` are over. */
export async function receiveAll(
  client: SQSClient,
  count: number,
  input: ReceiveMessageCommandInput,
  timeoutMs = 10_000,
): Promise<Message[]> {
  const messages: Message[] = [];
  const deadline = performance.now() + timeoutMs;
  while (messages.length < count && performance.now() < deadline) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ MaxNumberOfMessages: 10, WaitTimeSeconds: 1, ...input }),
    );
    messages.push(...Messages);
  }
  return messages;
}

/** What messages say, sorted: queues do not keep the order. */
export function bodiesOf(messages: readonly Message[]): string[] {
  return messages.map(({ Body = "" }) => Body).toSorted((left, right) => left.localeCompare(right));
}

/** How many messages of a queue wait to be received. */
export async function countWaiting(client: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages);
}

/** The name of the queue, as the broker has it. */
export function queueNameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf("/") + 1);
}

/** The SQSServiceException that a call rejects with. Fails when it does not reject, or with something else. */
export async function errorOf(call: Promise<unknown>): Promise<SQSServiceException> {
  try {
    await call;
  } catch (error) {
    if (error instanceof SQSServiceException) return error;
    throw new Error("the call failed with something else than an SQSServiceException", { cause: error });
  }
  throw new Error("the call was expected to fail, and succeeded");
}
