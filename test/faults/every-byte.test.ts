import { CreateStreamCommand, KinesisClient, PutRecordCommand, type _Record } from "@warrenmq/client-kinesis";
import { PublishCommand, SNSClient } from "@warrenmq/client-sns";
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
import { startProxy, uniqueName, until, type Proxy } from "@warrenmq/testing";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { iteratorOf, read, readShard, testKinesis, textOf } from "../support/kinesis.ts";
import { startReceivers } from "../support/load.ts";
import { seededRandom } from "../support/random.ts";
import { createTestTopic, subscribeQueue, testSnsClient } from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const direct = testClient();
deleteQueuesAfterAll();
const directSns = testSnsClient();
const directKinesis = testKinesis();

/** Of longer exchanges, so many bytes are tried in each direction, evenly spread from a random one on. */
const MOST = Number(process.env["WARRENMQ_CUT_BYTES"] ?? 16);
/** A frame without content: of these every byte is tried. */
const SMALL = 24;

const random = seededRandom("every byte");
let proxy: Proxy;
let sqs: SQSClient;
let sns: SNSClient;
let kinesis: KinesisClient;
beforeAll(async () => {
  proxy = await startProxy({ target: inject("brokerUrl") });
  // No heartbeat is among the bytes that are counted.
  const rabbitmq = { url: proxy.url, heartbeatSeconds: 60, timeoutMs: 5_000 };
  sqs = new SQSClient({ maxAttempts: 1, rabbitmq });
  sns = new SNSClient({ maxAttempts: 1, rabbitmq });
  kinesis = new KinesisClient({ maxAttempts: 1, rabbitmq });
});
afterAll(async () => {
  for (const client of [sqs, sns, kinesis]) client.destroy();
  await proxy.stop();
});

interface Operation<T> {
  /** Brings about what the call needs, without a fault. */
  readonly prepare: () => Promise<T>;
  /** The call during which the connection is cut. */
  readonly call: (prepared: T) => Promise<unknown>;
}

/** Does `operation` again and again, each time with the connection cut after another number of bytes. Counts the cuts. */
async function cutAfterEveryByte<T>({ prepare, call }: Operation<T>): Promise<number> {
  const cutsBefore = proxy.cuts;
  for (const direction of ["toBroker", "toClient"] as const) {
    await call(await prepare()); // the connection is open, and everything is declared
    const prepared = await prepare();
    const before = direction === "toBroker" ? proxy.bytesToBroker : proxy.bytesToClient;
    await call(prepared);
    const total = (direction === "toBroker" ? proxy.bytesToBroker : proxy.bytesToClient) - before;
    for (const bytes of chosen(total)) {
      const next = await prepare();
      proxy.cutAfter({ [direction]: bytes });
      const startMs = performance.now();
      await call(next).catch((error: unknown) => {
        expect(error, `${bytes} bytes ${direction}`).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
      });
      expect(performance.now() - startMs).toBeLessThan(6_000);
      proxy.cutAfter({}); // the call took fewer bytes this time
    }
  }
  return proxy.cuts - cutsBefore;
}

function chosen(total: number): number[] {
  if (total <= SMALL) return Array.from({ length: total }, (_, index) => index + 1);
  const step = Math.max(1, total / MOST);
  const first = 1 + random() * (step - 1);
  return Array.from({ length: Math.min(MOST, total) }, (_, index) => Math.floor(first + index * step));
}

/** What is left in the queue, body by body; it is empty then. */
async function drain(QueueUrl: string, done: (received: ReadonlyMap<string, number>) => boolean): Promise<Set<string>> {
  const receivers = startReceivers(direct, QueueUrl, 2);
  const { received } = receivers.log;
  let before = -1;
  await until(
    () => {
      const settled = received.size === before && done(received);
      before = received.size;
      return settled;
    },
    { what: "every message", timeoutMs: 15_000, intervalMs: 1_500 },
  );
  await receivers.stop();
  return new Set(received.keys());
}

test("a send that is cut after any number of bytes loses no confirmed message", async () => {
  const QueueUrl = await createTestQueue(direct);
  const confirmed = new Set<string>();
  let next = 0;
  const cuts = await cutAfterEveryByte({
    prepare: () => Promise.resolve(`message ${next++}`),
    call: async (MessageBody) => {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      confirmed.add(MessageBody);
    },
  });
  await drain(QueueUrl, (received) => [...confirmed].every((body) => received.has(body)));
  console.log(`send: ${cuts} cuts, ${confirmed.size} confirmed, none lost`);
  expect(cuts).toBeGreaterThan(20);
}, 120_000);

test("a receive that is cut after any number of bytes loses no message", async () => {
  const QueueUrl = await createTestQueue(direct);
  const sent: string[] = [];
  const received = new Set<string>();
  const cuts = await cutAfterEveryByte({
    prepare: async () => {
      const MessageBody = `message ${sent.length}`;
      await direct.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      sent.push(MessageBody);
    },
    call: async () => {
      const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, VisibilityTimeout: 5 });
      const { Messages = [] } = await sqs.send(receive);
      for (const { Body = "", ReceiptHandle } of Messages) {
        received.add(Body);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })).catch(() => undefined); // it comes again
      }
    },
  });
  const rest = await drain(QueueUrl, (left) => sent.every((body) => received.has(body) || left.has(body)));
  console.log(`receive: ${cuts} cuts, ${sent.length} sent, ${received.size} received, ${rest.size} left, none lost`);
  expect(cuts).toBeGreaterThan(10);
}, 120_000);

test("a delete that is cut after any number of bytes, and succeeds, is for good", async () => {
  const QueueUrl = await createTestQueue(direct);
  const sent = new Set<string>();
  const deleted = new Set<string>();
  const cuts = await cutAfterEveryByte({
    prepare: async () => {
      const body = `message ${sent.size}`;
      await direct.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
      sent.add(body);
      let message: Message | undefined;
      const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, VisibilityTimeout: 60 });
      while (message === undefined) [message] = (await sqs.send(receive)).Messages ?? [];
      return message;
    },
    call: async ({ Body = "", ReceiptHandle }) => {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      proxy.cut(); // before the broker has seen it, perhaps
      deleted.add(Body);
    },
  });
  const rest = await drain(QueueUrl, () => true);
  console.log(`delete: ${cuts} cuts, ${deleted.size} deleted, ${rest.size} left`);
  expect([...rest].filter((body) => deleted.has(body))).toEqual([]);
  expect(deleted.size).toBeGreaterThan(10);
}, 120_000);

test("a publish that is cut after any number of bytes loses no confirmed copy", async () => {
  const TopicArn = await createTestTopic(directSns);
  const queues = [await createTestQueue(direct), await createTestQueue(direct)];
  for (const queue of queues) await subscribeQueue(directSns, TopicArn, queue, { RawMessageDelivery: "true" });
  const confirmed = new Set<string>();
  let next = 0;
  const cuts = await cutAfterEveryByte({
    prepare: () => Promise.resolve(`message ${next++}`),
    call: async (Message) => {
      await sns.send(new PublishCommand({ TopicArn, Message }));
      confirmed.add(Message);
    },
  });
  for (const queue of queues) await drain(queue, (received) => [...confirmed].every((body) => received.has(body)));
  console.log(`publish: ${cuts} cuts, ${confirmed.size} confirmed, none lost`);
  expect(cuts).toBeGreaterThan(20);
}, 120_000);

test("a put that is cut after any number of bytes loses no confirmed record, and stores none twice", async () => {
  const StreamName = uniqueName("bytes");
  await directKinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const confirmed: string[] = [];
  const failed = new Set<string>();
  let next = 0;
  const cuts = await cutAfterEveryByte({
    prepare: () => Promise.resolve(`record ${next++}`),
    call: async (text) => {
      failed.add(text);
      await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from(text) }));
      failed.delete(text);
      confirmed.push(text);
    },
  });
  const stored = (await readShard(directKinesis, StreamName, "0")).map(textOf);
  console.log(`put: ${cuts} cuts, ${confirmed.length} confirmed, ${failed.size} failed, ${stored.length} stored`);
  expect(stored.filter((text) => !failed.has(text))).toEqual(confirmed);
  expect(cuts).toBeGreaterThan(20);
}, 120_000);

test("a read that is cut after any number of bytes shows every record once and in order", async () => {
  const StreamName = uniqueName("bytes");
  await directKinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  let iterator: string | undefined = await iteratorOf(directKinesis, { StreamName });
  const records: _Record[] = [];
  const put: string[] = [];
  const step = async (): Promise<void> => {
    const { Records = [], NextShardIterator } = await read(kinesis, iterator);
    records.push(...Records);
    iterator = NextShardIterator;
  };
  const cuts = await cutAfterEveryByte({
    prepare: () => Promise.resolve(),
    // What is read has been pushed to us before, so the bytes of a read are those that follow a put.
    call: async () => {
      const text = `record ${put.length}`;
      await directKinesis.send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from(text) }));
      put.push(text);
      while (records.length < put.length) await step();
    },
  });
  while (records.length < put.length) await step();
  console.log(`read: ${cuts} cuts, ${put.length} records, each read once`);
  expect(records.map(textOf)).toEqual(put);
  expect(cuts).toBeGreaterThan(10);
}, 120_000);
