import { parseJsonMap, type MessageAttribute, type MessageAttributes } from "@warrenmq/core/queues";
import type { MessageTexts } from "./message-structure.ts";

/** A message as the archive of a FIFO topic keeps it. */
export interface ArchivedMessage {
  readonly messageId: string;
  readonly publishedAtMs: number;
  readonly sequenceNumber: string;
  readonly messageGroupId: string;
  readonly messageDeduplicationId: string;
  readonly subject: string | undefined;
  readonly texts: MessageTexts;
  readonly attributes: MessageAttributes;
}

/** Writes a message as it lies on the stream: one JSON object. */
export function encodeArchivedMessage({ attributes, ...message }: ArchivedMessage): Buffer {
  const packed = attributes.map(({ name, dataType, value }) =>
    typeof value === "string" ? [name, dataType, value] : [name, dataType, value.toString("base64"), "base64"],
  );
  return Buffer.from(JSON.stringify({ v: 1, ...message, attributes: packed }));
}

/** Reads a message off the stream; `undefined` for anything else. */
export function decodeArchivedMessage(content: Buffer): ArchivedMessage | undefined {
  const fields = parseJsonMap(content.toString());
  if (fields?.get("v") !== 1) return undefined;
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return typeof value === "string" ? value : undefined;
  };
  const messageId = text("messageId");
  const sequenceNumber = text("sequenceNumber");
  const messageGroupId = text("messageGroupId");
  const messageDeduplicationId = text("messageDeduplicationId");
  const publishedAtMs = fields.get("publishedAtMs");
  const texts = textsOf(fields.get("texts"));
  if (messageId === undefined || sequenceNumber === undefined || typeof publishedAtMs !== "number") return undefined;
  if (messageGroupId === undefined || messageDeduplicationId === undefined || texts === undefined) return undefined;
  const attributes = attributesOf(fields.get("attributes"));
  const ids = { messageId, sequenceNumber, messageGroupId, messageDeduplicationId };
  return { ...ids, publishedAtMs, subject: text("subject"), texts, attributes };
}

function textsOf(value: unknown): MessageTexts | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { default: standard, byProtocol }: Partial<Record<string, unknown>> = { ...value };
  if (typeof standard !== "string") return undefined;
  const sqs = typeof byProtocol === "object" && byProtocol !== null && "sqs" in byProtocol ? byProtocol.sqs : undefined;
  return { default: standard, byProtocol: typeof sqs === "string" ? { sqs } : {} };
}

function attributesOf(value: unknown): MessageAttributes {
  if (!Array.isArray(value)) return [];
  const attributes: MessageAttribute[] = [];
  for (const item of value) {
    const [name, dataType, text, encoding]: readonly unknown[] = Array.isArray(item) ? item : [];
    if (typeof name !== "string" || typeof dataType !== "string" || typeof text !== "string") continue;
    attributes.push({ name, dataType, value: encoding === "base64" ? Buffer.from(text, "base64") : text });
  }
  return attributes;
}
