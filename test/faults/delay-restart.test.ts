import {
  CreateQueueCommand,
  SendMessageBatchCommand,
  SQSClient,
  type SendMessageBatchRequestEntry,
} from "@warrenmq/client-sqs";
import { startBroker, type Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { receiveAll } from "../support/sqs.ts";

/** A broker of its own: the run's is shared. */
let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

async function sendDelayed(): Promise<{ url: string; bodies: string[]; sentAt: number }> {
  const client = new SQSClient({ rabbitmq: { url: broker.url } });
  const { QueueUrl: url = "" } = await client.send(new CreateQueueCommand({ QueueName: `restart-${Date.now()}` }));
  const Entries: SendMessageBatchRequestEntry[] = Array.from({ length: 10 }, (_, index) => ({
    Id: String(index),
    MessageBody: `message ${index}`,
    DelaySeconds: 11 + (index % 2) * 10,
  }));
  const sentAt = Date.now();
  await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  client.destroy();
  return { url, bodies: Entries.map(({ MessageBody = "" }) => MessageBody), sentAt };
}

for (const [how, interrupt] of [
  ["is restarted", () => broker.restart()],
  [
    "crashes",
    async () => {
      await broker.syncToDisk();
      await broker.kill();
      await broker.restart();
    },
  ],
] as const) {
  test(`delayed messages arrive, none early and none lost, when the broker ${how} and their sender is gone`, async () => {
    const { url, bodies, sentAt } = await sendDelayed();
    await interrupt();
    const client = new SQSClient({ rabbitmq: { url: broker.url, timeoutMs: 60_000 } });
    const first = await receiveAll(client, 1, { QueueUrl: url, MaxNumberOfMessages: 1 }, 60_000);
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(11_000);
    const rest = await receiveAll(client, 9, { QueueUrl: url }, 60_000);
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(21_000);
    client.destroy();
    expect(new Set([...first, ...rest].map(({ Body }) => Body))).toEqual(new Set(bodies));
  }, 150_000);
}
