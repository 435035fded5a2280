import type { ConsumeMessage, Publication } from "@warrenmq/core/internal";
import type { MessageKind, ShardMessage, StoredMessage } from "./stream-transport.ts";

/** What we add to messages. Streams keep headers as application properties, which every protocol's clients can read. */
const HEADER = {
  kind: "warrenmq-kind",
  partitionKey: "warrenmq-partition-key",
  /** Milliseconds since the epoch; AMQP's own timestamp has seconds only. */
  arrivedAt: "warrenmq-arrived-at",
} as const;

/** The kinds that are said in a header; a message without it is a record. */
const KINDS: ReadonlySet<unknown> = new Set<MessageKind>(["batch", "end", "mark"]);

/** A message in AMQP 0-9-1's terms. */
export function toPublication(stream: string, message: ShardMessage): Publication {
  const { kind, id, partitionKey, arrivedAt, content } = message;
  const headers = {
    [HEADER.kind]: kind === "record" ? undefined : kind,
    [HEADER.partitionKey]: partitionKey,
    [HEADER.arrivedAt]: arrivedAt,
  };
  const properties = { persistent: true, messageId: id, timestamp: Math.floor(arrivedAt / 1000), headers };
  return { exchange: "", routingKey: stream, content, properties, mandatory: true };
}

/** A message as a stream gave it, whoever has written it. */
export function fromDelivery({ content, properties }: ConsumeMessage): StoredMessage {
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {};
  const partitionKey = headers[HEADER.partitionKey];
  const id: unknown = properties.messageId;
  return {
    kind: kindOf(headers[HEADER.kind]),
    offset: Number(headers["x-stream-offset"]),
    id: typeof id === "string" ? id : undefined,
    partitionKey: typeof partitionKey === "string" ? partitionKey : undefined,
    arrivedAt: arrivalOf(headers[HEADER.arrivedAt], properties.timestamp),
    content,
  };
}

function kindOf(value: unknown): MessageKind {
  return isKind(value) ? value : "record";
}

function isKind(value: unknown): value is MessageKind {
  return KINDS.has(value);
}

function arrivalOf(milliseconds: unknown, seconds: unknown): number | undefined {
  if (typeof milliseconds === "number" && Number.isSafeInteger(milliseconds)) return milliseconds;
  return typeof seconds === "number" && Number.isSafeInteger(seconds) ? seconds * 1000 : undefined;
}
