import { DELAY_HEADERS } from "../wire-message.ts";

const MAX_SHORT_STRING_BYTES = 255;

/** Whether a header belongs to the broker (`CC` and `BCC` route, `x-…` is its own) or to WarrenMQ. */
export function isOwnedHeader(name: string): boolean {
  return isRoutingHeader(name) || name.startsWith("warrenmq-");
}

/** Whether a header tells of a message's way through the broker, and is not to go along when it is published again. */
export function isBrokerHeader(name: string): boolean {
  return isRoutingHeader(name) || name === DELAY_HEADERS.long || name === DELAY_HEADERS.short;
}

function isRoutingHeader(name: string): boolean {
  return name === "CC" || name === "BCC" || name.startsWith("x-");
}

/**
 * Whether an attribute of this name can be a header of the same name. Not those that are owned, not what is longer than
 * an AMQP short string, and not `__proto__`, which amqplib loses when it decodes a table into a plain object.
 */
export function canBeHeader(attributeName: string): boolean {
  if (isOwnedHeader(attributeName) || attributeName === "__proto__") return false;
  return Buffer.byteLength(attributeName) <= MAX_SHORT_STRING_BYTES;
}
