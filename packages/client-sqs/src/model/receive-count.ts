import type { IncomingMessage } from "@warrenmq/core/queues";

/** What the receive count is made of. */
export type CountedMessage = Pick<IncomingMessage, "receiveCount" | "earlierReceiveCount" | "deliveryCount">;

/**
 * How often the message had been received before this delivery. RabbitMQ counts failed deliveries in `x-delivery-count`,
 * lost connections and dead consumers among them; what was received from another queue, or before the message was
 * published again, is in a header of ours.
 */
export function receivedBefore({ receiveCount, deliveryCount = 0 }: CountedMessage): number {
  return receiveCount + Math.max(0, deliveryCount);
}

/**
 * How often it had been received from this queue. This is what maxReceiveCount is compared with: a dead-letter queue with a
 * RedrivePolicy of its own would else give up at once what it is given.
 */
export function receivedHereBefore(message: CountedMessage): number {
  return Math.max(0, receivedBefore(message) - message.earlierReceiveCount);
}
