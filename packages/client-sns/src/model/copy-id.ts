import { createHash } from "node:crypto";

/**
 * The MessageId of one more copy of a message that may come into the same queue: from another subscription's failure, or
 * from a replay. A queue takes messages with one id for one message. It is the same each time it is worked out.
 * @param of what sends the copy: the id of a subscription, say
 */
export function copyId(messageId: string, of: string): string {
  const hash = createHash("sha256").update(`${messageId} ${of}`).digest("hex");
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join("-"); // a UUID of version 8
}
