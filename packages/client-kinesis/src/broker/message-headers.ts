import type { MessageKind } from "./stream-transport.ts";

/** What we add to messages: headers in AMQP 0-9-1's terms, application properties in AMQP 1.0's. */
export const HEADER = {
  /** The {@link MessageKind}; a message without it is a record. */
  kind: "warrenmq-kind",
  partitionKey: "warrenmq-partition-key",
  /**
   * Milliseconds since the epoch, in decimal: AMQP 0-9-1's own timestamp has seconds only. A text, because the decoder of
   * `rabbitmq-stream-js-client` throws on integers of 64 bits, which ends the process that reads.
   */
  arrivedAt: "warrenmq-arrived-at",
} as const;

/** What headers and properties of any writer say about a message. */
export interface SaidOfMessage {
  readonly kind: unknown;
  readonly id: unknown;
  readonly partitionKey: unknown;
  /** {@link HEADER.arrivedAt}. */
  readonly arrivedAt: unknown;
  /** The writer's own timestamp in milliseconds since the epoch, where the protocol has one. */
  readonly timestampMs: number | undefined;
}

/** {@link SaidOfMessage}, checked: whoever writes to a stream may write anything. */
export interface MessageFacts {
  readonly kind: MessageKind;
  readonly id: string | undefined;
  readonly partitionKey: string | undefined;
  readonly arrivedAt: number | undefined;
}

const KINDS: ReadonlySet<unknown> = new Set<MessageKind>(["batch", "end", "mark"]);
/** A day that will do for both ends: the largest time that a `Date` can hold. */
const LAST_TIME_MS = 8_640_000_000_000_000;

/** Takes what can be used of what a writer said. */
export function factsOf({ kind, id, partitionKey, arrivedAt, timestampMs }: SaidOfMessage): MessageFacts {
  return {
    kind: isKind(kind) ? kind : "record",
    id: typeof id === "string" ? id : undefined,
    partitionKey: typeof partitionKey === "string" ? partitionKey : undefined,
    arrivedAt: timeOf(arrivedAt) ?? timeOf(timestampMs),
  };
}

/** The headers of a message of ours. */
export function headersOf(message: {
  readonly kind: MessageKind;
  readonly partitionKey: string | undefined;
  readonly arrivedAt: number;
}): Record<string, string> {
  return {
    ...(message.kind === "record" ? {} : { [HEADER.kind]: message.kind }),
    ...(message.partitionKey === undefined ? {} : { [HEADER.partitionKey]: message.partitionKey }),
    [HEADER.arrivedAt]: String(message.arrivedAt),
  };
}

function isKind(value: unknown): value is MessageKind {
  return KINDS.has(value);
}

function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" && /^\d{1,16}$/u.test(value) ? Number(value) : value;
  return typeof time === "number" && Number.isSafeInteger(time) && Math.abs(time) <= LAST_TIME_MS ? time : undefined;
}
