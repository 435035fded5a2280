// sqs-consumer as it comes from npm, on our client: https://github.com/bbc/sqs-consumer
import { once } from "node:events";
import { DeleteQueueCommand, SendMessageBatchCommand } from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { Consumer } from "sqs-consumer";
import type { ConsumerOptions } from "sqs-consumer";
import { describe, expect, test } from "vitest";
import { TestQueue } from "./test-queue.ts";

describe("sqs-consumer", () => {
  test("handles every message and deletes it", async () => {
    await using queue = await TestQueue.create();
    const bodies = await sendMessages(queue, 25);
    const handled: string[] = [];
    let processed = 0;
    const consumer = startConsumer(queue, {
      batchSize: 10,
      handleMessage: async (message) => {
        handled.push(message.Body ?? "");
        return message;
      },
    });
    consumer.on("message_processed", () => (processed += 1));
    await until(() => processed === 25, { what: "25 processed messages" });
    await stop(consumer);
    expect(handled.toSorted()).toEqual(bodies.toSorted());
    expect(await queue.receive()).toEqual([]);
  });

  test("deletes what a batch handler returns, and only that", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "1" });
    await sendMessages(queue, 5);
    const refused = "message 3";
    const consumer = startConsumer(queue, {
      batchSize: 10,
      handleMessageBatch: async (messages) => messages.filter(({ Body }) => Body !== refused),
    });
    const processed = new Set<string>();
    consumer.on("message_processed", (message) => processed.add(message.Body ?? ""));
    await until(() => processed.size === 4, { what: "four processed messages" });
    await stop(consumer);
    const left = await until(async () => nonEmpty(await queue.receive()), { what: "the message that was not deleted" });
    expect(left.map(({ Body }) => Body)).toEqual([refused]);
  });

  test("a message whose handler failed comes back after its visibility timeout", async () => {
    await using queue = await TestQueue.create();
    await sendMessages(queue, 1);
    const attempts: { readonly at: number; readonly count: string | undefined }[] = [];
    const consumer = startConsumer(queue, {
      visibilityTimeout: 1,
      messageSystemAttributeNames: ["ApproximateReceiveCount"],
      handleMessage: async (message) => {
        attempts.push({ at: performance.now(), count: message.Attributes?.ApproximateReceiveCount });
        if (attempts.length === 1) throw new Error("not today");
        return message;
      },
    });
    const [error] = await once(consumer, "processing_error");
    expect(error.message).toContain("not today");
    await once(consumer, "message_processed");
    await stop(consumer);
    const [first, second] = attempts;
    expect([first?.count, second?.count]).toEqual(["1", "2"]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(980);
  });

  test("with terminateVisibilityTimeout a message whose handler failed comes back at once", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "600" });
    await sendMessages(queue, 1);
    let attempts = 0;
    const consumer = startConsumer(queue, {
      terminateVisibilityTimeout: true,
      handleMessage: async (message) => {
        attempts += 1;
        if (attempts < 3) throw new Error("once more");
        return message;
      },
    });
    await once(consumer, "message_processed");
    await stop(consumer);
    expect(attempts).toBe(3);
  });

  test("with terminateVisibilityTimeout a whole batch comes back at once", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "600" });
    await sendMessages(queue, 3);
    const handled = new Set<string>();
    let failures = 0;
    const consumer = startConsumer(queue, {
      batchSize: 10,
      terminateVisibilityTimeout: true,
      handleMessageBatch: async (messages) => {
        if (failures === 0) throw new Error(`batch refused ${(failures += 1)}`);
        return messages;
      },
    });
    consumer.on("message_processed", (message) => handled.add(message.Body ?? ""));
    await until(() => handled.size === 3, { what: "three processed messages" });
    await stop(consumer);
    expect(failures).toBe(1);
  });

  test("a heartbeat keeps a message invisible while its handler works", async () => {
    await using queue = await TestQueue.create();
    await sendMessages(queue, 1);
    const seenByOthers: Message[] = [];
    const consumer = startConsumer(queue, {
      visibilityTimeout: 2,
      heartbeatInterval: 1,
      handleMessage: async (message) => {
        for (let second = 0; second < 3; second++) seenByOthers.push(...(await queue.receive()));
        return message;
      },
    });
    await once(consumer, "message_processed");
    await stop(consumer);
    expect(seenByOthers).toEqual([]);
  });

  test("stop({ abort: true }) ends a long poll promptly and loses nothing", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "600" });
    const handled: string[] = [];
    const handleMessage = async (message: Message): Promise<Message> => {
      handled.push(message.Body ?? "");
      return message;
    };
    const first = startConsumer(queue, { waitTimeSeconds: 20, handleMessage });
    await until(() => first.status.isPolling, { what: "the long poll" });
    const stoppedAt = performance.now();
    await stop(first);
    await until(() => !first.status.isPolling, { what: "the end of the long poll" });
    expect(performance.now() - stoppedAt).toBeLessThan(1_000);

    const bodies = await sendMessages(queue, 10);
    const second = startConsumer(queue, { waitTimeSeconds: 20, handleMessage });
    await until(() => handled.length === 10, { what: "ten handled messages" });
    await stop(second);
    expect(handled.toSorted()).toEqual(bodies.toSorted());
  });

  test("consumers that are stopped and started again and again lose nothing", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "600" });
    const handled = new Set<string>();
    const consumer = startConsumer(queue, {
      batchSize: 10,
      handleMessage: async (message) => {
        handled.add(message.Body ?? "");
        return message;
      },
    });
    const sent: string[] = [];
    for (let round = 0; round < 20; round++) {
      const sending = sendMessages(queue, 10, `round ${round}`);
      await stop(consumer);
      await until(() => !consumer.status.isPolling, { what: "the end of the poll" });
      consumer.start();
      sent.push(...(await sending));
    }
    await until(() => handled.size === sent.length, { what: "all messages" });
    await stop(consumer);
    expect([...handled].toSorted()).toEqual(sent.toSorted());
  });

  test("emits 'empty' when a poll found nothing", async () => {
    await using queue = await TestQueue.create();
    const consumer = startConsumer(queue, { waitTimeSeconds: 0, handleMessage: async (message) => message });
    await once(consumer, "empty");
    await stop(consumer);
  });

  test("emits 'error' with AWS's error when the queue is deleted under it", async () => {
    await using queue = await TestQueue.create();
    const doomed = await TestQueue.create();
    await sendMessages(doomed, 1);
    const consumer = startConsumer(doomed, { waitTimeSeconds: 20, handleMessage: async (message) => message });
    await once(consumer, "response_processed");
    await until(() => consumer.status.isPolling, { what: "the long poll" });
    const failing = once(consumer, "error");
    await queue.client.send(new DeleteQueueCommand({ QueueUrl: doomed.queueUrl }));
    const [error] = await failing;
    await stop(consumer);
    doomed.client.destroy();
    expect(error).toMatchObject({ name: "SQSError", code: "QueueDoesNotExist", statusCode: 400, fault: "client" });
    expect(error.message).toContain("The specified queue does not exist");
  });
});

function startConsumer(queue: TestQueue, options: Omit<ConsumerOptions, "queueUrl" | "sqs">): Consumer {
  const consumer = Consumer.create({ ...options, queueUrl: queue.queueUrl, sqs: queue.client });
  // An emitted error that nobody listens to is thrown, and an aborted poll is reported as one.
  consumer.on("error", () => {});
  consumer.start();
  return consumer;
}

/** Stops at once, and waits until the consumer says so. */
async function stop(consumer: Consumer): Promise<void> {
  const stopped = once(consumer, "stopped");
  consumer.stop({ abort: true });
  await stopped;
}

async function sendMessages(queue: TestQueue, count: number, prefix = "message"): Promise<string[]> {
  const bodies = Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
  for (let from = 0; from < count; from += 10) {
    const Entries = bodies.slice(from, from + 10).map((body, index) => ({ Id: `m${index}`, MessageBody: body }));
    await queue.client.send(new SendMessageBatchCommand({ QueueUrl: queue.queueUrl, Entries }));
  }
  return bodies;
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
