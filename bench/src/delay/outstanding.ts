import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
import type { FigureSpec } from "../method/figure.ts";
import { LatencyRecorder } from "../method/latency.ts";
import type { Bench, Scenario } from "../method/scenario.ts";
import { MESSAGE_BODY } from "../sqs/message-body.ts";
import { openPlainAmqp } from "../sqs/plain-amqp.ts";
import { openSqsQueue } from "../sqs/sqs-queue.ts";
import type { SqsQueue } from "../sqs/sqs-queue.ts";
import { countDelayQueues, EVERY_LEVEL, takeBack } from "./delay-queues.ts";

const BATCH = 10;
const SENDERS = 16;
const POLLERS = 8;
/** A lower rate than this of the sends, and messages would be due before the last one is sent. */
const SENT_PER_SECOND = 2_500;
/** So many messages are due in a second, over all delays. */
const DUE_PER_SECOND = 1_500;
/** Marks messages that are not measured. */
const ASIDE = "aside";
/** Messages between two steps of the progress. */
const STEP = 1_000;

const lateness: FigureSpec = {
  name: "delay-lateness",
  title: "From a delayed message's time to its receive, median, with 100,000 messages outstanding",
  unit: "ms",
  target: { atMost: 100 },
};
const queues: FigureSpec = {
  name: "delay-queues",
  title: "Queues on the broker that hold delayed messages, when every level of delay is in use",
  unit: "queues",
  target: { atMost: 64 },
};

/** Sends so many messages of many delays that all are outstanding at once, and receives each when its time has come. */
export const outstanding: Scenario = {
  name: "delay-outstanding",
  figures: [lateness, queues],
  measure: async (bench) => {
    const messages = bench.effort.outstanding;
    bench.progress.expect((2 * messages) / STEP);
    await using queue = await openSqsQueue(bench.broker.url);
    await using plain = await openPlainAmqp(bench.broker.url);
    const delays = delaysFor(messages);
    await useEveryLevel(queue);
    await sendAll(bench, queue, messages, delays);
    const delayed = await countDelayed(queue);
    if (delayed < messages) throw new Error(`only ${delayed} of ${messages} messages were outstanding at once`);
    const { p50Ms, p99Ms, maxMs } = (await receiveAll(bench, queue, messages)).summary();
    const inUse = await countDelayQueues(plain);
    await takeBack(plain, queue.name);
    const details = { messages: { outstanding: delayed, delays: delays.length, p50Ms, p99Ms, maxMs } };
    return { [lateness.name]: { value: p50Ms, details }, [queues.name]: { value: inUse } };
  },
};

/** Different delays in seconds. The first is so long that the last message is sent before it is over. */
function delaysFor(messages: number): readonly number[] {
  const first = 5 + Math.ceil(messages / SENT_PER_SECOND);
  return Array.from({ length: Math.ceil(messages / DUE_PER_SECOND) }, (_, index) => first + index);
}

/** One message for each level, of which most are still delayed when the rest has come, and are taken back. */
async function useEveryLevel(queue: SqsQueue): Promise<void> {
  for (let first = 0; first < EVERY_LEVEL.length; first += BATCH) {
    await sendBatch(queue, EVERY_LEVEL.slice(first, first + BATCH), ASIDE);
  }
}

async function sendAll(
  { progress, signal }: Bench,
  queue: SqsQueue,
  messages: number,
  delays: readonly number[],
): Promise<void> {
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < messages) {
      signal.throwIfAborted();
      const first = sent;
      sent += BATCH;
      const batch = Array.from({ length: BATCH }, (_, index) => delays[(first + index) % delays.length] ?? 0);
      await sendBatch(queue, batch, MESSAGE_BODY);
      if ((first + BATCH) % STEP === 0) progress.advance();
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

/** Sends a message for each delay; its body begins with the delay. */
async function sendBatch({ client, url: QueueUrl }: SqsQueue, delays: readonly number[], text: string): Promise<void> {
  const Entries = delays.map((DelaySeconds, index) => ({
    Id: String(index),
    MessageBody: `${DelaySeconds} ${text}`,
    DelaySeconds,
  }));
  const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  if (Failed !== undefined) throw new Error(`SendMessageBatch: ${Failed[0]?.Message}`);
}

async function countDelayed({ client, url: QueueUrl }: SqsQueue): Promise<number> {
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessagesDelayed"] });
  const { Attributes } = await client.send(asked);
  return Number(Attributes?.ApproximateNumberOfMessagesDelayed);
}

/** Receives and deletes that many messages; resolves to how late they were. */
async function receiveAll({ progress, signal }: Bench, queue: SqsQueue, messages: number): Promise<LatencyRecorder> {
  const late = new LatencyRecorder();
  let received = 0;
  const poller = async (): Promise<void> => {
    while (received < messages) {
      signal.throwIfAborted();
      const arrived = await receiveBatch(queue);
      for (const { Body = "", Attributes } of arrived) {
        if (Body.endsWith(ASIDE)) continue;
        late.record(latenessMs(Body, Number(Attributes?.SentTimestamp)));
        if (++received % STEP === 0) progress.advance();
      }
      if (arrived.length > 0) await deleteBatch(queue, arrived);
    }
  };
  await Promise.all(Array.from({ length: POLLERS }, poller));
  return late;
}

/** How late a message is now. @throws Error when it is early */
function latenessMs(body: string, sentTimestampMs: number): number {
  const lateMs = Date.now() - sentTimestampMs - Number.parseInt(body, 10) * 1_000;
  if (!(lateMs >= 0)) throw new Error(`a message came ${-lateMs} ms before its time`);
  return lateMs;
}

async function deleteBatch({ client, url: QueueUrl }: SqsQueue, messages: readonly Message[]): Promise<void> {
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  const { Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  if (Failed !== undefined) throw new Error(`DeleteMessageBatch: ${Failed[0]?.Message}`);
}

async function receiveBatch({ client, url: QueueUrl }: SqsQueue): Promise<Message[]> {
  const limits = { MaxNumberOfMessages: BATCH, WaitTimeSeconds: 5 };
  const asked = new ReceiveMessageCommand({ QueueUrl, ...limits, MessageSystemAttributeNames: ["SentTimestamp"] });
  const { Messages = [] } = await client.send(asked);
  return Messages;
}
