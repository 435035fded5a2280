/** What processes send each other: a request, or the answer to one. */
export type ControlMessage = ControlRequest | ControlReply;

/** One process asks another, or all. */
export interface ControlRequest {
  readonly type: "request";
  /** Pairs the answer with the request. The same when a request is sent again because no answer came. */
  readonly id: string;
  /** The asking process: 16 hexadecimal digits. */
  readonly from: string;
  /** What is asked, with the service in front: `sqs.delete`. */
  readonly topic: string;
  readonly body: unknown;
}

/** The answer. */
export interface ControlReply {
  readonly type: "reply";
  /** The request's id. */
  readonly id: string;
  /** The answering process. */
  readonly from: string;
  /** `null` when the process does not know the topic or cannot read the request. */
  readonly body: unknown;
}

const VERSION = 1;
/** Longer messages are dropped unread: nothing that this project sends comes near. */
const LONGEST_BYTES = 262_144;
const PROCESS_ID = /^[0-9a-f]{16}$/;
const REQUEST_ID = /^[0-9a-f-]{36}$/;
const TOPIC = /^[a-z.-]{1,40}$/;

/** Encodes a message: one JSON object. */
export function encodeControlMessage(message: ControlMessage): Buffer {
  return Buffer.from(JSON.stringify({ v: VERSION, ...message }));
}

/** Decodes a message; `undefined` for anything else: every client of the virtual host can publish to control queues. */
export function decodeControlMessage(content: Buffer): ControlMessage | undefined {
  if (content.length > LONGEST_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(content.toString());
    if (typeof value !== "object" || value === null) return undefined;
    const { v, type, id, from, topic, body = null }: Partial<Record<string, unknown>> = { ...value };
    if (v !== VERSION || !matches(REQUEST_ID, id) || !matches(PROCESS_ID, from)) return undefined;
    if (type === "reply") return { type, id, from, body };
    return type === "request" && matches(TOPIC, topic) ? { type, id, from, topic, body } : undefined;
  } catch {
    return undefined;
  }
}

function matches(pattern: RegExp, value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}
