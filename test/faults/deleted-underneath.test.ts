import { CreateStreamCommand, KinesisClient, PutRecordCommand } from "@warrenmq/client-kinesis";
import { PublishCommand, SNSClient } from "@warrenmq/client-sns";
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import { startBroker, uniqueName, until } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { connect } from "amqplib";
import type { Channel, ChannelModel } from "amqplib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { readShard } from "../support/kinesis.ts";
import { expectComplete, startProducers } from "../support/kinesis-puts.ts";
import { lost, startReceivers, startSenders } from "../support/load.ts";
import { noteRecovery, untilItWorks } from "../support/recovery.ts";
import { createTestTopic, subscribeQueue } from "../support/sns.ts";
import { createTestQueue, queueNameOf } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

let broker: Broker;
let native: ChannelModel;
let channel: Channel;
let sqs: SQSClient;
let sns: SNSClient;
let kinesis: KinesisClient;
beforeAll(async () => {
  broker = await startBroker({ own: true });
  native = await connect(broker.url);
  channel = await native.createChannel();
  const rabbitmq = { url: broker.url, timeoutMs: 8_000 };
  sqs = new SQSClient({ rabbitmq });
  sns = new SNSClient({ rabbitmq });
  kinesis = new KinesisClient({ rabbitmq });
});
afterAll(async () => {
  await native.close();
  for (const client of [sqs, sns, kinesis]) client.destroy();
  await broker.stop();
});

test("a queue that is deleted under load: calls say that it does not exist; created again, it loses nothing", async () => {
  const QueueUrl = await createTestQueue(sqs, { prefix: "deleted" });
  const senders = startSenders(sqs, QueueUrl, 8);
  const receivers = startReceivers(sqs, QueueUrl, 2);
  await until(() => receivers.log.received.size > 100, { what: "load" });
  await channel.deleteQueue(queueNameOf(QueueUrl));
  await until(() => senders.log.failures.length > 0 && receivers.log.failures.length > 0, { what: "calls to fail" });
  for (const error of [...senders.log.failures, ...receivers.log.failures]) {
    expect(error).toMatchObject({ name: "QueueDoesNotExist", $fault: "client" });
  }
  // What the deleted queue held went with it.
  senders.log.confirmed.clear();
  await sqs.send(new CreateQueueCommand({ QueueName: queueNameOf(QueueUrl) }));
  const send = new SendMessageCommand({ QueueUrl, MessageBody: "one more" });
  noteRecovery("queue deleted", await untilItWorks(() => sqs.send(send)), broker.version);
  await until(() => senders.log.confirmed.size > 100, { what: "sends" });
  await senders.stop();
  await until(() => lost(senders.log, receivers.log).length === 0, { what: "every message" });
  await receivers.stop();
});

test("a topic's exchange that is deleted under load: a publish that is confirmed has reached every queue", async () => {
  const TopicArn = await createTestTopic(sns);
  const queues = [await createTestQueue(sqs), await createTestQueue(sqs)];
  for (const queue of queues) await subscribeQueue(sns, TopicArn, queue, { RawMessageDelivery: "true" });
  const receivers = queues.map((queue) => startReceivers(sqs, queue, 2));
  const confirmed = new Set<string>();
  const failures: unknown[] = [];
  const state = { stopped: false };
  let next = 0;
  const publish = async (): Promise<void> => {
    while (!state.stopped) {
      const Message = `message ${next++}`;
      await sns.send(new PublishCommand({ TopicArn, Message })).then(
        () => confirmed.add(Message),
        (error: unknown) => failures.push(error),
      );
    }
  };
  const publishers = inBackground(Promise.all(Array.from({ length: 8 }, publish)));
  await until(() => receivers.every(({ log }) => log.received.size > 100), { what: "load" });
  const names = await exchangesOf(TopicArn.slice(TopicArn.lastIndexOf(":") + 1));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) await channel.deleteExchange(name);
  const before = confirmed.size;
  await until(() => confirmed.size > before + 100, { what: "publishes" });
  state.stopped = true;
  await publishers;
  const missing = (): string[] => [...confirmed].filter((body) => receivers.some(({ log }) => !log.received.has(body)));
  await until(() => missing().length === 0, { what: "every message" }).catch(() => undefined);
  await Promise.all(receivers.map((each) => each.stop()));
  console.log(`confirmed ${confirmed.size}, errors ${failures.length}, missing ${missing().length}`);
  expect(missing()).toEqual([]);
});

test("a stream's queue that is deleted under load is there again; what was put since is there, each record once", async () => {
  const StreamName = uniqueName("deleted");
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const producers = startProducers(kinesis, StreamName, 4);
  const { confirmed } = producers.log;
  await until(() => confirmed.size > 50, { what: "puts" });
  await channel.deleteQueue(`${StreamName}.shardId-000000000000`);
  // Their records went with the queue; those of calls under way may have.
  const deleted = confirmed.size + 4;
  const startMs = performance.now();
  await until(() => confirmed.size > deleted, { what: "puts again" });
  noteRecovery("stream's queue deleted", performance.now() - startMs, broker.version);
  await until(() => confirmed.size > deleted + 100, { what: "puts again" });
  await producers.stop();
  for (const text of [...confirmed.keys()].slice(0, deleted)) confirmed.delete(text);
  expectComplete(producers.log, await readShard(kinesis, StreamName, "0"));
});

test("the registry stream that is deleted under load: messages pass on; streams are unknown until they are created again", async () => {
  const QueueUrl = await createTestQueue(sqs, { prefix: "registry" });
  const StreamName = uniqueName("registry");
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const senders = startSenders(sqs, QueueUrl, 8);
  const receivers = startReceivers(sqs, QueueUrl, 2);
  await until(() => receivers.log.received.size > 100, { what: "load" });
  await channel.deleteQueue("warrenmq.registry");
  const before = senders.log.confirmed.size;
  const list = (): Promise<unknown> => sqs.send(new ListQueuesCommand({}));
  noteRecovery("registry stream deleted", await untilItWorks(list), broker.version);
  await until(() => senders.log.confirmed.size > before + 100, { what: "sends" });
  await senders.stop();
  await until(() => lost(senders.log, receivers.log).length === 0, { what: "every message" });
  await receivers.stop();
  expect([...senders.log.failures, ...receivers.log.failures]).toEqual([]);

  const put = new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("x") });
  await expect(kinesis.send(put)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  await kinesis.send(put);
});

async function exchangesOf(topic: string): Promise<string[]> {
  const names = (await broker.ctl(["list_exchanges", "name"])).split("\n");
  return names.filter((name) => name.includes(topic));
}
