import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  SQSClient,
  TagQueueCommand,
} from "@warrenmq/client-sqs";
import { startBroker, startProxy, uniqueName, until } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, type ChannelModel } from "amqplib";
import { publish, record, recordQueues } from "../support/registry-records.ts";

const SNAPSHOTS = "warrenmq.registry.sqs.v2";
const RECORDS = 2_500;

// Fills the registry and deletes it, so the broker is this file's own.
let broker: Broker;
let native: ChannelModel;
beforeAll(async () => {
  broker = await startBroker({ own: true });
  native = await connect(broker.url);
});
afterAll(async () => {
  await native.close();
  await broker.stop();
});

function client(url = broker.url): SQSClient {
  return new SQSClient({ rabbitmq: { url, connectionName: uniqueName("client") } });
}

function names(prefix: string, count = RECORDS): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

async function countQueues(sqs: SQSClient, QueueNamePrefix: string): Promise<number> {
  let count = 0;
  let NextToken: string | undefined;
  do {
    const page = await sqs.send(new ListQueuesCommand({ QueueNamePrefix, MaxResults: 1_000, NextToken }));
    count += page.QueueUrls?.length ?? 0;
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return count;
}

/** What a new client reads until its first call is answered. */
async function bytesOfFirstCall(): Promise<number> {
  await using proxy = await startProxy({ target: broker.url });
  const sqs = client(proxy.url);
  await sqs.send(new ListQueuesCommand({ MaxResults: 1 }));
  sqs.destroy();
  return proxy.bytesToClient;
}

/** Snapshots that lie on their stream, when there are at least so many. */
async function snapshots(atLeast = 1): Promise<number> {
  const reading = await native.createChannel();
  let found = 0;
  await reading.prefetch(10);
  await reading.consume(SNAPSHOTS, (message) => message !== null && found++, {
    arguments: { "x-stream-offset": "first" },
  });
  await until(() => found >= atLeast, { what: `${atLeast} snapshots` });
  await reading.prefetch(10); // what the broker has sent until now has arrived when it answers
  await reading.close();
  return found;
}

async function writtenSnapshot(): Promise<void> {
  await until(
    async () => {
      const probe = await native.createChannel();
      probe.on("error", () => undefined); // not there yet
      const exists = await probe.checkQueue(SNAPSHOTS).then(
        () => true,
        () => false,
      );
      if (exists) await probe.close();
      return exists;
    },
    { what: "the stream of snapshots" },
  );
  await snapshots();
}

test("a process starts from the newest snapshot, and knows what was written before and after it", async () => {
  const first = client();
  const QueueName = uniqueName("tagged");
  await first.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "55" } }));
  await recordQueues(broker.url, names("before"));
  const whole = await bytesOfFirstCall();
  await first.send(new TagQueueCommand({ QueueUrl: QueueName, Tags: { a: "1" } }));
  await writtenSnapshot();
  await recordQueues(broker.url, names("after", 10));
  await first.send(new TagQueueCommand({ QueueUrl: QueueName, Tags: { b: "2" } }));

  expect(await bytesOfFirstCall()).toBeLessThan(whole / 3);
  const fresh = client();
  expect(await countQueues(fresh, "before-")).toBe(RECORDS);
  expect(await countQueues(fresh, "after-")).toBe(10);
  expect((await fresh.send(new ListQueueTagsCommand({ QueueUrl: QueueName }))).Tags).toEqual({ a: "1", b: "2" });
  const { Attributes } = await fresh.send(
    new GetQueueAttributesCommand({ QueueUrl: QueueName, AttributeNames: ["All"] }),
  );
  expect(Attributes?.VisibilityTimeout).toBe("55");
  for (const sqs of [first, fresh]) sqs.destroy();
});

test("of many processes that find a snapshot due, one writes it", async () => {
  const clients = Array.from({ length: 8 }, () => client());
  await Promise.all(clients.map((sqs) => sqs.send(new ListQueuesCommand({}))));
  const before = await snapshots();
  await recordQueues(broker.url, names("race"));
  await Promise.all(clients.map((sqs) => sqs.send(new CreateQueueCommand({ QueueName: "race-0" }))));
  await snapshots(before + 1);
  for (const sqs of clients) expect(await countQueues(sqs, "race-")).toBe(RECORDS);
  for (const sqs of clients) sqs.destroy();
  expect(await snapshots(before + 1)).toBe(before + 1);
});

test("a process that is done at once writes the snapshot that it claimed, before it ends", async () => {
  const before = await snapshots();
  await recordQueues(broker.url, names("brief"));
  const brief = client();
  await brief.send(new ListQueuesCommand({ MaxResults: 1 }));
  brief.destroy();
  expect(await snapshots(before + 1)).toBe(before + 1);
});

test("a snapshot that a process claimed, and did not live to write, is written by one that starts a minute later", async () => {
  const before = await snapshots();
  await recordQueues(broker.url, names("died"));
  const minuteAgo = Date.now() - 60_000;
  await publish(broker.url, "warrenmq.registry", [record("registry.snapshot", "sqs.v2", minuteAgo)]);
  const next = client();
  await next.send(new ListQueuesCommand({ MaxResults: 1 }));
  await snapshots(before + 1);
  next.destroy();
});

test("what is no snapshot, or of another version's making, costs time and nothing else", async () => {
  await publish(broker.url, SNAPSHOTS, ["no snapshot", "{}", Buffer.alloc(100_000)]);
  await publish(broker.url, "warrenmq.registry", [
    record("registry.snapshot", "sqs.v2"),
    record("registry.snapshot", 7),
  ]);
  const sqs = client();
  expect(await countQueues(sqs, "race-")).toBe(RECORDS);
  sqs.destroy();
});

test("a snapshot of a registry that was deleted is not believed, and is replaced", async () => {
  const old = client();
  expect(await countQueues(old, "race-")).toBe(RECORDS);
  old.destroy();
  await (await native.createChannel()).deleteQueue("warrenmq.registry");
  const sqs = client();
  const startMs = performance.now();
  expect(await countQueues(sqs, "")).toBe(0);
  expect(performance.now() - startMs).toBeLessThan(2_000);
  const QueueName = uniqueName("anew");
  await sqs.send(new CreateQueueCommand({ QueueName }));
  await sqs.send(new TagQueueCommand({ QueueUrl: QueueName, Tags: { c: "3" } }));
  const fresh = client();
  expect((await fresh.send(new ListQueueTagsCommand({ QueueUrl: QueueName }))).Tags).toEqual({ c: "3" });
  expect(await countQueues(fresh, "")).toBe(1);
  for (const each of [sqs, fresh]) each.destroy();
});
