import { PublishCommand, SNSClient } from "@warrenmq/client-sns";
import type { PublishCommandInput } from "@warrenmq/client-sns";
import { startProxy, until } from "@warrenmq/testing";
import type { Proxy } from "@warrenmq/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { createFifoQueue, deleteFifoQueuesAfterAll } from "../support/fifo.ts";
import { createTestTopic, snsErrorOf, subscribeQueue, takeOne, testSnsClient } from "../support/sns.ts";
import { countWaiting, createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const sqs = testClient();
deleteQueuesAfterAll();
deleteFifoQueuesAfterAll();
const direct = testSnsClient();

const RAW = { RawMessageDelivery: "true" };
const TIMEOUT_MS = 4_000;
// Two, because the first publish of a process looks for the queues, and takes another way than the later ones.
const BEFORE = ["before-1", "before-2"];

let proxy: Proxy;
let sns: SNSClient;
beforeAll(async () => {
  proxy = await startProxy({ target: inject("brokerUrl") });
});
afterAll(() => proxy.stop());
beforeEach(() => {
  sns = new SNSClient({ rabbitmq: { url: proxy.url, heartbeatSeconds: 60, timeoutMs: TIMEOUT_MS } });
});
afterEach(async () => {
  sns.destroy();
  await proxy.restore();
});

/** Publishes while nothing that the broker answers arrives, and checks how the call fails. */
async function publishUnconfirmed(input: PublishCommandInput): Promise<void> {
  proxy.swallow({ toClient: true });
  const startMs = performance.now();
  const error = await snsErrorOf(sns.send(new PublishCommand(input)));
  expect(performance.now() - startMs).toBeLessThan(TIMEOUT_MS + 1_000);
  expect(error).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
  expect(error.$retryable).toBeDefined();
  expect(error.message).toContain("did not confirm");
  expect(proxy.bytesSwallowed).toBeGreaterThan(0);
  await proxy.restore();
}

/** Waits until a queue holds that many messages: what was published reached it, although nobody was told. */
async function untilStored(QueueUrl: string, count: number): Promise<void> {
  const isStored = async (): Promise<boolean> => (await countWaiting(sqs, QueueUrl)) === count;
  await until(isStored, { what: `${count} messages to be stored` });
}

/** The bodies up to and with the one that says `end`, which was published last and to the same group. */
async function bodiesUpToTheEnd(queue: string): Promise<string[]> {
  const bodies: string[] = [];
  while (bodies.at(-1) !== "end") {
    const message = await takeOne(sqs, queue);
    if (message?.Body === undefined) throw new Error(`only ${bodies.join()} came`);
    bodies.push(message.Body);
  }
  return bodies;
}

/** A FIFO topic with two FIFO queues. */
async function createFifoTopic(): Promise<{ topic: string; queues: string[] }> {
  const topic = await createTestTopic(direct, { suffix: ".fifo", attributes: { FifoTopic: "true" } });
  const queues = [await createFifoQueue(sqs), await createFifoQueue(sqs)];
  for (const queue of queues) await subscribeQueue(direct, topic, queue, RAW);
  return { topic, queues };
}

function fifo(TopicArn: string, Message: string): PublishCommandInput {
  return { TopicArn, Message, MessageGroupId: "g", MessageDeduplicationId: Message };
}

describe("a broker that loses confirms of a publish", () => {
  test("to a FIFO topic: the call fails in time, and repeating it stores the message once in each FIFO queue", async () => {
    const { topic, queues } = await createFifoTopic();
    for (const body of BEFORE) await sns.send(new PublishCommand(fifo(topic, body)));
    await publishUnconfirmed(fifo(topic, "unconfirmed"));
    for (const queue of queues) await untilStored(queue, BEFORE.length + 1);
    const repeated = await sns.send(new PublishCommand(fifo(topic, "unconfirmed")));
    // From now on the topic knows it, in every process.
    const again = await direct.send(new PublishCommand(fifo(topic, "unconfirmed")));
    expect(again.MessageId).toBe(repeated.MessageId);
    expect(again.SequenceNumber).toBe(repeated.SequenceNumber);
    await direct.send(new PublishCommand(fifo(topic, "end")));
    for (const queue of queues) expect(await bodiesUpToTheEnd(queue)).toEqual([...BEFORE, "unconfirmed", "end"]);
  });

  test("to a FIFO topic: repeated by another process it is stored once in each FIFO queue as well", async () => {
    const { topic, queues } = await createFifoTopic();
    for (const body of BEFORE) await sns.send(new PublishCommand(fifo(topic, body)));
    await publishUnconfirmed(fifo(topic, "unconfirmed"));
    for (const queue of queues) await untilStored(queue, BEFORE.length + 1);
    await direct.send(new PublishCommand(fifo(topic, "unconfirmed")));
    await direct.send(new PublishCommand(fifo(topic, "end")));
    for (const queue of queues) expect(await bodiesUpToTheEnd(queue)).toEqual([...BEFORE, "unconfirmed", "end"]);
  });

  test("to a standard topic: the call fails in time, and each queue has the message all the same", async () => {
    const topic = await createTestTopic(direct);
    const queues = [await createTestQueue(sqs), await createTestQueue(sqs)];
    for (const queue of queues) await subscribeQueue(direct, topic, queue, RAW);
    for (const Message of BEFORE) await sns.send(new PublishCommand({ TopicArn: topic, Message }));
    await publishUnconfirmed({ TopicArn: topic, Message: "unconfirmed" });
    for (const queue of queues) {
      const bodies = new Set<string | undefined>();
      while (bodies.size < 3) bodies.add((await takeOne(sqs, queue))?.Body);
      expect(bodies).toEqual(new Set([...BEFORE, "unconfirmed"]));
    }
  });
});
