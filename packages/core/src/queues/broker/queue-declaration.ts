import { pause, type Deadline } from "../../amqp/deadline.ts";
import { hasQueue } from "../../amqp/queue-existence.ts";
import { RabbitError } from "../../amqp/rabbit-error.ts";
import type { Broker } from "../../amqp/broker.ts";
import { logStream, partitionQueues, receiversStream, type FifoLayout } from "../model/fifo-layout.ts";

/**
 * The arguments of every queue that SQS clients create. They cannot be changed later, so whatever SetQueueAttributes may
 * change is kept in the registry instead. docs/decisions/002-queue-arguments.md says why each is there.
 */
export const QUEUE_ARGUMENTS = {
  "x-queue-type": "quorum",
  // No limit, in every version: -1 means "drop after the first delivery" on 3.x, absence means 20 on 4.x. With a limit
  // 3.x also puts a message that comes back at the head of the queue, where SQS has it.
  "x-delivery-limit": 2_147_483_647,
  // SQS hides a message for up to 12 hours; the broker's default would close the channel after 30 minutes.
  "x-consumer-timeout": 46_800_000,
  // From 4.3 on the broker waits for 60 seconds before it gives the messages of a consumer whose node is gone to others, and
  // before another becomes the single active consumer. Earlier versions do not wait.
  "x-consumer-disconnected-timeout": 2_000,
  // Should an operator's policy limit the queue's length: refuse new messages rather than drop the oldest.
  "x-overflow": "reject-publish",
} as const;

const SETTLE_MS = 300;

/**
 * The log of a FIFO queue. Its records are small; they are needed as long as the messages that they are about, which is
 * 14 days at most. A log beyond 1 GB (some 5 million sends) loses its oldest records, and the messages that still wait
 * since then are received in the order of their partition queue.
 */
const LOG_ARGUMENTS = {
  "x-queue-type": "stream",
  "x-max-age": "15D",
  "x-max-length-bytes": 1_000_000_000,
  "x-stream-max-segment-size-bytes": 20_000_000,
} as const;

/**
 * What the receivers of a FIFO queue tell each other. Beyond 50 MB the oldest counts of receives are lost, and a message
 * that has waited since then is counted from 0 by its next receiver; so the most that a receiver ever reads back is bounded.
 */
const RECEIVERS_ARGUMENTS = {
  "x-queue-type": "stream",
  "x-max-age": "15D",
  "x-max-length-bytes": 50_000_000,
  "x-stream-max-segment-size-bytes": 5_000_000,
} as const;

/** Declares the quorum queue behind an SQS queue. A queue that natives declared otherwise is taken as it is. */
export async function declareQueue(broker: Broker, name: string, deadline: Deadline): Promise<void> {
  await declare(broker, name, QUEUE_ARGUMENTS, deadline);
}

/**
 * Declares what a FIFO queue consists of: a quorum queue with a single active consumer for each partition, the stream that
 * keeps the order, and the stream of the receivers. See docs/decisions/030-fifo.md.
 */
export async function declareFifoQueue(
  broker: Broker,
  name: string,
  layout: FifoLayout,
  deadline: Deadline,
): Promise<void> {
  const partitions = partitionQueues(name, layout).map((queue) =>
    declare(broker, queue, { ...QUEUE_ARGUMENTS, "x-single-active-consumer": true }, deadline),
  );
  await Promise.all([
    ...partitions,
    declare(broker, logStream(name), LOG_ARGUMENTS, deadline),
    declare(broker, receiversStream(name), RECEIVERS_ARGUMENTS, deadline),
  ]);
}

/** The queues on the broker that make up a FIFO queue. */
export function fifoQueueParts(name: string, layout: FifoLayout): readonly string[] {
  return [...partitionQueues(name, layout), logStream(name), receiversStream(name)];
}

async function declare(
  broker: Broker,
  name: string,
  args: Readonly<Record<string, string | number | boolean>>,
  deadline: Deadline,
): Promise<void> {
  if (await queueExists(broker, name, deadline)) return;
  await broker.channels.use(`declare queue "${name}"`, deadline, (channel) =>
    channel.assertQueue(name, { durable: true, arguments: args }),
  );
}

/** Whether the broker has a queue of that name. */
export function queueExists(broker: Broker, name: string, deadline: Deadline): Promise<boolean> {
  return hasQueue(broker.channels, name, deadline);
}

/**
 * Messages that no consumer holds. A queue whose leader does not answer within 250 ms counts as empty (RabbitMQ).
 * @throws RabbitError `not-found` when there is no such queue.
 */
export async function countReady(broker: Broker, name: string, deadline: Deadline): Promise<number> {
  const queue = await broker.channels.use(`look at queue "${name}"`, deadline, (channel) => channel.checkQueue(name));
  return queue.messageCount;
}

/** Messages that no consumer holds; `undefined` when there is no such queue. */
export async function readyMessages(broker: Broker, name: string, deadline: Deadline): Promise<number | undefined> {
  try {
    return await countReady(broker, name, deadline);
  } catch (error) {
    if (error instanceof RabbitError && error.code === "not-found") return undefined;
    throw error;
  }
}

/**
 * As {@link readyMessages}, for when a wrong 0 would do harm: the broker says 0 while a queue's leader is slow, and a
 * message that was just published takes a moment to count.
 */
export async function settledReadyMessages(
  broker: Broker,
  name: string,
  deadline: Deadline,
): Promise<number | undefined> {
  const ready = await readyMessages(broker, name, deadline);
  if (ready !== 0) return ready;
  await pause(SETTLE_MS);
  return readyMessages(broker, name, deadline);
}

/** Deletes the queue with all its messages; nothing happens when there is none. */
export async function deleteQueue(broker: Broker, name: string, deadline: Deadline): Promise<void> {
  await broker.channels.use(`delete queue "${name}"`, deadline, (channel) => channel.deleteQueue(name));
}

/** Removes the messages that no consumer holds. */
export async function purgeReadyMessages(broker: Broker, name: string, deadline: Deadline): Promise<void> {
  await broker.channels.use(`purge queue "${name}"`, deadline, (channel) => channel.purgeQueue(name));
}
