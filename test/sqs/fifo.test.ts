import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageBatchCommand,
} from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
import { describe, expect, test } from "vitest";
import { bodies, createFifoQueue, deleteFifoQueuesAfterAll, poll, sendTo } from "../support/fifo.ts";
import { errorOf, receiveAll, testClient } from "../support/sqs.ts";

const client = testClient();
deleteFifoQueuesAfterAll();

function remove(QueueUrl: string, { ReceiptHandle }: Message): Promise<unknown> {
  return client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
}

function changeVisibility(QueueUrl: string, { ReceiptHandle }: Message, VisibilityTimeout: number): Promise<unknown> {
  return client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
}

describe("message groups", () => {
  test("a receive drains one group before the next", async () => {
    const QueueUrl = await createFifoQueue(client);
    await sendTo(client, QueueUrl, "g1", "g1-m1");
    await sendTo(client, QueueUrl, "g2", "g2-m1");
    await sendTo(client, QueueUrl, "g1", "g1-m2");
    await sendTo(client, QueueUrl, "g1", "g1-m3");
    expect(bodies(await poll(client, { QueueUrl, MaxNumberOfMessages: 4 }))).toEqual([
      "g1-m1",
      "g1-m2",
      "g1-m3",
      "g2-m1",
    ]);
  });

  test("a group with a message in flight is locked, others flow past it", async () => {
    const QueueUrl = await createFifoQueue(client);
    for (const body of ["a1", "a2"]) await sendTo(client, QueueUrl, "a", body);
    const [first] = await poll(client, { QueueUrl, MaxNumberOfMessages: 1 });
    expect(await poll(client, { QueueUrl })).toEqual([]);
    await sendTo(client, QueueUrl, "b", "b1");
    expect(bodies(await poll(client, { QueueUrl }))).toEqual(["b1"]);
    await remove(QueueUrl, first ?? {});
    expect(bodies(await poll(client, { QueueUrl }))).toEqual(["a2"]);
  });

  test("a message made visible again comes alone while a later one is in flight, and other groups come first", async () => {
    const QueueUrl = await createFifoQueue(client);
    for (const body of ["a1", "a2", "a3"]) await sendTo(client, QueueUrl, "a", body);
    const [first] = await poll(client, { QueueUrl, MaxNumberOfMessages: 2 });
    await sendTo(client, QueueUrl, "b", "b1");
    await changeVisibility(QueueUrl, first ?? {}, 0);
    expect(bodies(await poll(client, { QueueUrl }))).toEqual(["b1", "a1"]);
  });

  test("messages whose visibility timeout ends come back in order, with a higher ApproximateReceiveCount", async () => {
    const QueueUrl = await createFifoQueue(client);
    for (const body of ["1", "2", "3"]) await sendTo(client, QueueUrl, "g", body);
    await poll(client, { QueueUrl, VisibilityTimeout: 1 });
    const again = await receiveAll(client, 3, {
      QueueUrl,
      WaitTimeSeconds: 5,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    expect(bodies(again)).toEqual(["1", "2", "3"]);
    expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(["2", "2", "2"]);
  });

  test("an expired receipt handle is refused, one of a deleted message is not", async () => {
    const QueueUrl = await createFifoQueue(client);
    await sendTo(client, QueueUrl, "g", "m");
    const [first = {}] = await poll(client, { QueueUrl, VisibilityTimeout: 0 });
    const error = await errorOf(remove(QueueUrl, first));
    expect(error.name).toBe("InvalidParameterValue");
    expect(error.message).toBe(
      `Value ${first.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
    const [second = {}] = await poll(client, { QueueUrl });
    await remove(QueueUrl, second);
    await expect(remove(QueueUrl, second)).resolves.toBeDefined();
  });

  test("the counts include messages of locked groups as visible", async () => {
    const QueueUrl = await createFifoQueue(client);
    for (const body of ["1", "2", "3", "4"]) await sendTo(client, QueueUrl, "g", body);
    await poll(client, { QueueUrl, MaxNumberOfMessages: 2 });
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: "2", ApproximateNumberOfMessagesNotVisible: "2" });
  });

  test("a batch keeps its order and its messages have rising sequence numbers", async () => {
    const QueueUrl = await createFifoQueue(client, { ContentBasedDeduplication: "true" });
    const { Successful = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: Array.from({ length: 10 }, (_, index) => ({
          Id: String(index),
          MessageBody: String(index),
          MessageGroupId: "g",
        })),
      }),
    );
    const received = await poll(client, { QueueUrl, MessageSystemAttributeNames: ["All"] });
    expect(bodies(received)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    const numbers = received.map(({ Attributes }) => Attributes?.SequenceNumber ?? "");
    expect(numbers).toEqual(Successful.map(({ SequenceNumber }) => SequenceNumber));
    expect(numbers).toEqual([...new Set(numbers)].toSorted());
    expect(numbers.every((number) => /^\d{20}$/.test(number))).toBe(true);
    expect(received[0]?.Attributes?.MessageGroupId).toBe("g");
    expect(received[0]?.Attributes?.MessageDeduplicationId).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a receive repeated with its ReceiveRequestAttemptId gets the same messages and handles", async () => {
    const QueueUrl = await createFifoQueue(client);
    for (const body of ["1", "2"]) await sendTo(client, QueueUrl, "g", body);
    const first = await poll(client, { QueueUrl, ReceiveRequestAttemptId: "attempt" });
    expect(await poll(client, { QueueUrl, ReceiveRequestAttemptId: "attempt" })).toEqual(first);
    await remove(QueueUrl, first[0] ?? {});
    expect(await poll(client, { QueueUrl, ReceiveRequestAttemptId: "attempt" })).toEqual([]);
  });

  test("a receive whose messages were visible again in between is not repeated", async () => {
    const QueueUrl = await createFifoQueue(client);
    await sendTo(client, QueueUrl, "g", "1");
    const [first] = await poll(client, { QueueUrl, ReceiveRequestAttemptId: "attempt", VisibilityTimeout: 1 });
    const [second] = await poll(client, { QueueUrl, WaitTimeSeconds: 5 });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    expect(await poll(client, { QueueUrl, ReceiveRequestAttemptId: "attempt" })).toEqual([]);
    await remove(QueueUrl, second ?? {});
  });
});

describe("deduplication", () => {
  test("a repeated send is answered with the original's ids, and is never received", async () => {
    const QueueUrl = await createFifoQueue(client);
    const original = await sendTo(client, QueueUrl, "g", "first", "id");
    const repeated = await sendTo(client, QueueUrl, "other", "second", "id");
    expect(repeated.MessageId).toBe(original.MessageId);
    expect(repeated.SequenceNumber).toBe(original.SequenceNumber);
    expect(repeated.MD5OfMessageBody).not.toBe(original.MD5OfMessageBody);
    expect(bodies(await poll(client, { QueueUrl }))).toEqual(["first"]);
  });

  test("with scope messageGroup the same id in another group is another message", async () => {
    const QueueUrl = await createFifoQueue(client, { DeduplicationScope: "messageGroup" });
    await sendTo(client, QueueUrl, "a", "a", "id");
    await sendTo(client, QueueUrl, "b", "b", "id");
    await sendTo(client, QueueUrl, "b", "b again", "id");
    expect(bodies(await poll(client, { QueueUrl })).toSorted()).toEqual(["a", "b"]);
  });

  test("a message that was deleted is still remembered, one that was purged is not", async () => {
    const QueueUrl = await createFifoQueue(client);
    await sendTo(client, QueueUrl, "g", "1", "id");
    const [message = {}] = await poll(client, { QueueUrl });
    await remove(QueueUrl, message);
    await sendTo(client, QueueUrl, "g", "2", "id");
    expect(await poll(client, { QueueUrl })).toEqual([]);
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    await sendTo(client, QueueUrl, "g", "3", "id");
    expect(bodies(await poll(client, { QueueUrl }))).toEqual(["3"]);
  });

  test("the same id sent many times at once is received once", async () => {
    const QueueUrl = await createFifoQueue(client);
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, index) => sendTo(client, QueueUrl, `g${index}`, String(index), "id")),
    );
    expect(new Set(sent.map(({ MessageId }) => MessageId)).size).toBe(1);
    const received = await receiveAll(client, 2, { QueueUrl }, 1_500);
    expect(received.map(({ MessageId }) => MessageId)).toEqual([sent[0]?.MessageId]);
  });

  test("a purge takes queued and in-flight messages", async () => {
    const QueueUrl = await createFifoQueue(client);
    for (const body of ["1", "2"]) await sendTo(client, QueueUrl, "g", body);
    await poll(client, { QueueUrl, MaxNumberOfMessages: 1, VisibilityTimeout: 1 });
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await poll(client, { QueueUrl, WaitTimeSeconds: 2 })).toEqual([]);
  });
});
