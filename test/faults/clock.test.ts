import { CreateStreamCommand } from "@warrenmq/client-kinesis";
import { PurgeQueueCommand } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClientProcess } from "../support/client-process.ts";
import { createFifoQueue, deleteFifoQueuesAfterAll, sendTo } from "../support/fifo.ts";
import { testKinesis } from "../support/kinesis.ts";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";

deleteQueuesAfterAll();
deleteFifoQueuesAfterAll();
const sqs = testClient();
const kinesis = testKinesis();

const HOUR_MS = 3_600_000;

describe.each([
  ["an hour ahead", HOUR_MS],
  ["an hour back", -HOUR_MS],
])("a process whose clock jumps %s", (_, jumpMs) => {
  let client: ClientProcess;
  beforeAll(() => {
    client = new ClientProcess();
  });
  afterAll(() => client.kill());

  /** Does something before the jump, and goes on after it. */
  async function jumpAfter<T>(before: () => Promise<T>): Promise<T> {
    await client.send("shiftClock", 0);
    const result = await before();
    await client.send("shiftClock", jumpMs);
    return result;
  }

  /** Receives there one message within `WaitTimeSeconds`; how long that took, in seconds. */
  async function secondsUntil(QueueUrl: string, body: string, WaitTimeSeconds: number): Promise<number> {
    const startMs = performance.now();
    const { Messages = [] } = await client.send("receiveMessage", { QueueUrl, WaitTimeSeconds });
    expect(Messages.map(({ Body }) => Body)).toEqual([body]);
    return (performance.now() - startMs) / 1_000;
  }

  test("hides a message for its VisibilityTimeout, no longer and no shorter", async () => {
    const QueueUrl = await createTestQueue(sqs);
    await jumpAfter(async () => {
      await client.send("sendMessage", { QueueUrl, MessageBody: "hidden" });
      await client.receive(QueueUrl, 1, 3);
    });
    const seconds = await secondsUntil(QueueUrl, "hidden", 10);
    expect(seconds).toBeGreaterThan(2);
    expect(seconds).toBeLessThan(6);
  });

  test("deletes what it received before the jump", async () => {
    const QueueUrl = await createTestQueue(sqs);
    const [message] = await jumpAfter(async () => {
      await client.send("sendMessage", { QueueUrl, MessageBody: "once" });
      return client.receive(QueueUrl, 1, 2);
    });
    await client.send("deleteMessage", { QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    expect((await client.send("receiveMessage", { QueueUrl, WaitTimeSeconds: 3 })).Messages).toBeUndefined();
  });

  test("delays a message that it sends by DelaySeconds, also where the queue is younger than the jump or was purged", async () => {
    const QueueUrl = await createTestQueue(sqs);
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await jumpAfter(() => Promise.resolve());
    await client.send("sendMessage", { QueueUrl, MessageBody: "delayed", DelaySeconds: 2 });
    const seconds = await secondsUntil(QueueUrl, "delayed", 10);
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(5);
  });

  test("delays a FIFO queue's messages by its DelaySeconds at most", async () => {
    const QueueUrl = await createFifoQueue(sqs, { DelaySeconds: "2" });
    await jumpAfter(() => sendTo(sqs, QueueUrl, "g", "delayed"));
    expect(await secondsUntil(QueueUrl, "delayed", 10)).toBeLessThan(5);
  });

  test("receives a FIFO queue's messages in order, whenever they were sent", async () => {
    const QueueUrl = await createFifoQueue(sqs);
    await client.send("receiveMessage", { QueueUrl });
    await jumpAfter(async () => {
      for (const body of ["1", "2"]) await sendTo(sqs, QueueUrl, "g", body);
    });
    for (const MessageBody of ["3", "4"]) {
      const ids = { MessageGroupId: "g", MessageDeduplicationId: MessageBody };
      await client.send("sendMessage", { QueueUrl, MessageBody, ...ids });
    }
    expect((await client.receive(QueueUrl, 4)).map(({ Body }) => Body)).toEqual(["1", "2", "3", "4"]);
  });

  test("puts records in order, and reads each once from an iterator that it asks for after the jump", async () => {
    const StreamName = uniqueName("clock");
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const at = { StreamName, ShardId: "shardId-000000000000" };
    const put = async (): Promise<string> => {
      const record = { StreamName, PartitionKey: "a", Data: "data" };
      return (await client.send("putRecord", record)).SequenceNumber ?? "";
    };
    const before = await jumpAfter(async () => [await put(), await put()]);
    const all = [...before, await put(), await put()];
    expect(all).toEqual(all.toSorted());
    const { ShardIterator } = await client.send("getShardIterator", { ...at, ShardIteratorType: "TRIM_HORIZON" });
    const { Records = [] } = await client.send("getRecords", { ShardIterator });
    expect(Records.map(({ SequenceNumber }) => SequenceNumber)).toEqual(all);
  });
});
