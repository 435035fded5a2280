import { KinesisClient, PutRecordCommand } from "@warrenmq/client-kinesis";
import { SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import { startBroker, type Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { bodies, createFifoQueue, poll, sendTo } from "../support/fifo.ts";
import { inBackground } from "../support/in-background.ts";
import { createTestStream, readShard, textOf } from "../support/kinesis.ts";
import { createTestQueue, queueNameOf } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

let broker: Broker;
let sqs: SQSClient;
let kinesis: KinesisClient;
beforeAll(async () => {
  broker = await startBroker({ own: true });
  const rabbitmq = { url: broker.url, timeoutMs: 30_000 };
  sqs = new SQSClient({ rabbitmq });
  kinesis = new KinesisClient({ rabbitmq });
});
afterAll(async () => {
  for (const client of [sqs, kinesis]) client.destroy();
  await broker.stop();
});

const nameOf = (queue: string): string => `{resource, <<"/">>, queue, <<"${queue}">>}`;

/** Runs `call` while the broker does not route to the queue; it may end only when the broker does so again. */
async function whileNotRouted<T>(queue: string, call: () => Promise<T>): Promise<T> {
  await broker.ctl(["eval", `mnesia:dirty_delete(rabbit_queue, ${nameOf(queue)}).`]);
  const calling = inBackground(call().then((result) => ({ result, endedAt: Date.now() })));
  const restore = `[Q] = mnesia:dirty_read(rabbit_durable_queue, ${nameOf(queue)}), mnesia:dirty_write(rabbit_queue, Q)`;
  const restoredAt = await broker.ctl([
    "eval",
    `timer:sleep(300), At = erlang:system_time(millisecond), ${restore}, At.`,
  ]);
  const { result, endedAt } = await calling;
  expect(endedAt).toBeGreaterThanOrEqual(Number(restoredAt));
  return result;
}

// For a moment after a restart a broker with Mnesia has streams that its routing does not know yet, and returns messages to them
// as unroutable. These tests take queues out of the routing themselves. RabbitMQ 4.3 has no Mnesia.
describe.skipIf(inject("brokerVersion").startsWith("4.3"))(
  "while RabbitMQ has a queue and does not route to it",
  () => {
    test("a send to a FIFO queue whose log is not routed to waits, and the queue is not forgotten", async () => {
      const QueueUrl = await createFifoQueue(sqs);
      await sendTo(sqs, QueueUrl, "g", "before");
      await whileNotRouted(`${queueNameOf(QueueUrl)}.log`, () => sendTo(sqs, QueueUrl, "g", "meanwhile"));
      await sendTo(sqs, QueueUrl, "g", "after");
      const received = await poll(sqs, { QueueUrl, WaitTimeSeconds: 5 });
      expect(bodies(received)).toEqual(["before", "meanwhile", "after"]);
    });

    test("a send to a queue that is not routed to waits", async () => {
      const QueueUrl = await createTestQueue(sqs, { prefix: "unrouted" });
      const send = new SendMessageCommand({ QueueUrl, MessageBody: "meanwhile" });
      await whileNotRouted(queueNameOf(QueueUrl), () => sqs.send(send));
      expect(bodies(await poll(sqs, { QueueUrl, WaitTimeSeconds: 5 }))).toEqual(["meanwhile"]);
    });

    test("a put to a shard that is not routed to waits, and the record is stored once", async () => {
      const StreamName = await createTestStream(kinesis);
      const put = (text: string): Promise<unknown> =>
        kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: "k", Data: Buffer.from(text) }));
      await put("before");
      const [shard = ""] = (await broker.ctl(["list_queues", "name"]))
        .split("\n")
        .filter((name) => name.includes(StreamName));
      await whileNotRouted(shard, () => put("meanwhile"));
      await put("after");
      expect((await readShard(kinesis, StreamName, "0")).map(textOf)).toEqual(["before", "meanwhile", "after"]);
    });
  },
);
