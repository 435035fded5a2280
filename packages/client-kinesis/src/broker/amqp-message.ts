import type { ConsumeMessage, Publication } from "@warrenmq/core/internal";
import { factsOf, HEADER, headersOf } from "./message-headers.ts";
import type { ShardMessage, StoredMessage } from "./stream-transport.ts";

/** A message in AMQP 0-9-1's terms. */
export function toPublication(stream: string, message: ShardMessage): Publication {
  const { id, arrivedAt, content } = message;
  const timestamp = Math.floor(arrivedAt / 1000);
  const properties = { persistent: true, messageId: id, timestamp, headers: headersOf(message) };
  return { exchange: "", routingKey: stream, content, properties, mandatory: true };
}

/** A message as a stream gave it, whoever has written it. */
export function fromDelivery({ content, properties }: ConsumeMessage): StoredMessage {
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {};
  const { timestamp }: { readonly timestamp?: unknown } = properties;
  const facts = factsOf({
    kind: headers[HEADER.kind],
    id: properties.messageId,
    partitionKey: headers[HEADER.partitionKey],
    arrivedAt: headers[HEADER.arrivedAt],
    timestampMs: typeof timestamp === "number" ? timestamp * 1000 : undefined,
  });
  return { ...facts, offset: Number(headers["x-stream-offset"]), storedAt: undefined, content };
}
