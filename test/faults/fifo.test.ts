import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from "@warrenmq/client-sqs";
import { startBroker, startCluster, uniqueName, until } from "@warrenmq/testing";
import { expect, test } from "vitest";
import { FifoLoad } from "../support/fifo-load.ts";
import { bodies, poll } from "../support/fifo.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

const GROUPS = 8;
const RECEIVERS = 3;

async function createQueue(sqs: SQSClient): Promise<string> {
  const QueueName = `${uniqueName("fifo")}.fifo`;
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: "true" } }));
  return QueueUrl;
}

async function moreIsDone(load: FifoLoad, count: number): Promise<void> {
  const sent = load.sentCount();
  const deleted = load.deletedCount();
  await until(() => load.sentCount() > sent + count && load.deletedCount() > deleted + count, {
    what: "messages to be sent and deleted",
    timeoutMs: 60_000,
  });
}

async function finish(load: FifoLoad): Promise<void> {
  await load.stopSending();
  await until(() => load.deletedCount() >= load.sentCount(), {
    what: "everything to be deleted",
    timeoutMs: 30_000,
  }).catch(() => undefined); // the violations say what is missing
  await load.stopReceiving();
  console.log(`fifo: ${load.sentCount()} sent, ${load.deletedCount()} deleted`);
  expect(load.violations()).toEqual([]);
}

test("a broker that is killed and restarted under FIFO load keeps the order, and loses and repeats nothing", async () => {
  await using broker = await startBroker({ own: true });
  const sqs = new SQSClient({ rabbitmq: { url: broker.url, heartbeatSeconds: 2, timeoutMs: 30_000 } });
  const load = new FifoLoad(sqs, await createQueue(sqs));
  const createdMs = performance.now();
  await broker.syncToDisk();
  load.start(GROUPS, RECEIVERS);
  // Up to 4.0 RabbitMQ loses a stream that was declared only moments before a crash.
  await until(() => performance.now() - createdMs > 10_000, { what: "the log to be old enough", timeoutMs: 15_000 });
  for (let crash = 0; crash < 2; crash++) {
    await moreIsDone(load, 100);
    await broker.kill();
    await broker.restart();
  }
  await moreIsDone(load, 100);
  await finish(load);
  sqs.destroy();
}, 180_000);

test("a cluster that loses a node under FIFO load keeps the order, and loses and repeats nothing", async () => {
  await using cluster = await startCluster({ nodes: 3, version: "4.3" });
  const [first] = cluster.nodes;
  const sqs = new SQSClient({ rabbitmq: { url: cluster.urls, heartbeatSeconds: 2, timeoutMs: 30_000 } });
  const load = new FifoLoad(sqs, await createQueue(sqs));
  load.start(GROUPS, RECEIVERS);
  await moreIsDone(load, 100);
  await first?.kill();
  await moreIsDone(load, 100);
  await first?.restart();
  await moreIsDone(load, 100);
  await finish(load);
  sqs.destroy();
}, 180_000);

test("a process that starts while the broker has a disk alarm drains a FIFO queue", async () => {
  await using broker = await startBroker({ own: true });
  const sqs = new SQSClient({ rabbitmq: { url: broker.url } });
  const QueueUrl = await createQueue(sqs);
  const Entries = ["1", "2", "3"].map((MessageBody) => ({
    Id: MessageBody,
    MessageBody,
    MessageGroupId: "g",
    MessageDeduplicationId: MessageBody,
  }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  await broker.ctl(["eval", "rabbit_alarm:set_alarm({{resource_limit, disk, node()}, []})."]);
  const fresh = new SQSClient({ rabbitmq: { url: broker.url, connectionName: "fresh" } });
  try {
    expect(bodies(await poll(fresh, { QueueUrl, WaitTimeSeconds: 2 }))).toEqual(["1", "2", "3"]);
  } finally {
    await broker.ctl(["eval", "rabbit_alarm:clear_alarm({resource_limit, disk, node()})."]);
    fresh.destroy();
    sqs.destroy();
  }
});
