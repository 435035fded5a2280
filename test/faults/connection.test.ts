import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@warrenmq/client-sqs";
import { startProxy, until } from "@warrenmq/testing";
import type { Proxy } from "@warrenmq/testing";
import { connect } from "amqplib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { lost, startReceivers, startSenders } from "../support/load.ts";
import { seededRandom } from "../support/random.ts";
import {
  countWaiting,
  createTestQueue,
  deleteQueuesAfterAll,
  errorOf,
  queueNameOf,
  testClient,
} from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const direct = testClient();
deleteQueuesAfterAll();

const native = await connect(inject("brokerUrl"));
afterAll(() => native.close());
const channel = await native.createChannel();

let proxy: Proxy;
let sqs: SQSClient;
let QueueUrl: string;
beforeAll(async () => {
  proxy = await startProxy({ target: inject("brokerUrl") });
  QueueUrl = await createTestQueue(direct, { prefix: "faults" });
});
afterAll(() => proxy.stop());
beforeEach(() => {
  sqs = new SQSClient({ rabbitmq: { url: proxy.url, heartbeatSeconds: 1, timeoutMs: 5_000 } });
});
afterEach(async () => {
  sqs.destroy();
  await proxy.restore();
});

function waiting(): Promise<number> {
  return countWaiting(direct, QueueUrl);
}

async function consumers(): Promise<number> {
  return (await channel.checkQueue(queueNameOf(QueueUrl))).consumerCount;
}

/** Receives and deletes everything through an undisturbed connection. */
async function receiveEverything(): Promise<Map<string, number>> {
  const receivers = startReceivers(direct, QueueUrl, 4);
  const { received } = receivers.log;
  let before = -1;
  await until(
    async () => {
      const settled = received.size === before && (await waiting()) === 0;
      before = received.size;
      return settled;
    },
    { what: "the queue to be empty", timeoutMs: 30_000, intervalMs: 300 },
  );
  await receivers.stop();
  return received;
}

test("a connection that is cut 20 times in mid-send with 64 in flight loses no confirmed message", async () => {
  const random = seededRandom("cut in mid-send");
  const senders = startSenders(sqs, QueueUrl, 64);
  for (let cut = 1; cut <= 20; cut++) {
    const confirmedBefore = senders.log.confirmed.size;
    if (random() < 0.5) proxy.cutAfter({ toBroker: 1 + Math.floor(random() * 40_000) });
    else proxy.cutAfter({ toClient: 1 + Math.floor(random() * 4_000) });
    await until(() => proxy.cuts === cut, { what: `cut ${cut}` });
    await until(() => senders.log.confirmed.size > confirmedBefore, { what: `sends after cut ${cut}` });
  }
  await senders.stop();
  const received = await receiveEverything();
  const { confirmed, failures } = senders.log;
  const duplicates = [...received.values()].filter((count) => count > 1).length;
  console.log(`confirmed ${confirmed.size}, failed ${failures.length}, received ${received.size}, twice ${duplicates}`);
  expect(lost(senders.log, { received, failures: [] })).toEqual([]);
  // They are sent again on the next connection, in time.
  expect(failures).toEqual([]);
  expect(confirmed.size).toBeGreaterThan(64);
});

test("a connection that is cut 10 times while messages are received and deleted loses none and leaves none", async () => {
  const random = seededRandom("cut in mid-receive");
  const senders = startSenders(direct, QueueUrl, 4);
  const receivers = startReceivers(sqs, QueueUrl, 4);
  const cutsBefore = proxy.cuts;
  for (let cut = 1; cut <= 10; cut++) {
    const receivedBefore = receivers.log.received.size;
    proxy.cutAfter({ toClient: 1 + Math.floor(random() * 20_000) });
    await until(() => proxy.cuts === cutsBefore + cut, { what: `cut ${cut}` });
    await until(() => receivers.log.received.size > receivedBefore, { what: `messages after cut ${cut}` });
  }
  await senders.stop();
  await until(() => lost(senders.log, receivers.log).length === 0, { what: "every message", timeoutMs: 20_000 });
  await receivers.stop();
  const { received, failures } = receivers.log;
  const duplicates = [...received.values()].filter((count) => count > 1).length;
  console.log(
    `sent ${senders.log.confirmed.size}, received ${received.size}, twice ${duplicates}, errors ${failures.length}`,
  );
  // Nothing is stuck in flight, or left behind.
  sqs.destroy();
  await until(async () => (await waiting()) === 0 || (await receiveEverything()).size > 0, { what: "an empty queue" });
  expect(await waiting()).toBe(0);
  for (const error of failures) expect(error).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
});

describe("a long poll", () => {
  test("survives a cut, and gets the message that comes after it", async () => {
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const polling = inBackground(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })));
    for (let round = 0; round < 3; round++) {
      const connections = proxy.connections;
      proxy.cut();
      await until(() => proxy.connections > connections, { what: "a new connection" });
    }
    await direct.send(new SendMessageCommand({ QueueUrl, MessageBody: "after the cut" }));
    const { Messages } = await polling;
    expect(Messages?.[0]?.Body).toBe("after the cut");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
  });

  test("gets a message although the broker has it pushed to a connection that is dead, within a few heartbeats", async () => {
    await until(async () => (await consumers()) === 0, { what: "the consumers of other tests to be gone" });
    const polling = inBackground(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })));
    await until(async () => (await consumers()) === 1, { what: "a consumer" });
    proxy.halfOpen();
    await direct.send(new SendMessageCommand({ QueueUrl, MessageBody: "half open" }));
    // The client gives the silent connection up and dials again; so does the broker.
    const connections = proxy.connections;
    await until(() => proxy.connections > connections, { what: "a new attempt", timeoutMs: 10_000 });
    await proxy.restore();
    const { Messages } = await polling;
    expect(Messages?.[0]?.Body).toBe("half open");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
  });
});

test("a message that was deleted just before the connection broke does not come back", async () => {
  for (let round = 0; round < 10; round++) {
    await direct.send(new SendMessageCommand({ QueueUrl, MessageBody: `round ${round}` }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    expect(Messages?.[0]?.Body).toBe(`round ${round}`);
    // The acknowledgement gets lost.
    proxy.swallow({ toBroker: true });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
    proxy.cut();
    await proxy.restore();
    proxy.swallow({});
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))).not.toHaveProperty("Messages");
  }
  expect(await waiting()).toBe(0);
}, 60_000);

describe("a broker that no longer answers", () => {
  test("gives every call an error within timeoutMs, and calls work again when it is back", async () => {
    const hasty = new SQSClient({ rabbitmq: { url: proxy.url, heartbeatSeconds: 1, timeoutMs: 2_000 } });
    await hasty.send(new ReceiveMessageCommand({ QueueUrl }));
    await hasty.send(new SendMessageCommand({ QueueUrl, MessageBody: "before" }));
    proxy.halfOpen();
    const calls: Record<string, () => Promise<unknown>> = {
      send: () => hasty.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })),
      receive: () => hasty.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })),
      attributes: () => hasty.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })),
    };
    const results = await Promise.all(
      Object.entries(calls).map(async ([name, call]) => {
        const startMs = performance.now();
        const error = await errorOf(call());
        return { name, error, elapsedMs: performance.now() - startMs };
      }),
    );
    for (const { name, error, elapsedMs } of results) {
      expect(error, name).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
      expect(error.$retryable, name).toBeDefined();
      expect(elapsedMs, name).toBeLessThan(2_700);
    }
    await proxy.restore();
    await until(
      () =>
        calls["send"]?.().then(
          () => true,
          () => false,
        ) ?? false,
      { what: "a send to succeed" },
    );
    hasty.destroy();
    await receiveEverything();
  });

  test("and loses confirms: the send fails within timeoutMs and says that it may have been stored", async () => {
    const hasty = new SQSClient({ rabbitmq: { url: proxy.url, heartbeatSeconds: 60, timeoutMs: 1_500 } });
    await hasty.send(new SendMessageCommand({ QueueUrl, MessageBody: "before" }));
    proxy.swallow({ toClient: true });
    const startMs = performance.now();
    const error = await errorOf(hasty.send(new SendMessageCommand({ QueueUrl, MessageBody: "unconfirmed" })));
    expect(performance.now() - startMs).toBeLessThan(2_000);
    expect(error).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
    expect(error.message).toContain("did not confirm");
    hasty.destroy();
    await proxy.restore();
    expect([...(await receiveEverything()).keys()].toSorted()).toEqual(["before", "unconfirmed"]);
  });
});
