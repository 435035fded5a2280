import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type Message,
} from "@warrenmq/client-sqs";
import { describe, expect, test } from "vitest";
import { clientOnItsOwn } from "../support/client-on-its-own.ts";
import { bodies, createFifoQueue, deleteFifoQueuesAfterAll, poll, sendTo } from "../support/fifo.ts";
import { inBackground } from "../support/in-background.ts";
import { errorOf, testClient } from "../support/sqs.ts";

const client = testClient();
deleteFifoQueuesAfterAll();

async function counts(QueueUrl: string): Promise<Record<string, string> | undefined> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"],
    }),
  );
  return Attributes;
}

function counted(visible: number, delayed: number): Record<string, string> {
  return { ApproximateNumberOfMessages: String(visible), ApproximateNumberOfMessagesDelayed: String(delayed) };
}

function setDelay(QueueUrl: string, DelaySeconds: number): Promise<unknown> {
  const Attributes = { DelaySeconds: String(DelaySeconds) };
  return client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
}

describe.concurrent("a FIFO queue with DelaySeconds", () => {
  test("delays each message from its send on, and keeps the order of its group", async () => {
    const QueueUrl = await createFifoQueue(client, { DelaySeconds: "2" });
    const sentAtMs = performance.now();
    for (const body of ["1", "2", "3"]) await sendTo(client, QueueUrl, "g", body);
    expect(await counts(QueueUrl)).toEqual(counted(0, 3));
    expect(await poll(client, { QueueUrl })).toEqual([]);
    const received: Message[] = [];
    while (received.length < 3) {
      const messages = await poll(client, { QueueUrl, WaitTimeSeconds: 5 });
      if (received.length === 0) {
        expect(performance.now() - sentAtMs).toBeGreaterThan(1_990);
        expect(performance.now() - sentAtMs).toBeLessThan(2_500);
      }
      for (const { ReceiptHandle } of messages) {
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      received.push(...messages);
    }
    expect(bodies(received)).toEqual(["1", "2", "3"]);
  });

  test("delays a message that was sent while nobody received, and counts it", async () => {
    const QueueUrl = await createFifoQueue(client, { DelaySeconds: "2" });
    const sent = clientOnItsOwn();
    await sent.send(
      new SendMessageCommand({ QueueUrl, MessageBody: "m", MessageGroupId: "g", MessageDeduplicationId: "m" }),
    );
    sent.destroy();
    expect(await counts(QueueUrl)).toEqual(counted(0, 1));
    const atMs = performance.now();
    expect(bodies(await poll(client, { QueueUrl, WaitTimeSeconds: 5 }))).toEqual(["m"]);
    expect(performance.now() - atMs).toBeGreaterThan(1_000);
    expect(await counts(QueueUrl)).toEqual(counted(0, 0));
  });

  test("holds a change of it, as AWS does, for messages that wait already", async () => {
    const QueueUrl = await createFifoQueue(client, { DelaySeconds: "900" });
    for (const body of ["1", "2"]) await sendTo(client, QueueUrl, "g", body);
    const polling = inBackground(poll(client, { QueueUrl, WaitTimeSeconds: 10 }));
    await setDelay(QueueUrl, 0);
    await sendTo(client, QueueUrl, "g", "3");
    const first = await polling;
    expect(bodies(first)[0]).toBe("1");
    expect(await counts(QueueUrl)).toEqual(counted(3 - first.length, 0));
  });

  test("hides again what nobody has received when it grows, and nothing else", async () => {
    const QueueUrl = await createFifoQueue(client);
    for (const body of ["1", "2"]) await sendTo(client, QueueUrl, "g", body);
    await sendTo(client, QueueUrl, "h", "h1");
    const [first] = await poll(client, { QueueUrl, MaxNumberOfMessages: 1, VisibilityTimeout: 1 });
    expect(first?.Body).toBe("1");
    await setDelay(QueueUrl, 900);
    expect(bodies(await poll(client, { QueueUrl, WaitTimeSeconds: 3 }))).toEqual(["1"]);
    expect(await counts(QueueUrl)).toMatchObject({ ApproximateNumberOfMessages: "0" });
  });

  test("does not hold up another queue's messages, and is emptied by a purge", async () => {
    const QueueUrl = await createFifoQueue(client, { DelaySeconds: "2" });
    await sendTo(client, QueueUrl, "g", "purged");
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await counts(QueueUrl)).toEqual(counted(0, 0));
    await sendTo(client, QueueUrl, "g", "sent later");
    expect(bodies(await poll(client, { QueueUrl, WaitTimeSeconds: 5 }))).toEqual(["sent later"]);
  });

  test("takes no delay of a single message, except 0", async () => {
    const QueueUrl = await createFifoQueue(client);
    const send = (DelaySeconds: number): Promise<unknown> =>
      client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: "m",
          MessageGroupId: "g",
          MessageDeduplicationId: String(DelaySeconds),
          DelaySeconds,
        }),
      );
    expect(await errorOf(send(2))).toMatchObject({
      name: "InvalidParameterValue",
      message:
        "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
    });
    await send(0);
    expect(bodies(await poll(client, { QueueUrl }))).toEqual(["m"]);
  });
});
