import { ProtocolError, type DecodedMessage, type OutgoingMessage, type ReceivedMessage } from "@warrenmq/streams";
import { factsOf, HEADER, headersOf } from "./message-headers.ts";
import type { ShardMessage, StoredMessage } from "./stream-transport.ts";

/** A message in AMQP 1.0's terms, which the stream protocol carries. AMQP 0-9-1 shows the same as `toPublication` writes. */
export function toOutgoing(message: ShardMessage): OutgoingMessage {
  return {
    body: message.content,
    properties: { messageId: message.id, creationTime: new Date(message.arrivedAt) },
    applicationProperties: headersOf(message),
  };
}

/**
 * A message as a stream gave it, whoever has written it.
 * @param storedAt milliseconds since the epoch, of its chunk
 */
export function fromReceived(received: ReceivedMessage, storedAt: number): StoredMessage {
  const { offset } = received;
  const decoded = decode(received);
  if (decoded === undefined) return { ...NOTHING_SAID, offset, storedAt, content: received.bytes };
  const { properties, applicationProperties } = decoded;
  const { creationTime } = properties;
  const facts = factsOf({
    kind: applicationProperties.get(HEADER.kind),
    id: properties.messageId,
    partitionKey: applicationProperties.get(HEADER.partitionKey),
    arrivedAt: applicationProperties.get(HEADER.arrivedAt),
    // Whole seconds: what a reader over AMQP 0-9-1 sees of it, so that both make the same sequence number.
    timestampMs: creationTime instanceof Date ? Math.floor(creationTime.getTime() / 1000) * 1000 : undefined,
  });
  return { ...facts, offset, storedAt, content: contentOf(decoded) ?? received.bytes };
}

const NOTHING_SAID = { kind: "record", id: undefined, partitionKey: undefined, arrivedAt: undefined } as const;

/** What is no AMQP 1.0 message is a record nevertheless: its bytes as they are. */
function decode(received: ReceivedMessage): DecodedMessage | undefined {
  try {
    return received.decode();
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** The bytes of a message; `undefined` when its body is a value that has no bytes of its own. */
function contentOf({ data, value }: DecodedMessage): Buffer | undefined {
  if (data !== undefined) return data;
  if (typeof value === "string") return Buffer.from(value);
  return Buffer.isBuffer(value) ? value : undefined;
}
