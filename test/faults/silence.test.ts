import { GetRecordsCommand, KinesisClient, PutRecordCommand } from "@warrenmq/client-kinesis";
import { PublishCommand, SNSClient } from "@warrenmq/client-sns";
import { startProxy, type Proxy } from "@warrenmq/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { ClientProcess } from "../support/client-process.ts";
import {
  createTestStream,
  deleteStreamsAfterAll,
  iteratorOf,
  readShard,
  testKinesis,
  textOf,
} from "../support/kinesis.ts";
import { noteRecovery, untilItWorks } from "../support/recovery.ts";
import { createTestTopic, subscribeQueue, testSnsClient } from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, receiveAll, testClient } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const directSqs = testClient();
deleteQueuesAfterAll();
const directSns = testSnsClient();
const directKinesis = testKinesis();
deleteStreamsAfterAll();

const TIMEOUT_MS = 2_000;
const UNAVAILABLE = { name: "ServiceUnavailable", $fault: "server", $retryable: {} };

let proxy: Proxy;
let sns: SNSClient;
let kinesis: KinesisClient;
beforeAll(async () => {
  proxy = await startProxy({ target: inject("brokerUrl") });
});
afterAll(() => proxy.stop());
afterEach(async () => {
  sns.destroy();
  kinesis.destroy();
  await proxy.restore();
});

function connect(heartbeatSeconds: number): void {
  const rabbitmq = { url: proxy.url, heartbeatSeconds, timeoutMs: TIMEOUT_MS };
  sns = new SNSClient({ maxAttempts: 1, rabbitmq });
  kinesis = new KinesisClient({ maxAttempts: 1, rabbitmq });
}

async function failsInTime(call: Promise<unknown>): Promise<void> {
  const startMs = performance.now();
  await expect(call).rejects.toMatchObject(UNAVAILABLE);
  expect(performance.now() - startMs).toBeLessThan(TIMEOUT_MS + 1_000);
}

describe("a broker that no longer answers", () => {
  beforeEach(() => connect(1));

  test("fails publishes and puts within timeoutMs; they and reads work again when it is back", async () => {
    const TopicArn = await createTestTopic(directSns);
    await subscribeQueue(directSns, TopicArn, await createTestQueue(directSqs));
    const StreamName = await createTestStream(directKinesis);
    const ShardIterator = await iteratorOf(kinesis, { StreamName });
    const publish = (): Promise<unknown> => sns.send(new PublishCommand({ TopicArn, Message: "x" }));
    const record = { StreamName, PartitionKey: "a", Data: Buffer.from("x") };
    const put = (): Promise<unknown> => kinesis.send(new PutRecordCommand(record));
    const get = (): Promise<unknown> => kinesis.send(new GetRecordsCommand({ ShardIterator }));
    const calls = [publish, put, get];
    for (const call of calls) await call();
    proxy.halfOpen();
    // A read may be answered from what has arrived.
    await Promise.all([failsInTime(publish()), failsInTime(put())]);
    await proxy.restore();
    const recoveries = await Promise.all(calls.map((call) => untilItWorks(call)));
    noteRecovery("half-open connection", Math.max(...recoveries));
  });
});

describe("a broker whose confirms are lost", () => {
  beforeEach(() => connect(60));

  test("fails a put within timeoutMs, and the record is stored once", async () => {
    const StreamName = await createTestStream(directKinesis);
    const put = (text: string): Promise<unknown> =>
      kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from(text) }));
    await put("before");
    proxy.swallow({ toClient: true });
    await failsInTime(put("unconfirmed"));
    expect((await readShard(directKinesis, StreamName, "0")).map(textOf)).toEqual(["before", "unconfirmed"]);
  });
});

describe("a client process that is killed", () => {
  beforeEach(() => connect(60));

  test("leaves what it has received and not deleted to others at once, and what it has deleted to nobody", async () => {
    const QueueUrl = await createTestQueue(directSqs);
    await using client = new ClientProcess();
    for (const MessageBody of ["1", "2", "3", "4"]) await client.send("sendMessage", { QueueUrl, MessageBody });
    const [deleted] = await client.receive(QueueUrl, 4, 600);
    await client.send("deleteMessage", { QueueUrl, ReceiptHandle: deleted?.ReceiptHandle });
    const rest = ["1", "2", "3", "4"].filter((body) => body !== deleted?.Body);
    await client.kill();
    const startMs = performance.now();
    const received = await receiveAll(directSqs, 3, { QueueUrl });
    noteRecovery("client process killed", performance.now() - startMs);
    expect(received.map(({ Body = "" }) => Body).toSorted()).toEqual(rest);
    expect(await receiveAll(directSqs, 1, { QueueUrl }, 1_500)).toEqual([]);
  });
});
