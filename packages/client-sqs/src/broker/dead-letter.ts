import { pause, type Broker } from "@warrenmq/core/internal";
import { type IncomingMessage, republishMessage } from "@warrenmq/core/queues";
import type { DeadLetterRule } from "../model/delivery-rules.ts";
import { receivedBefore } from "../model/receive-count.ts";
import type { Delivery } from "./receive-channel.ts";

/** How long a message is kept back when its dead-letter queue is gone or the broker takes no messages. */
const RETRY_MS = 2_000;

/**
 * Moves a delivery to the dead-letter queue: published there with a confirm, then deleted here, so a crash in between
 * duplicates it and never loses it. When it cannot be moved it goes back to its queue after a moment, and its next
 * delivery is another attempt, under the rules of that time.
 * @param firstReceivedAtMs its ApproximateFirstReceiveTimestamp, where this process knows it
 * @returns whether it was moved
 */
export async function deadLetter(
  broker: Broker,
  delivery: Delivery,
  message: IncomingMessage,
  { queueName, sourceArn }: DeadLetterRule,
  firstReceivedAtMs: number | undefined,
): Promise<boolean> {
  const receiveCount = receivedBefore(message);
  const { content, properties } = republishMessage(delivery.message, {
    receiveCount,
    earlierReceiveCount: receiveCount,
    deadLetterQueueSourceArn: sourceArn,
    expiration: null,
    ...(firstReceivedAtMs === undefined ? {} : { firstReceiveTimestampMs: firstReceivedAtMs }),
  });
  const publication = { exchange: "", routingKey: queueName, content, properties, mandatory: true };
  try {
    await broker.publisher.publish(publication, broker.deadline());
  } catch {
    await pause(RETRY_MS);
    delivery.channel.handBack(delivery.message);
    return false;
  }
  delivery.channel.ack(delivery.message);
  return true;
}

/**
 * Puts a message that nobody has seen at the end of its queue. For queues with a RedrivePolicy on brokers up to 4.2: there
 * handing it back would count as a receive, in every process, and messages would be dead-lettered that were never
 * received so often (docs/decisions/011-dead-letters.md).
 */
export async function putBackUncounted(
  broker: Broker,
  queueName: string,
  { message, channel }: Delivery,
  received: number,
): Promise<void> {
  const { content, properties } = republishMessage(message, { receiveCount: received === 0 ? null : received });
  const publication = { exchange: "", routingKey: queueName, content, properties, mandatory: true };
  try {
    await broker.publisher.publish(publication, broker.deadline());
  } catch {
    channel.handBack(message); // a receive too many is better than a message that nobody gets
    return;
  }
  channel.ack(message);
}
