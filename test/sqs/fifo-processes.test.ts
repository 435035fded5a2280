import { leaseBroker } from "@warrenmq/core/internal";
import { uniqueName, until } from "@warrenmq/testing";
import { connect } from "amqplib";
import { randomUUID } from "node:crypto";
import { describe, expect, inject, test } from "vitest";
// The parts that cannot be reached from outside without waiting ten minutes for the log to grow old.
import { FifoLog } from "../../packages/core/src/queues/broker/fifo-log.ts";
import { FifoPartition } from "../../packages/client-sqs/src/broker/fifo-partition.ts";
import { partitionOf } from "../../packages/core/src/queues/model/fifo-layout.ts";
import { FifoReceivers } from "../../packages/client-sqs/src/broker/fifo-receivers.ts";
import {
  bodies,
  createFifoQueue,
  deleteFifoQueuesAfterAll,
  poll,
  sendTo,
  workersForEachTest,
} from "../support/fifo.ts";
import { queueNameOf, receiveAll, testClient } from "../support/sqs.ts";

const isNeeded = (): boolean => true;
const LAYOUT = { partitions: 4, deduplicationScope: "queue" } as const;

const client = testClient();
deleteFifoQueuesAfterAll();

const startWorker = workersForEachTest();

/** Puts a message where a sender puts it first, and leaves it there. */
async function publishOnly(queueUrl: string, group: string, deduplicationId: string, body: string): Promise<string> {
  const messageId = randomUUID();
  const connection = await connect(inject("brokerUrl"));
  const channel = await connection.createConfirmChannel();
  channel.sendToQueue(`${queueNameOf(queueUrl)}.${partitionOf(group, LAYOUT)}`, Buffer.from(body), {
    messageId,
    persistent: true,
    headers: {
      "warrenmq-sent-timestamp": Date.now(),
      "warrenmq-message-group-id": group,
      "warrenmq-message-deduplication-id": deduplicationId,
      "warrenmq-log-offset": 0,
    },
  });
  await channel.waitForConfirms();
  await connection.close();
  return messageId;
}

describe("several processes", () => {
  test("share the groups of a queue, and keep the order of each", { timeout: 60_000 }, async () => {
    const QueueUrl = await createFifoQueue(client);
    const received = [0, 0];
    const order = new Map<string, number[]>();
    const stop = new AbortController();
    const consume = async (index: number): Promise<void> => {
      const worker = startWorker(QueueUrl);
      while (!stop.signal.aborted) {
        const messages = await worker.call("receive", { max: 10, visibilitySeconds: 30, waitSeconds: 1 });
        for (const { group, deduplicationId } of messages) {
          order.set(group, [...(order.get(group) ?? []), Number(deduplicationId)]);
        }
        for (const { handle } of messages) await worker.call("delete", { handle });
        received[index] = (received[index] ?? 0) + messages.length;
      }
    };
    const consumers = [consume(0), consume(1)];
    let sent = 0;
    await until(
      async () => {
        for (let group = 0; group < 16; group++) await sendTo(client, QueueUrl, `g${group}`, "m", String(++sent));
        return received.every((count) => count > 50);
      },
      { what: "both processes to receive", timeoutMs: 40_000 },
    );
    await until(() => received.reduce((sum, count) => sum + count) === sent, {
      what: "all messages to be received",
      timeoutMs: 20_000,
    });
    stop.abort();
    await Promise.all(consumers);
    for (const numbers of order.values()) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  test("what a killed process held is received by another, in order", async () => {
    const QueueUrl = await createFifoQueue(client);
    for (const body of ["1", "2", "3"]) await sendTo(client, QueueUrl, "g", body, body);
    const first = startWorker(QueueUrl);
    const held = await first.call("receive", { max: 2, visibilitySeconds: 600, waitSeconds: 5 });
    expect(held.map(({ deduplicationId }) => deduplicationId)).toEqual(["1", "2"]);
    await first.kill();
    expect(bodies(await receiveAll(client, 3, { QueueUrl, WaitTimeSeconds: 5 }))).toEqual(["1", "2", "3"]);
  });

  test("a duplicate is known to a process that starts later", async () => {
    const QueueUrl = await createFifoQueue(client);
    const { MessageId, SequenceNumber } = await sendTo(client, QueueUrl, "g", "m", "id");
    const worker = startWorker(QueueUrl);
    const sent = await worker.call("send", { entries: [{ group: "g", deduplicationId: "id" }] });
    expect(sent).toEqual([{ messageId: MessageId, sequence: SequenceNumber }]);
  });
});

describe("a sender that dies between its two steps", () => {
  test("has sent a message that is received, and is known as a duplicate from then on", async () => {
    const QueueUrl = await createFifoQueue(client);
    const messageId = await publishOnly(QueueUrl, "g", "id", "first");
    const received = await receiveAll(client, 1, { QueueUrl, WaitTimeSeconds: 5 });
    expect(bodies(received)).toEqual(["first"]);
    expect((await sendTo(client, QueueUrl, "g", "again", "id")).MessageId).toBe(messageId);
  });

  test("and sends again after it was started anew has sent one message", async () => {
    const QueueUrl = await createFifoQueue(client);
    await publishOnly(QueueUrl, "g", "id", "first");
    await sendTo(client, QueueUrl, "g", "again", "id");
    expect(bodies(await receiveAll(client, 2, { QueueUrl }, 4_000))).toEqual(["again"]);
  });

  test("does not hold up what others send to the group", async () => {
    const QueueUrl = await createFifoQueue(client);
    await publishOnly(QueueUrl, "g", "id", "first");
    await sendTo(client, QueueUrl, "g", "second");
    expect(bodies(await poll(client, { QueueUrl, WaitTimeSeconds: 2 }))).toContain("second");
  });
});

test("messages older than what a process has read of the log are found in it, and come before newer ones", async () => {
  const QueueUrl = await createFifoQueue(client);
  const name = queueNameOf(QueueUrl);
  const sent = [];
  for (const body of ["1", "2", "3"]) sent.push(await sendTo(client, QueueUrl, "g", body));
  const lease = leaseBroker({ url: inject("brokerUrl"), connectionName: uniqueName("old") });
  const { broker } = lease;
  const log = new FifoLog(broker, name, LAYOUT, {
    listener: () => undefined,
    isNeeded,
    delayMs: () => 0,
    from: "next",
  });
  const receivers = new FifoReceivers(broker, name, isNeeded, () => undefined);
  await log.follow(broker.deadline());
  expect(log.index.find(sent[0]?.MessageId ?? "")).toBeUndefined();
  sent.push(await sendTo(client, QueueUrl, "g", "4"));
  const arrived: string[] = [];
  const partition = new FifoPartition(
    broker,
    `${name}.${partitionOf("g", LAYOUT)}`,
    0,
    { log, receivers },
    {
      arrived: ({ messageId }) => arrived.push(messageId),
      lost: () => undefined,
    },
  );
  await partition.attach(broker.deadline());
  await until(() => arrived.length === 4, { what: "four messages" });
  expect(arrived).toEqual(sent.map(({ MessageId }) => MessageId));
  await partition.release();
  await Promise.all([log.close(), receivers.close()]);
  lease.release();
});
