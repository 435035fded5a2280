import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@warrenmq/client-sqs";
import { startProxy, uniqueName } from "@warrenmq/testing";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject, test } from "vitest";
import { inBackground } from "../support/in-background.ts";

const MESSAGES = 60;
const CUTS = 20;

test("no message that is hidden for long is lost when connections are cut while it is moved", async () => {
  await using proxy = await startProxy({ target: inject("brokerUrl") });
  // So short that every message is moved several times between two cuts.
  const cut = new SQSClient({
    rabbitmq: { url: proxy.url, connectionName: uniqueName("cut"), consumerTimeoutMs: 200 },
  });
  const steady = new SQSClient({ rabbitmq: { url: inject("brokerUrl") } });
  const { QueueUrl } = await steady.send(new CreateQueueCommand({ QueueName: uniqueName("hidden") }));
  const bodies = Array.from({ length: MESSAGES }, (_, index) => `message ${index}`);
  for (let first = 0; first < MESSAGES; first += 10) {
    const Entries = bodies.slice(first, first + 10).map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
    await steady.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }

  const over = new AbortController();
  const holding = inBackground(
    (async () => {
      const receive = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        VisibilityTimeout: 60,
      });
      while (!over.signal.aborted) await cut.send(receive).catch(() => undefined); // the next poll is another attempt
    })(),
  );
  for (let count = 0; count < CUTS; count++) {
    await sleep(50 + Math.random() * 400);
    proxy.cut();
  }
  over.abort();
  await holding;
  cut.destroy();

  const received = new Set<string>();
  const endMs = performance.now() + 40_000;
  while (received.size < MESSAGES && performance.now() < endMs) {
    const { Messages = [] } = await steady.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = "", ReceiptHandle } of Messages) {
      received.add(Body);
      await steady.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  expect(received).toEqual(new Set(bodies));
  steady.destroy();
}, 90_000);
