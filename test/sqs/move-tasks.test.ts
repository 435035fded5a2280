import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityBatchCommand,
  DeleteQueueCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  ResourceNotFoundException,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type ListMessageMoveTasksResultEntry,
  type Message,
} from "@warrenmq/client-sqs";
import { uniqueName, until } from "@warrenmq/testing";
import { describe, expect, test } from "vitest";
import { nativeChannel } from "../support/amqp.ts";
import { arnOf, createQueuePair, redrivePolicy } from "../support/dead-letters.ts";
import { clientOnItsOwn } from "../support/client-on-its-own.ts";
import { createTestQueue, deleteQueuesAfterAll, errorOf, queueNameOf, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

/** Puts `count` messages straight into a queue. */
async function fill(QueueUrl: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 10) {
    const Entries = Array.from({ length: Math.min(10, count - sent) }, (_, index) => ({
      Id: String(index),
      MessageBody: `message ${sent + index}`,
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

/** Lets messages of a queue with maxReceiveCount 1 go to its dead-letter queue. Resolves to them as they were received. */
async function letDie({ source, dead }: { source: string; dead: string }, count: number): Promise<Message[]> {
  const channel = await nativeChannel();
  const messages = await receiveAll(sqs, count, { QueueUrl: source, MessageSystemAttributeNames: ["All"] });
  const Entries = messages.map(({ ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle,
    VisibilityTimeout: 0,
  }));
  await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: source, Entries }));
  await until(
    async () => {
      await sqs.send(new ReceiveMessageCommand({ QueueUrl: source, MaxNumberOfMessages: 10 }));
      return (await channel.checkQueue(queueNameOf(dead))).messageCount === count;
    },
    { what: "the messages in the dead-letter queue" },
  );
  return messages;
}

async function latestTask(SourceArn: string): Promise<ListMessageMoveTasksResultEntry> {
  const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
  return Results?.[0] ?? {};
}

async function endOf(SourceArn: string): Promise<ListMessageMoveTasksResultEntry> {
  return until(
    async () => {
      const task = await latestTask(SourceArn);
      return task.Status === "RUNNING" || task.Status === "CANCELLING" ? undefined : task;
    },
    { what: "the end of the task" },
  );
}

describe("a message move task", () => {
  test("gives dead letters back to their queues as new messages", async () => {
    const pair = await createQueuePair(sqs, 1);
    await sqs.send(new SendMessageCommand({ QueueUrl: pair.source, MessageBody: "again" }));
    const [first] = await letDie(pair, 1);
    const SourceArn = await arnOf(sqs, pair.dead);
    const startedAt = Date.now();
    const { TaskHandle } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    expect(JSON.parse(Buffer.from(TaskHandle ?? "", "base64").toString())).toMatchObject({ sourceArn: SourceArn });
    const [again] = await receiveAll(sqs, 1, { QueueUrl: pair.source, MessageSystemAttributeNames: ["All"] });
    expect(again).toMatchObject({ Body: "again", Attributes: { ApproximateReceiveCount: "1" } });
    expect(again?.Attributes?.DeadLetterQueueSourceArn).toBeUndefined();
    expect(again?.MessageId).not.toBe(first?.MessageId);
    expect(Number(again?.Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(startedAt);
    const task = await endOf(SourceArn);
    expect(task).toEqual({
      Status: "COMPLETED",
      SourceArn,
      ApproximateNumberOfMessagesMoved: 1,
      ApproximateNumberOfMessagesToMove: 1,
      StartedTimestamp: task.StartedTimestamp,
    });
    expect(Math.abs((task.StartedTimestamp ?? 0) - startedAt)).toBeLessThan(5_000);
  });

  test("gives the dead letters of several queues each to its own", async () => {
    const pair = await createQueuePair(sqs, 1);
    const other = await createTestQueue(sqs, {
      prefix: "source",
      attributes: { RedrivePolicy: await redrivePolicy(sqs, pair.dead, 1) },
    });
    await sqs.send(new SendMessageCommand({ QueueUrl: pair.source, MessageBody: "one" }));
    await letDie(pair, 1);
    await sqs.send(new SendMessageCommand({ QueueUrl: other, MessageBody: "two" }));
    const [message] = await receiveAll(sqs, 1, { QueueUrl: other });
    const Entries = [{ Id: "0", ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }];
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: other, Entries }));
    await receiveAll(sqs, 1, { QueueUrl: other }, 500);
    const SourceArn = await arnOf(sqs, pair.dead);
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    expect((await receiveAll(sqs, 1, { QueueUrl: pair.source }))[0]?.Body).toBe("one");
    expect((await receiveAll(sqs, 1, { QueueUrl: other }))[0]?.Body).toBe("two");
  });

  test("moves to another queue, at most as fast as it may, and is cancelled with the rest in place", async () => {
    const { dead } = await createQueuePair(sqs, 1);
    const channel = await nativeChannel();
    const target = await createTestQueue(sqs, { prefix: "target" });
    await fill(dead, 40);
    const SourceArn = await arnOf(sqs, dead);
    const DestinationArn = await arnOf(sqs, target);
    const { TaskHandle } = await sqs.send(
      new StartMessageMoveTaskCommand({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: 10 }),
    );
    const startedAt = performance.now();
    await until(async () => ((await latestTask(SourceArn)).ApproximateNumberOfMessagesMoved ?? 0) >= 15, {
      what: "fifteen messages moved",
    });
    expect(performance.now() - startedAt).toBeGreaterThan(1_200);
    const running = await latestTask(SourceArn);
    expect(running).toMatchObject({ Status: "RUNNING", TaskHandle, DestinationArn, MaxNumberOfMessagesPerSecond: 10 });
    const busy = await errorOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn })));
    expect(busy).toMatchObject({
      name: "InvalidParameterValue",
      message:
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
    });
    const answer = await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    expect(answer.ApproximateNumberOfMessagesMoved).toBeGreaterThanOrEqual(15);
    const ended = await endOf(SourceArn);
    expect(ended.Status).toBe("CANCELLED");
    expect(ended.TaskHandle).toBeUndefined();
    const moved = ended.ApproximateNumberOfMessagesMoved ?? 0;
    expect(moved).toBeLessThan(40);
    const ready = async (url: string) => (await channel.checkQueue(queueNameOf(url))).messageCount;
    await until(async () => (await ready(target)) === moved && (await ready(dead)) === 40 - moved, {
      what: `${moved} messages in the target and ${40 - moved} still in the source`,
    });
    const again = await errorOf(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle })));
    expect(again).toMatchObject({ name: "InvalidParameterValue" });
  });

  test("can be cancelled by another process", async () => {
    const { dead } = await createQueuePair(sqs, 1);
    const target = await createTestQueue(sqs, { prefix: "target" });
    await fill(dead, 20);
    const SourceArn = await arnOf(sqs, dead);
    const start = { SourceArn, DestinationArn: await arnOf(sqs, target), MaxNumberOfMessagesPerSecond: 1 };
    const { TaskHandle } = await sqs.send(new StartMessageMoveTaskCommand(start));
    const other = clientOnItsOwn();
    await other.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    other.destroy();
    expect(await endOf(SourceArn)).toMatchObject({ Status: "CANCELLED" });
  });

  test("fails when a message has no source, and when its destination is gone", async () => {
    const { dead } = await createQueuePair(sqs, 1);
    const SourceArn = await arnOf(sqs, dead);
    await fill(dead, 1);
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    expect(await endOf(SourceArn)).toMatchObject({
      Status: "FAILED",
      FailureReason: "CouldNotDetermineMessageSource",
      ApproximateNumberOfMessagesMoved: 0,
    });
    const pair = await createQueuePair(sqs, 1);
    await sqs.send(new SendMessageCommand({ QueueUrl: pair.source, MessageBody: "orphan" }));
    await letDie(pair, 1);
    const keeper = await createTestQueue(sqs, {
      prefix: "keeper",
      attributes: { RedrivePolicy: await redrivePolicy(sqs, pair.dead, 1) },
    });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: pair.source }));
    const orphans = await arnOf(sqs, pair.dead);
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: orphans }));
    expect(await endOf(orphans)).toMatchObject({
      Status: "FAILED",
      FailureReason: "AWS.SimpleQueueService.NonExistentQueue",
    });
    expect((await receiveAll(sqs, 1, { QueueUrl: pair.dead }))[0]?.Body).toBe("orphan");
    expect(keeper).toBeDefined();
  });

  test("of an empty queue is completed at once, and the last tasks are listed newest first", async () => {
    const { dead } = await createQueuePair(sqs, 1);
    const SourceArn = await arnOf(sqs, dead);
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    await endOf(SourceArn);
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    await endOf(SourceArn);
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 10 }));
    expect(Results).toHaveLength(2);
    expect(Results?.[0]?.StartedTimestamp).toBeGreaterThanOrEqual(Results?.[1]?.StartedTimestamp ?? 0);
    expect(await latestTask(SourceArn)).toEqual(Results?.[0]);
  });
});

describe("message move tasks refuse", () => {
  test("queues that do not exist, and a source that is no dead-letter queue", async () => {
    const { source, dead } = await createQueuePair(sqs, 1);
    const SourceArn = await arnOf(sqs, dead);
    const missing = SourceArn.replace(/[^:]+$/, uniqueName("missing"));
    const starting = errorOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: missing })));
    const listing = errorOf(sqs.send(new ListMessageMoveTasksCommand({ SourceArn: missing })));
    for (const error of await Promise.all([starting, listing])) {
      expect(error).toBeInstanceOf(ResourceNotFoundException);
      expect(error.message).toBe("The resource that you specified for the SourceArn parameter doesn't exist.");
    }
    const destination = await errorOf(
      sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn: missing })),
    );
    expect(destination).toBeInstanceOf(ResourceNotFoundException);
    expect(destination.message).toBe("The resource that you specified for the DestinationArn parameter doesn't exist.");
    const notDead = await errorOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: await arnOf(sqs, source) })));
    expect(notDead).toMatchObject({
      name: "InvalidParameterValue",
      message: "Source queue must be configured as a Dead Letter Queue.",
    });
  });

  test("task handles that are malformed or unknown", async () => {
    const malformed = await errorOf(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle: "foobared" })));
    expect(malformed).toMatchObject({
      name: "InvalidParameterValue",
      message: "Value for parameter TaskHandle is invalid.",
    });
    const { dead } = await createQueuePair(sqs, 1);
    const unknown = JSON.stringify({ taskId: crypto.randomUUID(), sourceArn: await arnOf(sqs, dead) });
    const TaskHandle = Buffer.from(unknown).toString("base64");
    const error = await errorOf(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle })));
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error.message).toBe("Task does not exist.");
  });
});
