import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@warrenmq/client-sqs";
import { startBroker, until } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lost, startReceivers, startSenders } from "../support/load.ts";
import { countWaiting, createTestQueue, errorOf } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

let broker: Broker;
let sqs: SQSClient;
let QueueUrl: string;
let createdMs: number;
beforeAll(async () => {
  broker = await startBroker({ own: true });
  sqs = new SQSClient({ rabbitmq: { url: broker.url, heartbeatSeconds: 2 } });
  QueueUrl = await createTestQueue(sqs, { prefix: "broker" });
  createdMs = performance.now();
});
afterAll(async () => {
  sqs.destroy();
  await broker.stop();
});

describe("a broker with a disk alarm", () => {
  const alarm = "rabbit_alarm:set_alarm({{resource_limit, disk, node()}, []}).";
  const clear = "rabbit_alarm:clear_alarm({resource_limit, disk, node()}).";

  test("refuses sends within timeoutMs, with bounded memory; receives and deletes go on; it recovers", async () => {
    const hasty = new SQSClient({ rabbitmq: { url: broker.url, timeoutMs: 1_000, connectionName: "hasty" } });
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: `before ${index}` }));
    await hasty.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await broker.ctl(["eval", alarm]);
    try {
      const failing = async (): Promise<number> => {
        const startMs = performance.now();
        const error = await errorOf(
          hasty.send(new SendMessageCommand({ QueueUrl, MessageBody: `blocked ${"x".repeat(100_000)}` })),
        );
        expect(error).toMatchObject({
          name: "ServiceUnavailable",
          $fault: "server",
          $metadata: { httpStatusCode: 503 },
        });
        expect(error.$retryable).toBeDefined();
        return performance.now() - startMs;
      };
      expect(await failing()).toBeLessThan(1_600);
      const blocked = await errorOf(hasty.send(new SendMessageCommand({ QueueUrl, MessageBody: "blocked" })));
      expect(blocked.message).toContain("accepts no messages for now");
      expect(blocked.message).toContain("disk");

      const { Messages = [] } = await hasty.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
      );
      expect(Messages.length).toBeGreaterThan(0);
      for (const { ReceiptHandle } of Messages) await hasty.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

      const failMany = (): Promise<unknown> => Promise.all(Array.from({ length: 500 }, failing));
      await failMany();
      const { rss } = process.memoryUsage();
      // 2,000 sends of 100 kB would be 200 MB of bytes, and as much of text, if they were kept.
      for (let round = 0; round < 4; round++) await failMany();
      expect(process.memoryUsage().rss - rss).toBeLessThan(150 * 1024 * 1024);
    } finally {
      await broker.ctl(["eval", clear]);
    }
    await until(
      () =>
        hasty.send(new SendMessageCommand({ QueueUrl, MessageBody: "after" })).then(
          () => true,
          () => false,
        ),
      { what: "a send to succeed again" },
    );
    hasty.destroy();
    const receivers = startReceivers(sqs, QueueUrl, 2);
    await until(() => receivers.log.received.has("after"), { what: "the message" });
    await receivers.stop();
  });

  test("lets a process that starts now receive what is queued", async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "to be drained" }));
    await broker.ctl(["eval", alarm]);
    const fresh = new SQSClient({ rabbitmq: { url: broker.url, timeoutMs: 2_000, connectionName: "fresh" } });
    try {
      const { Messages } = await fresh.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      expect(Messages).toHaveLength(1);
    } finally {
      await broker.ctl(["eval", clear]);
      fresh.destroy();
    }
  });
});

test("a broker that is frozen for longer than the heartbeat loses nothing and is used again", async () => {
  const senders = startSenders(sqs, QueueUrl, 8);
  await until(() => senders.log.confirmed.size > 50, { what: "sends" });
  await broker.pause();
  await new Promise((resolve) => setTimeout(resolve, 7_000)); // longer than two heartbeats, so the connections are given up
  await broker.resume();
  const confirmedBefore = senders.log.confirmed.size;
  await until(() => senders.log.confirmed.size > confirmedBefore + 50, { what: "sends again", timeoutMs: 20_000 });
  await senders.stop();
  const receivers = startReceivers(sqs, QueueUrl, 4);
  await until(() => lost(senders.log, receivers.log).length === 0, { what: "every message", timeoutMs: 20_000 });
  await receivers.stop();
  expect(senders.log.failures).toEqual([]);
});

test("a broker that is killed twice and restarted under load loses no confirmed message, and calls recover", async () => {
  // Up to 4.0 RabbitMQ loses a stream that was declared only moments before a crash.
  await until(() => performance.now() - createdMs > 10_000, { what: "the registry to be old enough" });
  const senders = startSenders(sqs, QueueUrl, 16);
  const receivers = startReceivers(sqs, QueueUrl, 4);
  for (let crash = 0; crash < 2; crash++) {
    const confirmedBefore = senders.log.confirmed.size;
    const receivedBefore = receivers.log.received.size;
    await until(() => receivers.log.received.size > receivedBefore + 100, { what: "load", timeoutMs: 20_000 });
    await broker.kill();
    await broker.restart();
    await until(() => senders.log.confirmed.size > confirmedBefore + 100, { what: "sends", timeoutMs: 30_000 });
  }
  await senders.stop();
  await until(() => lost(senders.log, receivers.log).length === 0, { what: "every message", timeoutMs: 30_000 });
  await receivers.stop();
  const { confirmed, failures } = senders.log;
  const { received } = receivers.log;
  const duplicates = [...received.values()].filter((count) => count > 1).length;
  console.log(
    `confirmed ${confirmed.size}, send errors ${failures.length}, received ${received.size}, twice ${duplicates}, receive errors ${receivers.log.failures.length}`,
  );
  for (const error of [...failures, ...receivers.log.failures]) {
    expect(error).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
  }
  await until(async () => (await countWaiting(sqs, QueueUrl)) === 0, { what: "the queue to be empty" });
}, 120_000);
