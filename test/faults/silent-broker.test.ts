// The broker's bytes end in the middle of a conversation while its connections stay open: heartbeats notice that only later.
import { CreateStreamCommand, GetRecordsCommand, KinesisClient, PutRecordCommand } from "@warrenmq/client-kinesis";
import { PublishCommand, SNSClient } from "@warrenmq/client-sns";
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import { startBroker, startProxy, uniqueName, until, type Proxy } from "@warrenmq/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFifoQueue, sendTo } from "../support/fifo.ts";
import { iteratorOf } from "../support/kinesis.ts";
import { createTestTopic, subscribeQueue } from "../support/sns.ts";
import { createTestQueue } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

const TIMEOUT_MS = 2_000;
const WAIT_SECONDS = 1;
/** What a call may take: its time limit, its long poll, and what a busy machine adds. */
const IN_TIME_MS = TIMEOUT_MS + WAIT_SECONDS * 1_000 + 1_500;
/** So many bytes of the broker's are the last ones, evenly spread over a client's first call, each for clients of its own. */
const MOST = 24;

interface Clients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly kinesis: KinesisClient;
}

// Of its own: the registry is small there, and the bytes of a first call are mostly not the registry's.
const broker = await startBroker({ own: true });
const direct = clientsAt(broker.url);
afterAll(async () => {
  destroy(direct);
  await broker[Symbol.asyncDispose]();
});

let queue: string;
let fifo: string;
let topic: string;
let stream: string;
let iterator: string | undefined;
beforeAll(async () => {
  queue = await createTestQueue(direct.sqs);
  fifo = await createFifoQueue(direct.sqs);
  topic = await createTestTopic(direct.sns);
  await subscribeQueue(direct.sns, topic, queue);
  stream = uniqueName("silent");
  await direct.kinesis.send(new CreateStreamCommand({ StreamName: stream, ShardCount: 1 }));
  iterator = await iteratorOf(direct.kinesis, { StreamName: stream });
  for (let index = 0; index < 3 * MOST; index++) {
    await direct.sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: "x" }));
    await sendTo(direct.sqs, fifo, `group-${index}`, "x", String(index));
  }
  await put(direct);
});

function clientsAt(url: string): Clients {
  const config = { maxAttempts: 1, rabbitmq: { url, heartbeatSeconds: 60, timeoutMs: TIMEOUT_MS } };
  return { sqs: new SQSClient(config), sns: new SNSClient(config), kinesis: new KinesisClient(config) };
}

function destroy(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy();
}

async function through<T>(use: (clients: Clients, proxy: Proxy) => Promise<T>): Promise<T> {
  await using proxy = await startProxy({ target: broker.url });
  const clients = clientsAt(proxy.url);
  try {
    return await use(clients, proxy);
  } finally {
    destroy(clients);
  }
}

let sends = 0;
const send = ({ sqs }: Clients): Promise<unknown> =>
  sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: "x" }));
const sendFifo = ({ sqs }: Clients): Promise<unknown> => sendTo(sqs, fifo, "one", "x", `send-${sends++}`);
const publish = ({ sns }: Clients): Promise<unknown> => sns.send(new PublishCommand({ TopicArn: topic, Message: "x" }));
const put = ({ kinesis }: Clients): Promise<unknown> =>
  kinesis.send(new PutRecordCommand({ StreamName: stream, PartitionKey: "a", Data: Buffer.from("x") }));
const get = ({ kinesis }: Clients): Promise<unknown> =>
  kinesis.send(new GetRecordsCommand({ ShardIterator: iterator }));

const receive = (QueueUrl: string, WaitTimeSeconds: number, { sqs }: Clients): Promise<unknown> =>
  sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));

async function receiveAndDelete({ sqs }: Clients): Promise<void> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 1 }));
  for (const { ReceiptHandle } of Messages)
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
}

/** Fails when the call takes longer than its time limit, or fails otherwise than for the broker's sake. */
async function endsInTime(call: Promise<unknown>, calls: number, when: string): Promise<void> {
  let outcome: unknown;
  call.then(
    () => (outcome = "succeeded"),
    (error: unknown) => (outcome = error),
  );
  await until(() => outcome !== undefined, { what: `the end of the call, ${when}`, timeoutMs: calls * IN_TIME_MS });
  if (outcome !== "succeeded") expect(outcome, when).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
}

test.each<[string, (clients: Clients) => Promise<unknown>, number?]>([
  ["a send", send],
  ["a send to a FIFO queue", sendFifo],
  ["a short poll", (clients) => receive(queue, 0, clients)],
  ["a long poll", (clients) => receive(queue, WAIT_SECONDS, clients)],
  ["a short poll of a FIFO queue", (clients) => receive(fifo, 0, clients)],
  ["a long poll of a FIFO queue", (clients) => receive(fifo, WAIT_SECONDS, clients)],
  ["a receive and a delete", receiveAndDelete, 2],
  ["a publish", publish],
  ["a put", put],
  ["a read of a shard", get],
])("%s ends in time, and another one, whichever byte is the broker's last", async (_name, call, calls = 1) => {
  const bytes = await through(async (clients, proxy) => {
    await call(clients);
    return proxy.bytesToClient;
  });
  const lastBytes = Array.from({ length: MOST }, (_, index) => Math.floor(((index + 1) * bytes) / (MOST + 1)));
  const silentAfter = (last: number): Promise<void> =>
    through(async (clients, proxy) => {
      proxy.swallowAfter({ toClient: last });
      await endsInTime(call(clients), calls, `silent after ${last} of ${bytes} bytes`);
      await endsInTime(call(clients), calls, `silent after ${last} of ${bytes} bytes, once more`);
    });
  await Promise.all(lastBytes.map(silentAfter));
});
