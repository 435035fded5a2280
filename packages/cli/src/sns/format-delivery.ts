import type { DeliveryEvent } from "@warrenmq/client-sns";

/** One attempt as a line of text. */
export function formatDelivery({ outcome, messageId, subscriptionArn, attempt, reason }: DeliveryEvent): string {
  const why = reason === undefined ? "" : `: ${reason}`;
  return `${outcome} ${messageId} to ${subscriptionArn} (attempt ${attempt})${why}`;
}
