import { ReceiveMessageCommand, SendMessageCommand } from "@warrenmq/client-sqs";
import type { Message, ReceiveMessageCommandInput, SendMessageResult, SQSClient } from "@warrenmq/client-sqs";
import { randomUUID } from "node:crypto";
import { CreateQueueCommand, DeleteQueueCommand } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";
import { afterAll, afterEach, inject } from "vitest";
import { FifoWorker } from "./fifo-worker.ts";

/** Creates a FIFO queue of a unique name; it is deleted after the test file. Resolves to its URL. */
export async function createFifoQueue(client: SQSClient, attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl = "" } = await client.send(
    new CreateQueueCommand({
      QueueName: `${uniqueName("fifo")}.fifo`,
      Attributes: { FifoQueue: "true", ...attributes },
    }),
  );
  toDelete.push({ client, QueueUrl });
  return QueueUrl;
}

const toDelete: { client: SQSClient; QueueUrl: string }[] = [];

/** To be called once in each file that uses {@link createFifoQueue}, after its clients are made. */
export function deleteFifoQueuesAfterAll(): void {
  afterAll(async () => {
    for (const { client, QueueUrl } of toDelete.splice(0)) {
      await client.send(new DeleteQueueCommand({ QueueUrl })).catch(() => undefined);
    }
  });
}

/** Sends one message to a group, with a deduplication id of its own unless one is given. */
export function sendTo(
  client: SQSClient,
  QueueUrl: string,
  group: string,
  body: string,
  deduplicationId: string = randomUUID(),
): Promise<SendMessageResult> {
  return client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
    }),
  );
}

/** One short poll for up to ten messages. */
export async function poll(client: SQSClient, input: ReceiveMessageCommandInput): Promise<Message[]> {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ MaxNumberOfMessages: 10, ...input }));
  return Messages;
}

/** The bodies, in order. */
export function bodies(messages: readonly Message[]): string[] {
  return messages.map(({ Body = "" }) => Body);
}

/** To be called once in a file: returns how to start workers, which are killed after the test that started them. */
export function workersForEachTest(): (queueUrl: string) => FifoWorker {
  const workers: FifoWorker[] = [];
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  });
  return (queueUrl) => {
    const worker = new FifoWorker(inject("brokerUrl"), queueUrl);
    workers.push(worker);
    return worker;
  };
}
