import type { Message } from "@warrenmq/client-sqs";
import { expect, test } from "vitest";
import { clientOnItsOwn } from "../support/client-on-its-own.ts";
import { redrivePolicy } from "../support/dead-letters.ts";
import { createFifoQueue, deleteFifoQueuesAfterAll, poll, sendTo, workersForEachTest } from "../support/fifo.ts";
import { receiveAll, testClient } from "../support/sqs.ts";

const client = testClient();
deleteFifoQueuesAfterAll();

const startWorker = workersForEachTest();

async function receiveCounts(QueueUrl: string, count: number): Promise<[string | undefined, string | undefined][]> {
  const messages: Message[] = await receiveAll(client, count, {
    QueueUrl,
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  return messages.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount]);
}

test("what a process that ends had held is counted as received only if it was", async () => {
  const QueueUrl = await createFifoQueue(client);
  for (const body of ["1", "2", "3"]) await sendTo(client, QueueUrl, "g", body);
  const other = clientOnItsOwn();
  await poll(other, { QueueUrl, MaxNumberOfMessages: 2, VisibilityTimeout: 0, WaitTimeSeconds: 5 });
  const [first] = await poll(other, { QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 5 });
  expect(first?.Body).toBe("1");
  other.destroy();
  expect(await receiveCounts(QueueUrl, 3)).toEqual([
    ["1", "3"],
    ["2", "2"],
    ["3", "1"],
  ]);
});

test("what a killed process had received of a queue with a RedrivePolicy counts, and the rest does not", async () => {
  const RedrivePolicy = await redrivePolicy(client, await createFifoQueue(client), 10);
  const QueueUrl = await createFifoQueue(client, { RedrivePolicy });
  for (const body of ["1", "2"]) await sendTo(client, QueueUrl, "g", body);
  for (let kill = 0; kill < 3; kill++) {
    const worker = startWorker(QueueUrl);
    await worker.call("receive", { max: 1, visibilitySeconds: 600, waitSeconds: 5 });
    await worker.kill();
  }
  expect(await receiveCounts(QueueUrl, 2)).toEqual([
    ["1", "4"],
    ["2", "1"],
  ]);
});

test("receives of more processes than there are partitions wait while partitions change hands", async () => {
  const QueueUrl = await createFifoQueue(client);
  const joined: Promise<unknown>[] = [];
  for (let index = 0; index < 6; index++) {
    const worker = startWorker(QueueUrl);
    const receive = { max: 10, visibilitySeconds: 30, waitSeconds: 1 };
    joined.push(
      (async () => {
        // An error would fail the test: the worker gives it to us.
        for (let round = 0; round < 4; round++) expect(await worker.call("receive", receive)).toEqual([]);
      })(),
    );
    await worker.call("receive", { ...receive, waitSeconds: 0 });
  }
  await Promise.all(joined);
}, 60_000);
