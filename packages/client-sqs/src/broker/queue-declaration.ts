import { pause, RabbitError, type Broker, type Deadline } from "@warrenmq/core/internal";

/**
 * The arguments of every queue that SQS clients create. They cannot be changed later, so whatever SetQueueAttributes may
 * change is kept in the registry instead. docs/decisions/002-queue-arguments.md says why each is there.
 */
const QUEUE_ARGUMENTS = {
  "x-queue-type": "quorum",
  // No limit, in every version: -1 means "drop after the first delivery" on 3.x, absence means 20 on 4.x. With a limit
  // 3.x also puts a message that comes back at the head of the queue, where SQS has it.
  "x-delivery-limit": 2_147_483_647,
  // SQS hides a message for up to 12 hours; the broker's default would close the channel after 30 minutes.
  "x-consumer-timeout": 46_800_000,
  // Should an operator's policy limit the queue's length: refuse new messages rather than drop the oldest.
  "x-overflow": "reject-publish",
} as const;

const SETTLE_MS = 300;

/** Declares the quorum queue behind an SQS queue. A queue that natives declared otherwise is taken as it is. */
export async function declareQueue(broker: Broker, name: string, deadline: Deadline): Promise<void> {
  if (await queueExists(broker, name, deadline)) return;
  await broker.channels.use(`declare queue "${name}"`, deadline, (channel) =>
    channel.assertQueue(name, { durable: true, arguments: QUEUE_ARGUMENTS }),
  );
}

/** Whether the broker has a queue of that name. */
export async function queueExists(broker: Broker, name: string, deadline: Deadline): Promise<boolean> {
  return (await readyMessages(broker, name, deadline)) !== undefined;
}

/** Messages that no consumer holds; `undefined` when there is no such queue. */
export async function readyMessages(broker: Broker, name: string, deadline: Deadline): Promise<number | undefined> {
  try {
    const queue = await broker.channels.use(`look at queue "${name}"`, deadline, (channel) => channel.checkQueue(name));
    return queue.messageCount;
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
