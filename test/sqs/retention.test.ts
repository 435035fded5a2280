import { ReceiveMessageCommand, SendMessageCommand, SetQueueAttributesCommand } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { describe, expect, test } from "vitest";
import { nativeChannel } from "../support/amqp.ts";
import { inBackground } from "../support/in-background.ts";
import {
  countWaiting,
  createTestQueue,
  deleteQueuesAfterAll,
  queueNameOf,
  receiveAll,
  testClient,
} from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

const opening = nativeChannel();

/** Publishes a message as our client did `ageMs` ago: SQS's shortest retention period is a minute. */
async function publishOld(QueueUrl: string, body: string, ageMs: number): Promise<void> {
  const channel = await opening;
  channel.sendToQueue(queueNameOf(QueueUrl), Buffer.from(body), {
    persistent: true,
    messageId: crypto.randomUUID(),
    appId: "warrenmq",
    headers: { "warrenmq-sent-timestamp": Date.now() - ageMs, "warrenmq-sender-id": "000000000000" },
  });
}

const MINUTE_MS = 60_000;

describe("a message older than its queue's MessageRetentionPeriod", () => {
  test("is dropped at the receive, and the ones behind it are received", async () => {
    const url = await createTestQueue(sqs, { prefix: "retention", attributes: { MessageRetentionPeriod: "60" } });
    for (let index = 0; index < 30; index++) await publishOld(url, `expired ${index}`, 2 * MINUTE_MS);
    await publishOld(url, "young enough", MINUTE_MS / 2);
    const messages = await receiveAll(sqs, 1, { QueueUrl: url });
    expect(messages.map(({ Body }) => Body)).toEqual(["young enough"]);
    await until(async () => (await countWaiting(sqs, url)) === 0, { what: "the expired messages to be gone" });
  });

  test("counts from the period as it is now, shortened or lengthened", async () => {
    const url = await createTestQueue(sqs, { prefix: "retention" });
    const set = (MessageRetentionPeriod: string) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { MessageRetentionPeriod } }));
    await set("60");
    await publishOld(url, "saved by a longer period", 2 * MINUTE_MS);
    await set("300");
    expect((await receiveAll(sqs, 1, { QueueUrl: url })).map(({ Body }) => Body)).toEqual(["saved by a longer period"]);
    await publishOld(url, "lost by a shorter period", 2 * MINUTE_MS);
    await set("60");
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "new" }));
    expect((await receiveAll(sqs, 1, { QueueUrl: url })).map(({ Body }) => Body)).toEqual(["new"]);
  });

  test("leaves a long poll waiting for the next", async () => {
    const url = await createTestQueue(sqs, { prefix: "retention", attributes: { MessageRetentionPeriod: "60" } });
    await publishOld(url, "expired", 2 * MINUTE_MS);
    const polling = inBackground(sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 10 })));
    const channel = await opening;
    await until(async () => (await channel.checkQueue(queueNameOf(url))).messageCount === 0, { what: "the drop" });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "new" }));
    expect((await polling).Messages?.map(({ Body }) => Body)).toEqual(["new"]);
  });

  test("stays when a native client published it, whatever its timestamp", async () => {
    const url = await createTestQueue(sqs, { prefix: "retention", attributes: { MessageRetentionPeriod: "60" } });
    const channel = await opening;
    channel.sendToQueue(queueNameOf(url), Buffer.from("native"), { persistent: true, timestamp: 1_000 });
    expect((await receiveAll(sqs, 1, { QueueUrl: url })).map(({ Body }) => Body)).toEqual(["native"]);
  });
});
