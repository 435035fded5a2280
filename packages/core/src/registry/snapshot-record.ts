import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import type { LogPosition } from "./command-log.ts";

/** A service's state as of a place in the log. */
export interface SnapshotRecord {
  readonly position: LogPosition;
  /** What the fold's `dump` made of it. */
  readonly state: unknown;
}

/** RabbitMQ 4.x takes no message beyond 16 MiB. 100,000 queues come to some 3 MiB. */
const MAX_ENCODED_BYTES = 12_000_000;
const MAX_TEXT_BYTES = 300_000_000;
const MAX_RECENT_IDS = 10_000;

/** Encodes a snapshot as it lies on its stream: JSON, deflated. `undefined` for one that is too large for a message. */
export async function encodeSnapshot(record: SnapshotRecord): Promise<Buffer | undefined> {
  const encoded = await promisify(deflateRaw)(JSON.stringify({ v: 1, ...record }));
  return encoded.length > MAX_ENCODED_BYTES ? undefined : encoded;
}

/** Decodes a snapshot; `undefined` for anything that is not one. */
export async function decodeSnapshot(content: Buffer): Promise<SnapshotRecord | undefined> {
  try {
    const text = await promisify(inflateRaw)(content, { maxOutputLength: MAX_TEXT_BYTES });
    const value: unknown = JSON.parse(text.toString());
    if (typeof value !== "object" || value === null) return undefined;
    const { v, position, state }: Partial<Record<string, unknown>> = { ...value };
    return v === 1 && isPosition(position) ? { position, state } : undefined;
  } catch {
    return undefined;
  }
}

function isPosition(value: unknown): value is LogPosition {
  if (typeof value !== "object" || value === null) return false;
  const { offset, id, recentIds }: Partial<Record<string, unknown>> = { ...value };
  if (typeof offset !== "number" || !Number.isSafeInteger(offset) || offset < 0 || typeof id !== "string") return false;
  return Array.isArray(recentIds) && recentIds.length <= MAX_RECENT_IDS && recentIds.every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
