import { DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageBatchCommand } from "@warrenmq/client-sqs";
import type { SendMessageBatchRequestEntry } from "@warrenmq/client-sqs";
import { rates } from "../method/round.ts";
import type { Round } from "../method/round.ts";
import { startClock } from "../method/stopwatch.ts";
import type { Duration } from "../method/stopwatch.ts";
import { MESSAGE_BODY } from "../sqs/message-body.ts";
import type { SqsQueue } from "../sqs/sqs-queue.ts";
import { GroupOrder } from "./group-order.ts";

const GROUPS = 16;
const BATCH = 10;
const POLLERS = 8;

/**
 * Sends about so many messages, one sender for each group, and receives and deletes them at the same time. The clock runs
 * from the first send to the last delete.
 * @throws Error when a FIFO queue breaks the order of a group, or a message comes twice
 */
export async function passThrough(queue: SqsQueue, messages: number): Promise<Round> {
  const batches = Math.ceil(messages / GROUPS / BATCH);
  const total = batches * BATCH * GROUPS;
  const senders = Array.from({ length: GROUPS }, (_, group) => send(queue, group, batches));
  const [duration] = await Promise.all([receive(queue, total), ...senders]);
  return rates(total, duration);
}

async function send({ client, url: QueueUrl, fifo }: SqsQueue, group: number, batches: number): Promise<void> {
  for (let batch = 0; batch < batches; batch++) {
    const Entries = Array.from({ length: BATCH }, (_, index) => entry(fifo, group, batch * BATCH + index));
    const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed !== undefined) throw new Error(`SendMessageBatch: ${Failed[0]?.Message}`);
  }
}

function entry(fifo: boolean, group: number, index: number): SendMessageBatchRequestEntry {
  const MessageBody = `${group} ${index} ${MESSAGE_BODY}`.slice(0, MESSAGE_BODY.length);
  const plain = { Id: String(index), MessageBody };
  if (!fifo) return plain;
  return { ...plain, MessageGroupId: `group-${group}`, MessageDeduplicationId: crypto.randomUUID() };
}

/** How long it takes until the last message is deleted. The clock does not wait for pollers whose last poll is empty then. */
async function receive({ client, url: QueueUrl, fifo }: SqsQueue, total: number): Promise<Duration> {
  const elapsed = startClock();
  let duration = elapsed();
  let deleted = 0;
  const order = new GroupOrder();
  const poll = async (): Promise<void> => {
    while (deleted < total) {
      const input = { QueueUrl, MaxNumberOfMessages: BATCH, WaitTimeSeconds: 1 };
      const { Messages: received = [] } = await client.send(new ReceiveMessageCommand(input));
      if (received.length === 0) continue;
      if (fifo) for (const { Body } of received) order.check(Body);
      const Entries = received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed !== undefined) throw new Error(`DeleteMessageBatch: ${Failed[0]?.Message}`);
      deleted += received.length;
      if (deleted === total) duration = elapsed();
    }
  };
  await Promise.all(Array.from({ length: POLLERS }, poll));
  if (deleted !== total) throw new Error(`${deleted} messages were received where ${total} had been sent`);
  return duration;
}
