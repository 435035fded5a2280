import { md5 } from "../md5.ts";
import type { WireDelivery } from "../wire-message.ts";

// A MessageId must do as the Id of a batch entry: consumers use it so.
const USABLE = /^[A-Za-z0-9_-]{1,80}$/;

/**
 * The MessageId of a delivery: its `message-id`, if that can serve as one, else a UUID (version 8) made from a hash.
 * Of a message without id the hash covers content, properties and headers, but not what the broker adds (`x-…`), so
 * that a redelivery has the same id.
 */
export function messageIdOf({ content, properties }: WireDelivery): string {
  const { messageId } = properties;
  if (typeof messageId === "string" && messageId !== "") {
    return USABLE.test(messageId) ? messageId : uuidOf(messageId);
  }
  return uuidOf(`${md5(content)}${fingerprint(properties)}`);
}

function fingerprint({ headers, ...properties }: WireDelivery["properties"]): string {
  try {
    const own = Object.entries(headers ?? {}).filter(([name]) => !name.startsWith("x-"));
    const { contentType, timestamp, correlationId, type, appId } = properties;
    return JSON.stringify([contentType, timestamp, correlationId, type, appId, own]);
  } catch {
    // Too deeply nested: the content alone must do.
    return "";
  }
}

/**
 * The MessageId that replaces a repeated one: two native messages may share an id, but an application uses MessageIds to
 * tell the messages that it holds apart. The same for the same ordinal.
 */
export function numberedMessageId(messageId: string, ordinal: number): string {
  return uuidOf(`${messageId}#${ordinal}`);
}

function uuidOf(text: string): string {
  const hex = md5(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
