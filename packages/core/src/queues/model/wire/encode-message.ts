import { attributesByteLength, type MessageAttribute, type MessageAttributes } from "../message-attribute.ts";
import { timeOfMessageId } from "../message-id.ts";
import {
  APP_ID,
  FRAMED_CONTENT_TYPE,
  HEADERS,
  type OutgoingMessage,
  type WireMessage,
  type WireProperties,
} from "../wire-message.ts";
import { encodeFrame } from "./frame.ts";
import { canBeHeader } from "./header-name.ts";
import { addPropagation } from "./propagation-headers.ts";

const MAX_TABLE_BYTES = 60 * 1024;
// Attributes up to this size fit however they are written: base64 takes 4/3, escapes in JSON at most twice the bytes.
const SURELY_FITTING_BYTES = 20 * 1024;
// Length byte of the name, tag and length word of the value.
const FIELD_OVERHEAD_BYTES = 6;

type Headers = Record<string, string | number | Buffer>;

/** Writes a message as AMQP content and properties. See `wire-message.ts` for the format. */
export function encodeMessage(message: OutgoingMessage): WireMessage {
  const headers = ownHeaders(message);
  const { attributes, body } = message;
  if (attributes.length === 0) {
    return { content: body, properties: properties(message, "text/plain", propagating(headers, message)) };
  }
  const withAttributes: Headers = { ...headers };
  addAttributes(withAttributes, attributes);
  propagating(withAttributes, message);
  if (attributesByteLength(attributes) <= SURELY_FITTING_BYTES || tableBytes(withAttributes) <= MAX_TABLE_BYTES) {
    return { content: body, properties: properties(message, "text/plain", withAttributes) };
  }
  return {
    content: encodeFrame({ attributes, body }),
    properties: properties(message, FRAMED_CONTENT_TYPE, propagating(headers, message)),
  };
}

function properties(message: OutgoingMessage, contentType: string, headers: Headers | undefined): WireProperties {
  return {
    messageId: message.messageId,
    persistent: true,
    contentType,
    timestamp: Math.floor(message.sentTimestampMs / 1000),
    appId: APP_ID,
    headers,
  };
}

/** A header table costs more than all other properties together: a plain message has none. */
function ownHeaders(message: OutgoingMessage): Headers | undefined {
  const headers: Headers = {};
  if (timeOfMessageId(message.messageId) !== message.sentTimestampMs) {
    headers[HEADERS.sentTimestamp] = message.sentTimestampMs;
  }
  set(headers, HEADERS.senderId, message.senderId);
  set(headers, HEADERS.messageGroupId, message.messageGroupId);
  set(headers, HEADERS.messageDeduplicationId, message.messageDeduplicationId);
  set(headers, HEADERS.sequenceNumber, message.sequenceNumber);
  set(headers, HEADERS.deadLetterQueueSourceArn, message.deadLetterQueueSourceArn);
  set(headers, HEADERS.receiveCount, message.receiveCount === 0 ? undefined : message.receiveCount);
  set(headers, HEADERS.firstReceiveTimestamp, message.firstReceiveTimestampMs);
  set(headers, HEADERS.logOffset, message.logOffset);
  for (const { name, value } of message.systemAttributes) {
    if (name === "AWSTraceHeader") headers[HEADERS.awsTraceHeader] = value;
  }
  return Object.keys(headers).length === 0 ? undefined : headers;
}

/** The headers, with the sender's trace context in them. */
function propagating(headers: Headers | undefined, { propagation }: OutgoingMessage): Headers | undefined {
  if (propagation === undefined) return headers;
  const all = headers ?? {};
  addPropagation(all, propagation);
  return all;
}

function set(headers: Headers, name: string, value: string | number | undefined): void {
  if (value !== undefined) headers[name] = value;
}

function addAttributes(headers: Headers, attributes: MessageAttributes): void {
  const types: [string, string][] = [];
  const escaped: MessageAttribute[] = [];
  for (const attribute of attributes) {
    const { name, dataType, value } = attribute;
    if (!canBeHeader(name)) {
      escaped.push(attribute);
      continue;
    }
    headers[name] = value;
    if (dataType !== (typeof value === "string" ? "String" : "Binary")) types.push([name, dataType]);
  }
  if (types.length > 0) headers[HEADERS.attributeTypes] = JSON.stringify(Object.fromEntries(types));
  if (escaped.length > 0) headers[HEADERS.attributes] = JSON.stringify(escaped.map(escape));
}

function escape({ name, dataType, value }: MessageAttribute): readonly [string, string, string] {
  return [name, dataType, typeof value === "string" ? value : value.toString("base64")];
}

function tableBytes(headers: Headers): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    bytes += FIELD_OVERHEAD_BYTES + Buffer.byteLength(name);
    bytes += typeof value === "number" ? Float64Array.BYTES_PER_ELEMENT : Buffer.byteLength(value);
  }
  return bytes;
}
