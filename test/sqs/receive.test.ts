import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@warrenmq/client-sqs";
import type { Message, SQSClient } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { connect } from "amqplib";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { createTestQueue, deleteQueuesAfterAll, errorOf, queueNameOf, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
/** Options of its own, so a connection of its own: like another process to the broker. */
const stranger = testClient({ connectionName: "stranger" });
deleteQueuesAfterAll();

let QueueUrl: string;
beforeAll(async () => {
  QueueUrl = await createTestQueue(sqs, { prefix: "receive" });
});
beforeEach(drain);

/** For tests that need a queue which the process has not polled before: the receiver adapts to the caller's rhythm. */
async function useFreshQueue(): Promise<void> {
  QueueUrl = await createTestQueue(sqs, { prefix: "receive" });
}

async function drain(): Promise<void> {
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0 && (await readyCount()) === 0) return;
    await deleteAll(Messages);
  }
}

async function deleteAll(messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}

async function send(...bodies: string[]): Promise<void> {
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies.slice(start, start + 10).map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

interface Poll {
  readonly max?: number;
  readonly wait?: number;
  readonly visibility?: number;
  readonly client?: SQSClient;
  readonly abortSignal?: AbortSignal;
}

async function receive({ max = 1, wait = 0, visibility, client = sqs, abortSignal }: Poll = {}): Promise<Message[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: wait,
      VisibilityTimeout: visibility,
      MessageSystemAttributeNames: ["All"],
    }),
    abortSignal === undefined ? {} : { abortSignal },
  );
  return Messages;
}

const native = await connect(inject("brokerUrl"));
afterAll(() => native.close());
const channel = await native.createChannel();

/** What RabbitMQ itself says is ready: what nobody holds. */
async function readyCount(): Promise<number> {
  return (await channel.checkQueue(queueNameOf(QueueUrl))).messageCount;
}

/** The client may linger for a moment after a call, 250 ms at most. */
async function untilIdle(): Promise<void> {
  await until(hasNoConsumer, { what: "no consumer", timeoutMs: 1_000 });
}

async function hasNoConsumer(): Promise<boolean> {
  return (await channel.checkQueue(queueNameOf(QueueUrl))).consumerCount === 0;
}

const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body);
const byNumber = (left = "", right = ""): number => Number(left) - Number(right);
const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

describe("polling", () => {
  test("a short poll finds what was sent just before, 100 times in a row", async () => {
    for (let round = 0; round < 100; round++) {
      await send(`message ${round}`);
      const messages = await receive({ max: 10 });
      expect(bodies(messages)).toEqual([`message ${round}`]);
      await deleteAll(messages);
    }
  });

  test("a short poll finds what was sent while the consumer of an earlier long poll lingered, at any moment", async () => {
    for (let round = 0; round < 60; round++) {
      await send("first");
      await deleteAll(await receive({ wait: 5 }));
      await send("second");
      await sleep(Math.random() * 60); // somewhere before, in or after the end of the lingering
      const messages = await receive({ max: 10 });
      expect(bodies(messages), `round ${round}`).toEqual(["second"]);
      await deleteAll(messages);
    }
  });

  test("a short poll of an empty queue answers at once, without Messages", async () => {
    const startMs = performance.now();
    const output = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(output).not.toHaveProperty("Messages");
    expect(performance.now() - startMs).toBeLessThan(500);
  });

  test("a long poll ends with the message, long before its time is over", async () => {
    for (let round = 0; round < 5; round++) {
      const polling = inBackground(receive({ wait: 20, max: 10 }));
      await sleep(Math.random() * 50);
      const sentMs = performance.now();
      await send("now");
      const messages = await polling;
      expect(performance.now() - sentMs).toBeLessThan(1_000);
      expect(bodies(messages)).toEqual(["now"]);
      await deleteAll(messages);
    }
  });

  test("a long poll that gets nothing ends when its time is over, without Messages", async () => {
    const startMs = performance.now();
    const output = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    const elapsedMs = performance.now() - startMs;
    expect(output).not.toHaveProperty("Messages");
    expect(elapsedMs).toBeGreaterThan(950);
    expect(elapsedMs).toBeLessThan(2_000);
  });

  test("concurrent polls never get more than they asked for, and together every message once", async () => {
    await send(...numbers(200));
    const seen: (string | undefined)[] = [];
    const poller = async (max: number): Promise<void> => {
      while (seen.length < 200) {
        const messages = await receive({ max, wait: 1, visibility: 30 });
        expect(messages.length).toBeLessThanOrEqual(max);
        seen.push(...bodies(messages));
        await deleteAll(messages);
      }
    };
    await Promise.all([1, 2, 3, 5, 7, 10].map(poller));
    expect(seen.toSorted(byNumber)).toEqual(numbers(200));
    expect(await readyCount()).toBe(0);
  });

  test("a backlog is received in the order in which it was sent", async () => {
    await useFreshQueue();
    await send(...numbers(50));
    const received = await receiveAll(sqs, 50, { QueueUrl });
    expect(bodies(received)).toEqual(numbers(50));
    await deleteAll(received.slice(0, 10));
    for (let start = 10; start < 50; start += 10) await deleteAll(received.slice(start, start + 10));
  });
});

describe("exactness", () => {
  test("a receive of 1 leaves the rest to others at once", async () => {
    await useFreshQueue();
    await send(...numbers(10));
    const mine = await receive({ max: 1, wait: 5 });
    expect(await readyCount()).toBe(9);
    const theirs = await receive({ client: stranger, max: 10 });
    expect(bodies([...mine, ...theirs]).toSorted(byNumber)).toEqual(numbers(10));
    for (const { ReceiptHandle } of theirs) {
      await stranger.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    await deleteAll(mine);
  });

  test("an idle client holds nothing", async () => {
    await useFreshQueue();
    await send(...numbers(20));
    const messages = await receive({ max: 10, wait: 5 });
    await deleteAll(messages);
    await untilIdle();
    await until(async () => (await readyCount()) === 20 - messages.length, { what: "all others to be ready" });
    await send(...numbers(5));
    expect(await readyCount()).toBe(25 - messages.length);
  });

  test("a long poll that is over leaves no consumer behind", async () => {
    await useFreshQueue();
    await receive({ wait: 1 });
    await untilIdle();
  });

  test("what a client was pushed ahead of its calls comes back, all of it", async () => {
    await useFreshQueue();
    await send(...numbers(60));
    let taken = 0;
    for (let round = 0; round < 3; round++) {
      const messages = await receive({ max: 10, wait: 1 });
      taken += messages.length;
      await deleteAll(messages);
    }
    await untilIdle();
    await until(async () => (await readyCount()) === 60 - taken, { what: "the rest to be ready", timeoutMs: 2_000 });
    const rest = await receiveAll(stranger, 60 - taken, { QueueUrl });
    // The broker gives back itself what crossed the cancel, so the order is not quite the old one.
    expect(bodies(rest).toSorted(byNumber)).toEqual(numbers(60).slice(taken));
    for (const { ReceiptHandle } of rest) await stranger.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  });
});

describe("visibility", () => {
  test("a message that is not deleted comes back to its place after its timeout, with ReceiveCount 2", async () => {
    await useFreshQueue();
    await send("a", "b", "c");
    const [first] = await receive({ visibility: 1 });
    expect(first?.Body).toBe("a");
    expect(first?.Attributes?.ApproximateReceiveCount).toBe("1");
    await until(async () => (await readyCount()) === 3, { what: "the message to be visible again", timeoutMs: 3_000 });
    const again = await receive({ max: 10 });
    expect(bodies(again)).toEqual(["a", "b", "c"]);
    expect(again[0]?.Attributes).toMatchObject({
      ApproximateReceiveCount: "2",
      ApproximateFirstReceiveTimestamp: first?.Attributes?.ApproximateFirstReceiveTimestamp,
      SentTimestamp: first?.Attributes?.SentTimestamp,
    });
    expect(again[0]?.MessageId).toBe(first?.MessageId);
    expect(again[0]?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    expect(again.slice(1).map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(["1", "1"]);
    await deleteAll(again);
  });

  test("several messages that come back keep their order", async () => {
    await useFreshQueue();
    await send(...numbers(10));
    await receive({ max: 6, visibility: 1 });
    await until(async () => (await readyCount()) === 10, { what: "all to be visible again", timeoutMs: 3_000 });
    const again = await receiveAll(sqs, 10, { QueueUrl });
    expect(bodies(again)).toEqual(numbers(10));
    await deleteAll(again);
  });

  test("a timeout of 0 at the receive hides nothing", async () => {
    await send("a");
    expect(bodies(await receive({ visibility: 0 }))).toEqual(["a"]);
    const again = await receive({ wait: 2 });
    // Up to 4.2 the broker also counts what it pushed to a consumer that lingered and handed it back unseen.
    expect(Number(again[0]?.Attributes?.ApproximateReceiveCount)).toBeGreaterThanOrEqual(2);
    await deleteAll(again);
  });

  test("ChangeMessageVisibility to 0 makes a message visible for the very next short poll", async () => {
    await useFreshQueue();
    for (let round = 0; round < 20; round++) {
      await send("a");
      const [message] = await receive({ wait: 5 });
      await sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }),
      );
      const again = await receive();
      expect(bodies(again), `round ${round}`).toEqual(["a"]);
      await deleteAll(again);
    }
  });

  test("an extended timeout keeps a message hidden beyond the first one", async () => {
    await send("a");
    const [message] = await receive({ visibility: 1 });
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 3 }),
    );
    expect(await receive({ wait: 2 })).toEqual([]);
    const again = await receive({ wait: 3 });
    expect(bodies(again)).toEqual(["a"]);
    await deleteAll(again);
  });

  test("a batch of changes has a result for each entry", async () => {
    await send("a", "b");
    const [a, b] = await receiveAll(sqs, 2, { QueueUrl });
    await deleteAll(b === undefined ? [] : [b]);
    const result = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "a", ReceiptHandle: a?.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: "deleted", ReceiptHandle: b?.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: "garbage", ReceiptHandle: "garbage", VisibilityTimeout: 0 },
          { Id: "range", ReceiptHandle: a?.ReceiptHandle, VisibilityTimeout: 43_201 },
        ],
      }),
    );
    expect(result.Successful).toEqual([{ Id: "a" }]);
    const codes = new Map(result.Failed?.map(({ Id, Code }) => [Id, Code]));
    expect(codes).toEqual(
      new Map([
        ["deleted", "InvalidParameterValue"],
        ["garbage", "ReceiptHandleIsInvalid"],
        ["range", "InvalidParameterValue"],
      ]),
    );
    expect(bodies(await receive({ wait: 2 }))).toEqual([a?.Body]);
  });

  test("12 hours in total are the limit", async () => {
    await send("a");
    const [message] = await receive({ wait: 5 });
    const change = (VisibilityTimeout: number): Promise<unknown> =>
      sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
      );
    await change(43_199);
    await sleep(1_000);
    expect((await errorOf(change(43_200))).message).toBe(
      "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
    );
    await change(0);
    await deleteAll(await receive({ wait: 2 }));
  });

  test("a delete that comes after the timeout drops the message at its next delivery", async () => {
    await send("late", "next");
    const [late] = await receive({ visibility: 1 });
    await until(async () => (await readyCount()) === 2, { what: "the message to be visible again", timeoutMs: 3_000 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: late?.ReceiptHandle }));
    const messages = await receive({ max: 10, wait: 2 });
    expect(bodies(messages)).toEqual(["next"]);
    await deleteAll(messages);
    expect(await receive({ wait: 1 })).toEqual([]);
    expect(await readyCount()).toBe(0);
  });

  test("an old handle still deletes a message that was received again", async () => {
    await send("a");
    const [first] = await receive({ visibility: 1 });
    const again = await receive({ wait: 3, visibility: 2 });
    expect(bodies(again)).toEqual(["a"]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    expect(await receive({ wait: 3 })).toEqual([]);
  });

  test("a short poll that meets only a message that was deleted late answers without it, and others are found", async () => {
    await send("late");
    const [late] = await receive({ visibility: 0 });
    await until(async () => (await readyCount()) === 1, { what: "the message to be visible again" });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: late?.ReceiptHandle }));
    await send("other");
    expect(bodies(await receive())).toEqual(["other"]);
    await drain();
  });
});

describe("an aborted long poll", () => {
  test("rejects promptly with an AbortError", async () => {
    const controller = new AbortController();
    const polling = inBackground(receive({ wait: 20, abortSignal: controller.signal }));
    await sleep(100);
    const abortedMs = performance.now();
    controller.abort();
    await expect(polling).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - abortedMs).toBeLessThan(100);
  });

  test("with a signal that has fired before does nothing", async () => {
    await send("a");
    await expect(receive({ wait: 20, abortSignal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    const [message] = await receive({ wait: 1 });
    expect(message?.Attributes?.ApproximateReceiveCount).toBe("1");
    await deleteAll(message === undefined ? [] : [message]);
  });

  test("loses nothing, whenever it is aborted while messages come", async () => {
    const total = 150;
    const seen = new Set<string>();
    let duplicates = 0;
    const sending = inBackground(
      (async () => {
        for (let index = 0; index < total; index++) await send(String(index));
      })(),
    );
    const take = async (messages: Message[]): Promise<void> => {
      for (const { Body = "" } of messages) {
        if (seen.has(Body)) duplicates++;
        seen.add(Body);
      }
      await deleteAll(messages);
    };
    let aborted = 0;
    const deadlineMs = performance.now() + 15_000;
    while (seen.size < total && performance.now() < deadlineMs) {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), Math.random() * 15);
      try {
        // Stuck until its visibility timeout would be stuck for longer than this test runs.
        await take(await receive({ max: 10, wait: 20, visibility: 60, abortSignal: controller.signal }));
      } catch (error) {
        expect(error).toMatchObject({ name: "AbortError" });
        aborted++;
      } finally {
        clearTimeout(timer);
      }
    }
    await sending;
    expect([...seen].toSorted(byNumber)).toEqual(numbers(total));
    expect(duplicates).toBe(0);
    expect(aborted).toBeGreaterThan(0);
  });
});

describe("receipt handles", () => {
  test("of another queue, or garbage, are refused", async () => {
    const other = await createTestQueue(sqs, { prefix: "other" });
    await send("a");
    const [message] = await receive({ wait: 5 });
    for (const [url, ReceiptHandle] of [
      [other, message?.ReceiptHandle ?? ""],
      [QueueUrl, "garbage"],
      [QueueUrl, "x".repeat(5_000)],
      [QueueUrl, (message?.ReceiptHandle ?? "").slice(0, 10)],
    ] as const) {
      const error = await errorOf(sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle })));
      expect(error).toMatchObject({
        name: "ReceiptHandleIsInvalid",
        message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
        $metadata: { httpStatusCode: 404 },
      });
    }
    await deleteAll(message === undefined ? [] : [message]);
  });

  test("of a deleted message cannot change its visibility", async () => {
    await send("a");
    const messages = await receive({ wait: 5 });
    await deleteAll(messages);
    const ReceiptHandle = messages[0]?.ReceiptHandle;
    const error = await errorOf(
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 })),
    );
    expect(error.message).toBe(
      `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  });
});

test("what the process of a waiting receive sends itself reaches it", async () => {
  const received: string[] = [];
  const poller = inBackground(
    (async () => {
      while (received.length < 20) {
        const messages = await receive({ wait: 5 });
        received.push(...messages.map(({ Body = "" }) => Body));
        await deleteAll(messages);
      }
    })(),
  );
  for (const body of numbers(20)) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
  await poller;
  expect(received.toSorted(byNumber)).toEqual(numbers(20));
});
