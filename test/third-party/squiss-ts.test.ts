// squiss-ts as it comes from npm, on our aggregated client: https://github.com/PruvoNet/squiss-ts
import { once } from "node:events";
import { GetQueueAttributesCommand, SQS } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { Squiss } from "squiss-ts";
import type { ISquissOptions, Message } from "squiss-ts";
import { afterAll, describe, expect, inject, test } from "vitest";
import { TestQueue } from "./test-queue.ts";

describe("squiss-ts", () => {
  const sqs = new SQS({ rabbitmq: { url: inject("brokerUrl") } });
  afterAll(() => sqs.destroy());

  /** A Squiss that ends its long poll before its queue is deleted. */
  function newSquiss(options: ISquissOptions): Squiss & AsyncDisposable {
    const squiss = new Squiss({ SQS: sqs, deleteWaitMs: 10, ...options });
    return Object.assign(squiss, {
      [Symbol.asyncDispose]: async () => {
        const aborted = squiss.running ? once(squiss, "aborted") : undefined;
        await squiss.stop(false);
        await aborted;
      },
    });
  }

  test("sends objects, receives them parsed, and deletes what is handled", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "600" });
    await using squiss = newSquiss({ queueUrl: queue.queueUrl, bodyFormat: "json", receiveWaitTimeSecs: 5 });
    const handled: unknown[] = [];
    squiss.on("message", (message: Message) => {
      handled.push(message.body);
      void message.del();
    });
    await squiss.start();
    await squiss.sendMessages([{ order: 1 }, { order: 2 }, { order: 3 }]);
    await until(() => handled.length === 3, { what: "three handled messages" });
    expect(handled).toEqual(expect.arrayContaining([{ order: 1 }, { order: 2 }, { order: 3 }]));
    await until(async () => (await depth(queue)) === "0/0", { what: "the deletes" });
  });

  test("keeps attributes, and release() brings a message back at once", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "600" });
    await using squiss = newSquiss({
      queueUrl: queue.queueUrl,
      receiveAttributes: ["All"],
      receiveSqsAttributes: ["All"],
    });
    const seen: { count: string | undefined; attributes: unknown }[] = [];
    squiss.on("message", (message: Message) => {
      seen.push({ count: message.sqsAttributes["ApproximateReceiveCount"], attributes: message.attributes });
      void (seen.length === 1 ? message.release() : message.del());
    });
    await squiss.start();
    await squiss.sendMessage("an order", undefined, { customer: "anna", items: 3 });
    await until(() => seen.length === 2, { what: "the message, twice" });
    const attributes = { customer: "anna", items: 3 };
    expect(seen).toEqual([
      { count: "1", attributes },
      { count: "2", attributes },
    ]);
  });

  test("makes its own client of our class, and finds a queue by its name", async () => {
    await using queue = await TestQueue.create();
    const queueName = queue.queueUrl.split("/").at(-1) ?? "";
    await using squiss = newSquiss({ SQS, awsConfig: { endpoint: inject("brokerUrl") }, queueName });
    await squiss.sendMessage("by name");
    expect(await queue.receive()).toMatchObject([{ Body: "by name" }]);
  });

  test("extends the visibility of a message that is handled for long", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "2" });
    await using squiss = newSquiss({ queueUrl: queue.queueUrl, autoExtendTimeout: true, advancedCallMs: 1_500 });
    const seen: Message[] = [];
    squiss.on("message", (message: Message) => seen.push(message));
    let extended = 0;
    squiss.on("timeoutExtended", () => (extended += 1));
    await squiss.start();
    await squiss.sendMessage("slow");
    await until(() => extended >= 5, { what: "five extensions, which is longer than the visibility timeout" });
    expect(seen).toHaveLength(1);
    expect(await queue.receive()).toEqual([]);
    await seen[0]?.del();
  });
});

/** Messages that wait and messages that are received. */
async function depth({ client, queueUrl: QueueUrl }: TestQueue): Promise<string> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return `${Attributes.ApproximateNumberOfMessages}/${Attributes.ApproximateNumberOfMessagesNotVisible}`;
}
