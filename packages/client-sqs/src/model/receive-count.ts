import type { IncomingMessage } from "./wire-message.ts";

/** What the receive count is made of. */
export type CountedMessage = Pick<IncomingMessage, "receiveCount" | "deliveryCount">;

/**
 * How often the message had been received before this delivery. RabbitMQ counts failed deliveries in `x-delivery-count`,
 * lost connections and dead consumers among them; what was received from another queue, or before the message was
 * published again, is in a header of ours.
 */
export function receivedBefore({ receiveCount, deliveryCount = 0 }: CountedMessage): number {
  return receiveCount + Math.max(0, deliveryCount);
}
