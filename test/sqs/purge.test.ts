import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@warrenmq/client-sqs";
import { startBroker, uniqueName, until } from "@warrenmq/testing";
import { describe, expect, inject, test } from "vitest";
import { nativeChannel } from "../support/amqp.ts";
import { ClientProcess } from "../support/client-process.ts";
import { publish, record } from "../support/registry-records.ts";
import { createTestQueue, deleteQueuesAfterAll, errorOf, queueNameOf, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

/** Visible, in flight, delayed. */
async function counts(QueueUrl: string): Promise<string> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: inFlight } = Attributes;
  return `${visible} ${inFlight} ${Attributes.ApproximateNumberOfMessagesDelayed}`;
}

describe("PurgeQueue", () => {
  test("takes what is queued, delayed, and in flight in this process and another one", async () => {
    const QueueUrl = await createTestQueue(sqs, { prefix: "purge" });
    await using other = new ClientProcess();
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: `${index}` }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "delayed", DelaySeconds: 5 }));
    await other.receive(QueueUrl, 3, 5);
    await receiveAll(sqs, 3, { QueueUrl, MaxNumberOfMessages: 3, VisibilityTimeout: 5 });
    expect(await counts(QueueUrl)).toBe("4 6 1");
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await until(async () => (await counts(QueueUrl)) === "0 0 0", { what: "no messages", timeoutMs: 1_000 });
    // Longer than delay and visibility timeouts: nothing comes back.
    expect(await receiveAll(sqs, 1, { QueueUrl, WaitTimeSeconds: 7 }, 7_000)).toEqual([]);
  });

  test("by another process leaves alone what was sent after it, however late this process learns of it", async () => {
    const QueueUrl = await createTestQueue(sqs, { prefix: "purge", attributes: { VisibilityTimeout: "1" } });
    const name = queueNameOf(QueueUrl);
    const native = await nativeChannel();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "before" }));
    await receiveAll(sqs, 1, { QueueUrl });
    const at = Date.now();
    await until(() => Date.now() > at, { what: "another millisecond", intervalMs: 1 });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "after" }));
    native.sendToQueue(name, Buffer.from("native, after"), { timestamp: 1 });
    expect(await receiveAll(sqs, 2, { QueueUrl })).toHaveLength(2);
    // The record of a purge that was over before the second message was sent.
    const purge = { ...JSON.parse(record("sqs", { type: "purge-queue", name })), at };
    await publish(inject("brokerUrl"), "warrenmq.registry", [JSON.stringify(purge)]);
    const again = await receiveAll(sqs, 3, { QueueUrl, WaitTimeSeconds: 2 }, 4_000);
    const bodies = new Set(again.map(({ Body }) => Body));
    expect(bodies).toEqual(new Set(["after", "native, after"]));
  });
});

test("a purge that the broker refused may be tried again at once", { timeout: 90_000 }, async () => {
  await using broker = await startBroker({ own: true });
  await broker.ctl(["add_user", "reader", "reader"]);
  const allow = (read: string): Promise<string> => broker.ctl(["set_permissions", "reader", ".*", ".*", read]);
  await allow(".*");
  const client = new SQSClient({ rabbitmq: { url: broker.url.replace("guest:guest", "reader:reader") } });
  const QueueName = uniqueName("purge");
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "purged" }));
  await allow("^warrenmq\\.");
  const refused = await errorOf(client.send(new PurgeQueueCommand({ QueueUrl })));
  expect(refused.name).not.toBe("PurgeQueueInProgress");
  await allow(".*");
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect((await errorOf(client.send(new PurgeQueueCommand({ QueueUrl })))).name).toBe("PurgeQueueInProgress");
  expect(await receiveAll(client, 1, { QueueUrl }, 500)).toEqual([]);
  client.destroy();
});
