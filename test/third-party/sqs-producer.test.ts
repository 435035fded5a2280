// sqs-producer as it comes from npm, on our client: https://github.com/bbc/sqs-producer
import { until } from "@warrenmq/testing";
import { Producer } from "sqs-producer";
import { describe, expect, test } from "vitest";
import { TestQueue } from "./test-queue.ts";

describe("sqs-producer", () => {
  test("sends one message", async () => {
    await using queue = await TestQueue.create();
    const results = await newProducer(queue).send("hello");
    expect(results).toMatchObject([{ Id: "hello", MD5OfMessageBody: "5d41402abc4b2a76b9719d911017c592" }]);
    const [message] = await queue.receive();
    expect(message).toMatchObject({ MessageId: results[0]?.MessageId, Body: "hello" });
  });

  test("sends a list in batches of ten", async () => {
    await using queue = await TestQueue.create();
    const bodies = Array.from({ length: 25 }, (_, index) => `m${index}`);
    const results = await newProducer(queue).send(bodies);
    expect(results.map(({ Id }) => Id)).toEqual(bodies);
    expect(await receiveBodies(queue, 25)).toEqual(bodies.toSorted());
  });

  test("sends message attributes", async () => {
    await using queue = await TestQueue.create();
    const messageAttributes = {
      customer: { DataType: "String", StringValue: "anna" },
      items: { DataType: "Number", StringValue: "3" },
      picture: { DataType: "Binary.png", BinaryValue: new Uint8Array([0, 255, 128]) },
    };
    await newProducer(queue).send([{ id: "id1", body: "an order", messageAttributes }]);
    const [message] = await queue.receive();
    expect(message?.Body).toBe("an order");
    expect(message?.MessageAttributes).toEqual(messageAttributes);
  });

  test("rejects with FailedMessagesError or AWS's own error when a message is refused", async () => {
    await using queue = await TestQueue.create();
    const twins = [
      { id: "same", body: "one" },
      { id: "same", body: "two" },
    ];
    await expect(newProducer(queue).send(twins)).rejects.toMatchObject({ name: "BatchEntryIdsNotDistinct" });
    const control = { id: "id1", body: "a \u0000 is not allowed" };
    await expect(newProducer(queue).send(control)).rejects.toThrow(/id1|InvalidMessageContents/);
  });

  test("queueSize counts the messages that wait", async () => {
    await using queue = await TestQueue.create();
    const producer = newProducer(queue);
    expect(await producer.queueSize()).toBe(0);
    await producer.send(["one", "two", "three"]);
    await until(async () => (await producer.queueSize()) === 3, { what: "a queue size of three" });
  });
});

function newProducer(queue: TestQueue): Producer {
  return Producer.create({ queueUrl: queue.queueUrl, sqs: queue.client });
}

async function receiveBodies(queue: TestQueue, count: number): Promise<string[]> {
  const bodies: string[] = [];
  await until(
    async () => {
      bodies.push(...(await queue.receive()).map(({ Body = "" }) => Body));
      return bodies.length >= count;
    },
    { what: `${count} messages` },
  );
  return bodies.toSorted();
}
