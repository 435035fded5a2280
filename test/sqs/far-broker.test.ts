import { DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageBatchCommand } from "@warrenmq/client-sqs";
import { startProxy } from "@warrenmq/testing";
import { expect, inject, test } from "vitest";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";

const near = testClient();
deleteQueuesAfterAll();

const ONE_WAY_MS = 60;
const BATCHES = 60;

test("a loop of receive and delete far from its broker takes less than a round trip for each batch", async () => {
  const QueueUrl = await createTestQueue(near);
  for (let batch = 0; batch < BATCHES; batch++) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: `${batch} ${index}` }));
    await near.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  await using proxy = await startProxy({ target: inject("brokerUrl") });
  const far = testClient({ url: proxy.url });
  // Opens the connections, whose round trips are none of the loop's.
  await far.send(new ReceiveMessageCommand({ QueueUrl: await createTestQueue(near) }));
  proxy.delay({ toBrokerMs: ONE_WAY_MS, toClientMs: ONE_WAY_MS });

  const bodies = new Set<string | undefined>();
  const startMs = performance.now();
  while (bodies.size < BATCHES * 10) {
    const poll = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    const { Messages = [] } = await far.send(poll);
    for (const { Body } of Messages) bodies.add(Body);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await far.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  const elapsedMs = performance.now() - startMs;

  expect(elapsedMs).toBeLessThan(BATCHES * 2 * ONE_WAY_MS);
  far.destroy();
});
