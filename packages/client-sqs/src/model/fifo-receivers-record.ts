/** How often a message was received, and when first. */
export interface ReceiveCount {
  readonly messageId: string;
  /** Receives so far. */
  readonly count: number;
  /** ApproximateFirstReceiveTimestamp: milliseconds since the epoch. */
  readonly firstReceivedAt: number;
}

/** What the processes that receive from a FIFO queue tell each other. */
export type FifoReceiversRecord =
  /** A process that receives says that it is there. */
  | { readonly type: "present"; readonly process: string }
  /** It is not there any more. */
  | { readonly type: "left"; readonly process: string }
  /** Messages that were received and not deleted soon after: whoever holds them next goes on counting. */
  | { readonly type: "received"; readonly messages: readonly ReceiveCount[] };

type Packed = readonly [messageId: string, count: number, firstReceivedAt: number];

/** Encodes a record as it lies on the stream: one JSON object. */
export function encodeFifoReceiversRecord(record: FifoReceiversRecord): Buffer {
  if (record.type !== "received") return Buffer.from(JSON.stringify({ v: 1, ...record }));
  const messages = record.messages.map(({ messageId, count, firstReceivedAt }): Packed => [
    messageId,
    count,
    firstReceivedAt,
  ]);
  return Buffer.from(JSON.stringify({ v: 1, ...record, messages }));
}

/** Decodes a record; `undefined` for anything that is not one. Position marks are empty. */
export function decodeFifoReceiversRecord(content: Buffer): FifoReceiversRecord | undefined {
  if (content.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(content.toString());
    if (typeof value !== "object" || value === null) return undefined;
    const { v, type, process, messages }: Partial<Record<string, unknown>> = { ...value };
    if (v !== 1) return undefined;
    if ((type === "present" || type === "left") && typeof process === "string") return { type, process };
    if (type !== "received" || !Array.isArray(messages)) return undefined;
    return { type, messages: messages.filter(isPacked).map(unpack) };
  } catch {
    return undefined;
  }
}

function isPacked(value: unknown): value is Packed {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [messageId, count, firstReceivedAt]: readonly unknown[] = value;
  return typeof messageId === "string" && Number.isSafeInteger(count) && Number.isSafeInteger(firstReceivedAt);
}

function unpack([messageId, count, firstReceivedAt]: Packed): ReceiveCount {
  return { messageId, count, firstReceivedAt };
}
