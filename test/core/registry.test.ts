import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
} from "@warrenmq/client-sqs";
import { startBroker, startProxy, uniqueName } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { connect } from "amqplib";
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// Restarts and deletes what other test files need, so the broker is this file's own.
let broker: Broker;
beforeAll(async () => {
  broker = await startBroker({ own: true });
});
afterAll(() => broker.stop());

const WORKER = `
  const { SQSClient, CreateQueueCommand, GetQueueAttributesCommand } = require("@warrenmq/client-sqs");
  const sqs = new SQSClient({});
  const attribute = async (QueueUrl) => (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] }))).Attributes.VisibilityTimeout;
  process.on("message", async ({ QueueName, VisibilityTimeout, ask }) => {
    if (ask) return process.send({ VisibilityTimeout: await attribute(QueueName) });
    try {
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout } }));
      process.send({ won: VisibilityTimeout });
    } catch (error) {
      process.send({ lost: error.name });
    }
  });
  sqs.send(new GetQueueAttributesCommand({ QueueUrl: "none" })).catch(() => process.send({ ready: true }));
`;

async function ask(worker: ChildProcess, question: object): Promise<Record<string, string>> {
  const answer = once(worker, "message");
  worker.send(question);
  const [message]: unknown[] = await answer;
  if (typeof message !== "object" || message === null) throw new Error("no answer");
  return Object.fromEntries(Object.entries(message).map(([key, value]) => [key, String(value)]));
}

test("three processes that create one queue with different attributes: one wins, and all agree which", async () => {
  const workers = await Promise.all(
    [1, 2, 3].map(async () => {
      const worker = fork("-e", [WORKER], {
        cwd: import.meta.dirname,
        execArgv: ["--no-warnings"],
        env: { ...process.env, RABBITMQ_URL: broker.url },
      });
      await once(worker, "message");
      return worker;
    }),
  );
  try {
    for (let round = 0; round < 5; round++) {
      const QueueName = uniqueName("race");
      const answers = await Promise.all(
        workers.map((worker, index) => ask(worker, { QueueName, VisibilityTimeout: String(10 + index) })),
      );
      const won = answers.flatMap((answer) => answer["won"] ?? []);
      expect(won).toHaveLength(1);
      expect(answers.flatMap((answer) => answer["lost"] ?? [])).toEqual(["QueueNameExists", "QueueNameExists"]);
      const seen = await Promise.all(workers.map((worker) => ask(worker, { QueueName, ask: true })));
      expect(seen.map((answer) => answer["VisibilityTimeout"])).toEqual([won[0], won[0], won[0]]);
    }
  } finally {
    for (const worker of workers) worker.kill();
  }
});

const attributeOf = async (sqs: SQSClient, QueueUrl: string): Promise<string | undefined> => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] }),
  );
  return Attributes?.VisibilityTimeout;
};

describe("a connection that is cut", () => {
  test("at any byte of a client's first calls does not fail them", async () => {
    await using proxy = await startProxy({ target: broker.url });
    const QueueName = uniqueName("cut");
    for (let round = 0; round < 15; round++) {
      const toBroker = 200 + Math.floor(Math.random() * 3_500);
      const sqs = new SQSClient({ rabbitmq: { url: proxy.url, connectionName: `cut ${round}`, timeoutMs: 10_000 } });
      const cutsBefore = proxy.cuts;
      proxy.cutAfter({ toBroker });
      const startMs = performance.now();
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "30" } }));
      await sqs.send(new TagQueueCommand({ QueueUrl: QueueName, Tags: { round: String(round) } }));
      expect(performance.now() - startMs, `cut after ${toBroker} bytes`).toBeLessThan(5_000);
      const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl: QueueName }));
      expect(Tags, `cut after ${toBroker} bytes`).toEqual({ round: String(round) });
      if (proxy.cuts === cutsBefore) await proxy.restore();
      sqs.destroy();
    }
    expect(proxy.cuts).toBeGreaterThan(3);
  });

  test("between calls is not noticed, and what others wrote meanwhile is known", async () => {
    await using proxy = await startProxy({ target: broker.url });
    const sqs = new SQSClient({ rabbitmq: { url: proxy.url } });
    const other = new SQSClient({ rabbitmq: { url: broker.url } });
    const QueueName = uniqueName("away");
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "30" } }));
    for (let round = 1; round <= 5; round++) {
      proxy.refuse();
      proxy.cut();
      const Attributes = { VisibilityTimeout: String(30 + round) };
      await other.send(new SetQueueAttributesCommand({ QueueUrl: QueueName, Attributes }));
      await proxy.accept();
      expect(await attributeOf(sqs, QueueName)).toBe(String(30 + round));
    }
    sqs.destroy();
    other.destroy();
  });
});

test("attributes and tags survive a restart of the broker, for old clients and new ones", async () => {
  const sqs = new SQSClient({ rabbitmq: { url: broker.url, timeoutMs: 60_000 } });
  const QueueName = uniqueName("kept");
  await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "77" }, tags: { a: "b" } }));
  // Cleanly: up to 4.0 RabbitMQ loses a stream that was declared only moments before a crash. test/faults crashes brokers.
  await broker.restart();
  const fresh = new SQSClient({ rabbitmq: { url: broker.url, connectionName: "fresh" } });
  for (const client of [sqs, fresh]) {
    expect(await attributeOf(client, QueueName)).toBe("77");
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl: QueueName }))).Tags).toEqual({ a: "b" });
  }
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: QueueName, Attributes: { VisibilityTimeout: "78" } }));
  expect(await attributeOf(sqs, QueueName)).toBe("78");
  await sqs.send(new DeleteQueueCommand({ QueueUrl: QueueName }));
  sqs.destroy();
  fresh.destroy();
});

describe("a registry stream that was deleted", () => {
  test("is made anew; queues that exist are adopted, also by clients that were connected", async () => {
    const sqs = new SQSClient({ rabbitmq: { url: broker.url } });
    const QueueName = uniqueName("adopted");
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "55" } }));
    const native = await connect(broker.url);
    const channel = await native.createChannel();
    await channel.deleteQueue("warrenmq.registry");
    const other = uniqueName("new");
    await sqs.send(new CreateQueueCommand({ QueueName: other }));
    expect(await attributeOf(sqs, QueueName)).toBe("30");
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls.map((url) => url.slice(url.lastIndexOf("/") + 1)).toSorted()).toEqual(
      [QueueName, other].toSorted(),
    );
    await native.close();
    sqs.destroy();
  });

  test("while the client was away, is noticed too", async () => {
    await using proxy = await startProxy({ target: broker.url });
    const sqs = new SQSClient({ rabbitmq: { url: proxy.url } });
    for (let index = 0; index < 5; index++) await sqs.send(new CreateQueueCommand({ QueueName: uniqueName("more") }));
    proxy.refuse();
    proxy.cut();
    const native = await connect(broker.url);
    const channel = await native.createChannel();
    await channel.deleteQueue("warrenmq.registry");
    await native.close();
    await proxy.accept();
    const QueueName = uniqueName("after");
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "44" } }));
    expect(await attributeOf(sqs, QueueName)).toBe("44");
    const fresh = new SQSClient({ rabbitmq: { url: broker.url } });
    expect(await attributeOf(fresh, QueueName)).toBe("44");
    await fresh.send(new GetQueueUrlCommand({ QueueName }));
    fresh.destroy();
    sqs.destroy();
  });
});
