import { RabbitError } from "@warrenmq/core/internal";
import { messageBytes } from "../message/prepared-message.ts";
import type { PreparedMessage } from "../message/prepared-message.ts";

/**
 * Refuses what a publisher cannot send.
 * @throws RabbitError `too-large`, `unsupported`
 */
export function checkMessage(message: PreparedMessage, maxMessageBytes: number, filtering: boolean): void {
  const { filterValue } = message;
  const bytes = messageBytes(message) + (filterValue === undefined ? 0 : filterValue.length + 2);
  if (bytes > maxMessageBytes) {
    throw new RabbitError(
      "too-large",
      `A message of ${bytes} bytes does not fit into a frame of the stream protocol: at most ${maxMessageBytes}. Publish it over AMQP.`,
    );
  }
  if (filterValue !== undefined && !filtering) {
    throw new RabbitError(
      "unsupported",
      "A message has a filter value, but the publisher's option 'filtering' is off.",
    );
  }
}
