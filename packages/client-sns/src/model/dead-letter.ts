import { decodeMessage, type OutgoingMessage, type WireDelivery } from "@warrenmq/core/queues";

/** A message that could not be delivered, as it goes to the subscription's dead-letter queue: what its endpoint would have got. */
export function outgoingLetter(delivery: WireDelivery, body: Buffer): OutgoingMessage {
  const { messageId, sentTimestampMs, systemAttributes, senderId } = decodeMessage(delivery);
  return {
    messageId,
    body,
    attributes: [],
    systemAttributes,
    sentTimestampMs: sentTimestampMs ?? Date.now(),
    senderId,
  };
}
