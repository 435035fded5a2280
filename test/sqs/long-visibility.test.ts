import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from "@warrenmq/client-sqs";
import { startBroker, uniqueName, until } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { receiveAll } from "../support/sqs.ts";

/** As short as the broker allows: what takes half an hour otherwise takes seconds here. */
const CONSUMER_TIMEOUT_MS = 4_000;

let broker: Broker;
const clients: SQSClient[] = [];
beforeAll(async () => {
  broker = await startBroker({ own: true, config: `consumer_timeout = ${CONSUMER_TIMEOUT_MS}` });
  // How often a channel looks at its deliveries; a minute otherwise. It has no name in rabbitmq.conf.
  await broker.ctl(["eval", "application:set_env(rabbit, channel_tick_interval, 1000)."]);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await broker.stop();
});

/** A client with connections of its own, like one in another process. */
function otherClient(): SQSClient {
  const rabbitmq = { url: broker.url, connectionName: uniqueName("client"), consumerTimeoutMs: CONSUMER_TIMEOUT_MS };
  const client = new SQSClient({ rabbitmq });
  clients.push(client);
  return client;
}

/** A queue with one message, received by a client, hidden for so long. */
async function received(VisibilityTimeout: number): Promise<{ QueueUrl: string; sqs: SQSClient; message: Message }> {
  const sqs = otherClient();
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: uniqueName("hidden") }));
  const MessageAttributes = { colour: { DataType: "String", StringValue: "green" } };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hidden", MessageAttributes }));
  const [message] = await receive(sqs, QueueUrl, VisibilityTimeout);
  if (message === undefined) throw new Error("no message came");
  return { QueueUrl, sqs, message };
}

function receive(sqs: SQSClient, QueueUrl: string, VisibilityTimeout = 30, timeoutMs = 10_000): Promise<Message[]> {
  const names = { MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All" as const] };
  return receiveAll(sqs, 1, { QueueUrl, VisibilityTimeout, MaxNumberOfMessages: 1, ...names }, timeoutMs);
}

/** Messages that processes hold on the queues for hidden ones. What `list_queues` says would be seconds old. */
async function hidden(): Promise<number> {
  const consumers = await rows(["list_consumers", "queue_name", "channel_pid"]);
  const channels = consumers.flatMap(([queue = "", pid = ""]) => (queue.startsWith("warrenmq.hidden.") ? pid : []));
  const unacknowledged = await rows(["list_channels", "pid", "messages_unacknowledged"]);
  return unacknowledged.reduce((sum, [pid = "", count]) => sum + (channels.includes(pid) ? Number(count) : 0), 0);
}

async function rows([command = "", ...columns]: readonly string[]): Promise<string[][]> {
  const lines = await broker.ctl([command, "--silent", ...columns]);
  return lines.split("\n").map((line) => line.split("\t"));
}

/** Resolves when so many messages have been moved away from their queues. */
function moved(count = 1): Promise<unknown> {
  const what = "the message to be moved";
  return until(async () => (await hidden()) === count, { what, timeoutMs: 15_000 });
}

/** Resolves when no message is left anywhere. */
async function gone(queueUrl: string): Promise<void> {
  await until(async () => (await hidden()) === 0, { what: "nothing to be hidden", timeoutMs: 15_000 });
  expect(await receive(otherClient(), queueUrl, 30, 500)).toEqual([]);
}

test("a message stays hidden beyond the broker's consumer_timeout, and comes back at its time, as it was", async () => {
  const startMs = performance.now();
  const { QueueUrl, message } = await received(14);
  await moved();
  const other = otherClient();
  const [again] = await receive(other, QueueUrl, 30, 20_000);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(14_000);
  expect(performance.now() - startMs).toBeLessThan(15_500);
  expect(again).toMatchObject({
    MessageId: message.MessageId,
    Body: "hidden",
    MessageAttributes: message.MessageAttributes,
    Attributes: { ...message.Attributes, ApproximateReceiveCount: "2" },
  });
  expect(Object.keys(again?.MessageAttributes ?? {})).toEqual(["colour"]);
  await other.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));
  await gone(QueueUrl);
});

test("its receipt handle still deletes it, also in another process, and it is counted as in flight until then", async () => {
  const { QueueUrl, message } = await received(1_000);
  await moved();
  const other = otherClient();
  const inFlight = async (): Promise<string | undefined> => {
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
    return (await other.send(asked)).Attributes?.ApproximateNumberOfMessagesNotVisible;
  };
  expect(await inFlight()).toBe("1");
  await other.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  expect(await inFlight()).toBe("0");
  await gone(QueueUrl);
});

test("ChangeMessageVisibility to 0 brings it back at once", async () => {
  const { QueueUrl, sqs, message } = await received(1_000);
  await moved();
  const VisibilityTimeout = 0;
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout }),
  );
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, MessageSystemAttributeNames: ["All"] }),
  );
  expect(Messages?.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(["2"]);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
});

test("it comes back when the process that received it is gone", async () => {
  const { QueueUrl, sqs, message } = await received(1_000);
  await moved();
  sqs.destroy();
  const other = otherClient();
  const [again] = await receive(other, QueueUrl, 30, 25_000);
  expect(again?.MessageId).toBe(message.MessageId);
  // From 4.0 on the broker counts what this process held as another delivery.
  expect(["2", "3"]).toContain(again?.Attributes?.ApproximateReceiveCount);
  await other.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));
}, 40_000);

test("a purge and a deletion of the queue take it along", async () => {
  const [purged, deleted] = await Promise.all([received(1_000), received(1_000)]);
  await moved(2);
  await otherClient().send(new PurgeQueueCommand({ QueueUrl: purged.QueueUrl }));
  await otherClient().send(new DeleteQueueCommand({ QueueUrl: deleted.QueueUrl }));
  await gone(purged.QueueUrl);
});
