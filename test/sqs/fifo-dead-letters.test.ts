import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  type ListMessageMoveTasksResultEntry,
  type Message,
} from "@warrenmq/client-sqs";
import { uniqueName, until } from "@warrenmq/testing";
import { describe, expect, test } from "vitest";
import { arnOf, redrivePolicy, type QueuePair } from "../support/dead-letters.ts";
import {
  bodies,
  createFifoQueue,
  deleteFifoQueuesAfterAll,
  poll,
  sendTo,
  workersForEachTest,
} from "../support/fifo.ts";
import {
  countWaiting,
  createTestQueue,
  deleteQueuesAfterAll,
  errorOf,
  receiveAll,
  testClient,
} from "../support/sqs.ts";

const client = testClient();
deleteFifoQueuesAfterAll();
deleteQueuesAfterAll();

const startWorker = workersForEachTest();

async function createPair(maxReceiveCount: number): Promise<QueuePair> {
  const dead = await createFifoQueue(client);
  const source = await createFifoQueue(client, { RedrivePolicy: await redrivePolicy(client, dead, maxReceiveCount) });
  return { source, dead };
}

async function giveBack(QueueUrl: string, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle,
    VisibilityTimeout: 0,
  }));
  await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
}

/** One receive; what it gives becomes visible again at once. */
async function receiveAndReturn(QueueUrl: string, WaitTimeSeconds = 2): Promise<Message[]> {
  const messages = await poll(client, { QueueUrl, WaitTimeSeconds, MessageSystemAttributeNames: ["All"] });
  await giveBack(QueueUrl, messages);
  return messages;
}

function receiveDead(QueueUrl: string, count: number): Promise<Message[]> {
  return receiveAll(client, count, { QueueUrl, MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] });
}

async function sendBatch(QueueUrl: string, group: string, texts: readonly string[]): Promise<void> {
  const Entries = texts.map((MessageBody) => ({
    Id: MessageBody,
    MessageBody,
    MessageGroupId: group,
    MessageDeduplicationId: uniqueName("id"),
  }));
  await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}

describe("a message of a FIFO queue that was received maxReceiveCount times", () => {
  test("moves at the next receive as AWS moves it", async () => {
    const { source, dead } = await createPair(1);
    const sent = await sendTo(client, source, "g", "poison");
    const [first] = await receiveAndReturn(source);
    expect(first?.Attributes?.ApproximateReceiveCount).toBe("1");
    expect(await poll(client, { QueueUrl: source })).toEqual([]);
    const [moved] = await receiveDead(dead, 1);
    expect(moved).toMatchObject({
      MessageId: sent.MessageId,
      Body: "poison",
      Attributes: {
        ApproximateReceiveCount: "2",
        ApproximateFirstReceiveTimestamp: first?.Attributes?.ApproximateFirstReceiveTimestamp,
        DeadLetterQueueSourceArn: await arnOf(client, source),
        MessageGroupId: "g",
        MessageDeduplicationId: sent.MessageId,
      },
    });
    const sentAgain = Number(moved?.Attributes?.SentTimestamp);
    expect(sentAgain).toBeGreaterThan(Number(first?.Attributes?.SentTimestamp));
  });

  test("lets the rest of its group and other groups flow, and keeps its order in the dead-letter queue", async () => {
    const { source, dead } = await createPair(2);
    await sendBatch(source, "a", ["a1", "a2", "a3", "a4", "a5"]);
    await sendBatch(source, "b", ["b1", "b2"]);
    for (let receive = 0; receive < 2; receive++) expect(await receiveAndReturn(source)).toHaveLength(7);
    await sendBatch(source, "a", ["a6"]);
    await sendBatch(source, "b", ["b3"]);
    expect(bodies(await receiveAll(client, 2, { QueueUrl: source })).toSorted()).toEqual(["a6", "b3"]);
    const dead7 = await receiveDead(dead, 7);
    expect(bodies(dead7).filter((body) => body.startsWith("a"))).toEqual(["a1", "a2", "a3", "a4", "a5"]);
    expect(bodies(dead7).filter((body) => body.startsWith("b"))).toEqual(["b1", "b2"]);
  });

  test("moves also when the policy came after the receives, and stays when the policy was removed", async () => {
    const dead = await createFifoQueue(client);
    const source = await createFifoQueue(client);
    await sendTo(client, source, "g", "m");
    for (let receive = 0; receive < 2; receive++) expect(await receiveAndReturn(source)).toHaveLength(1);
    const set = (RedrivePolicy: string): Promise<unknown> =>
      client.send(new SetQueueAttributesCommand({ QueueUrl: source, Attributes: { RedrivePolicy } }));
    await set(await redrivePolicy(client, dead, 3));
    await set("");
    expect(await receiveAndReturn(source)).toHaveLength(1);
    await set(await redrivePolicy(client, dead, 3));
    expect(await poll(client, { QueueUrl: source })).toEqual([]);
    expect(bodies(await receiveDead(dead, 1))).toEqual(["m"]);
  });

  test("waits when the dead-letter queue is gone, and holds up its group", async () => {
    const { source, dead } = await createPair(1);
    await sendTo(client, source, "g", "1");
    await receiveAndReturn(source);
    await client.send(new DeleteQueueCommand({ QueueUrl: dead }));
    await sendTo(client, source, "g", "2");
    const [second] = await poll(client, { QueueUrl: source, WaitTimeSeconds: 2 });
    expect(second?.Body).toBe("2");
    const again = await createFifoQueue(client);
    const Attributes = { RedrivePolicy: await redrivePolicy(client, again, 1) };
    await client.send(new SetQueueAttributesCommand({ QueueUrl: source, Attributes }));
    await until(
      async () => {
        await poll(client, { QueueUrl: source });
        return bodies(await poll(client, { QueueUrl: again })).includes("1");
      },
      { what: "the dead letter", timeoutMs: 10_000 },
    );
  });

  test("is one that killed every process that received it", async () => {
    const { source, dead } = await createPair(2);
    await sendTo(client, source, "g", "poison", "poison");
    await sendTo(client, source, "g", "harmless", "harmless");
    for (let crash = 0; crash < 2; crash++) {
      const worker = startWorker(source);
      const held = await worker.call("receive", { max: 1, visibilitySeconds: 600, waitSeconds: 5 });
      expect(held.map(({ deduplicationId }) => deduplicationId)).toEqual(["poison"]);
      await worker.kill();
    }
    // The harmless one was held by all of them, and received by none.
    const [message] = await receiveAll(client, 1, { QueueUrl: source, MessageSystemAttributeNames: ["All"] });
    expect(message).toMatchObject({ Body: "harmless", Attributes: { ApproximateReceiveCount: "1" } });
    expect(bodies(await receiveDead(dead, 1))).toEqual(["poison"]);
  });
});

describe("a FIFO queue's RedrivePolicy", () => {
  test("needs a FIFO queue that lets it", async () => {
    const standard = await createTestQueue(client, { prefix: "dead" });
    const source = await createFifoQueue(client);
    const set = async (deadUrl: string): Promise<unknown> => {
      const Attributes = { RedrivePolicy: await redrivePolicy(client, deadUrl, 3) };
      return client.send(new SetQueueAttributesCommand({ QueueUrl: source, Attributes }));
    };
    expect((await errorOf(set(standard))).message).toContain(
      "Dead-letter queue must be same type of queue as the source..",
    );
    const RedriveAllowPolicy = JSON.stringify({ redrivePermission: "denyAll" });
    const denying = await createFifoQueue(client, { RedriveAllowPolicy });
    expect((await errorOf(set(denying))).name).toBe("InvalidParameterValue");
    const QueueName = uniqueName("source");
    const fifoDead = await createFifoQueue(client);
    const Attributes = { RedrivePolicy: await redrivePolicy(client, fifoDead, 3) };
    expect((await errorOf(client.send(new CreateQueueCommand({ QueueName, Attributes })))).name).toBe(
      "InvalidParameterValue",
    );
  });

  test("is shown, and makes its queue a source of the dead-letter queue", async () => {
    const { source, dead } = await createPair(3);
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: source, AttributeNames: ["RedrivePolicy"] }),
    );
    expect(Attributes?.RedrivePolicy).toBe(await redrivePolicy(client, dead, 3));
    const { queueUrls } = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
    expect(queueUrls).toEqual([source]);
  });
});

async function letDie({ source, dead }: QueuePair, count: number): Promise<void> {
  expect(await receiveAndReturn(source)).toHaveLength(count);
  expect(await poll(client, { QueueUrl: source })).toEqual([]);
  await until(async () => (await countWaiting(client, dead)) === count, { what: "the dead letters" });
}

function endOf(SourceArn: string): Promise<ListMessageMoveTasksResultEntry> {
  return until(
    async () => {
      const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn }));
      const [task = {}] = Results ?? [];
      return task.Status === "RUNNING" || task.Status === "CANCELLING" ? undefined : task;
    },
    { what: "the end of the task", timeoutMs: 20_000 },
  );
}

describe("a message move task of a FIFO queue", () => {
  test("gives dead letters back to their queue in order, as new messages", async () => {
    const pair = await createPair(1);
    await sendBatch(pair.source, "a", ["a1", "a2", "a3"]);
    await sendBatch(pair.source, "b", ["b1", "b2"]);
    await letDie(pair, 5);
    const SourceArn = await arnOf(client, pair.dead);
    await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
    expect(await endOf(SourceArn)).toMatchObject({
      Status: "COMPLETED",
      ApproximateNumberOfMessagesMoved: 5,
      ApproximateNumberOfMessagesToMove: 5,
    });
    const back = await receiveAll(client, 5, { QueueUrl: pair.source, MessageSystemAttributeNames: ["All"] });
    expect(bodies(back).filter((body) => body.startsWith("a"))).toEqual(["a1", "a2", "a3"]);
    expect(bodies(back).filter((body) => body.startsWith("b"))).toEqual(["b1", "b2"]);
    for (const { Attributes } of back) {
      expect(Attributes?.ApproximateReceiveCount).toBe("1");
      expect(Attributes?.DeadLetterQueueSourceArn).toBeUndefined();
    }
    expect(await poll(client, { QueueUrl: pair.dead })).toEqual([]);
  });

  test("moves to another FIFO queue, what another process has looked at too", { timeout: 40_000 }, async () => {
    const pair = await createPair(1);
    await sendBatch(pair.source, "a", ["a1", "a2", "a3"]);
    await letDie(pair, 3);
    // This process holds what waits in the dead-letter queue, and receives no more.
    const looking = await startWorker(pair.dead).call("receive", { max: 1, visibilitySeconds: 0, waitSeconds: 2 });
    expect(looking).toHaveLength(1);
    const target = await createFifoQueue(client);
    const SourceArn = await arnOf(client, pair.dead);
    const DestinationArn = await arnOf(client, target);
    await client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
    expect(bodies(await receiveAll(client, 3, { QueueUrl: target }, 25_000))).toEqual(["a1", "a2", "a3"]);
    expect((await endOf(SourceArn)).Status).toBe("COMPLETED");
  });

  test("needs a destination of the same type, and fails when a message has no source", async () => {
    const { dead } = await createPair(1);
    const SourceArn = await arnOf(client, dead);
    const standard = await arnOf(client, await createTestQueue(client, { prefix: "target" }));
    const started = client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn: standard }));
    expect((await errorOf(started)).name).toBe("InvalidParameterValue");
    await sendTo(client, dead, "g", "sent here");
    await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
    const task = await endOf(SourceArn);
    expect(task).toMatchObject({ Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" });
    expect(bodies(await receiveAll(client, 1, { QueueUrl: dead }))).toEqual(["sent here"]);
  });
});
