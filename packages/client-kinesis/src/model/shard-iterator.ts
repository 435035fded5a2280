import { createHmac, timingSafeEqual } from "node:crypto";

/** Where reading goes on. */
export type ShardPosition =
  /** At the record of that place in its message, or at the next that there is. */
  | { readonly type: "record"; readonly offset: number; readonly index: number }
  /** At the first record that arrived at that time or later, in milliseconds since the epoch. */
  | { readonly type: "time"; readonly timeMs: number }
  /** At the oldest record that is still there. */
  | { readonly type: "oldest" };

/** What a shard iterator says. It says all, so that any process can go on with it. */
export interface IteratorContent {
  readonly streamName: string;
  readonly shardIndex: number;
  readonly position: ShardPosition;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Of all iterators that came one of another: by this a process finds what it has read ahead. 16 hexadecimal digits. */
  readonly lineage: string;
}

/** AWS: an iterator can be used for five minutes. */
export const ITERATOR_LIFE_MS = 300_000;

/** AWS's iterators begin with these bytes. */
const HEAD = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
const POSITION_TYPES = ["record", "time", "oldest"] as const;
/** head 8, type 1, created 8, lineage 8, shard 4, offset or time 8, index 4. */
const FIXED_BYTES = 41;
const SIGNATURE_BYTES = 32;
const MAX_TEXT_LENGTH = 512;

/**
 * Writes an iterator. It is signed with a secret of its stream, so that nobody makes one up, or carries one over to
 * another stream or to a later one of the same name.
 */
export function encodeIterator(content: IteratorContent, secret: string): string {
  const name = Buffer.from(content.streamName);
  const bytes = Buffer.alloc(FIXED_BYTES + name.length + SIGNATURE_BYTES);
  const { position } = content;
  HEAD.copy(bytes);
  bytes.writeUInt8(POSITION_TYPES.indexOf(position.type), 8);
  bytes.writeDoubleBE(content.createdAt, 9);
  bytes.write(content.lineage, 17, "hex");
  bytes.writeUInt32BE(content.shardIndex, 25);
  if (position.type === "record") {
    bytes.writeDoubleBE(position.offset, 29);
    bytes.writeInt32BE(position.index, 37);
  } else if (position.type === "time") {
    bytes.writeDoubleBE(position.timeMs, 29);
  }
  name.copy(bytes, FIXED_BYTES);
  signatureOf(bytes.subarray(0, -SIGNATURE_BYTES), secret).copy(bytes, FIXED_BYTES + name.length);
  return bytes.toString("base64");
}

/** An iterator that was read, and not yet believed. */
export interface UnverifiedIterator {
  readonly content: IteratorContent;
  /** Whether it was made with this secret. */
  isSignedWith(secret: string): boolean;
}

/** Reads an iterator; `undefined` for anything that has not its form. */
export function decodeIterator(text: string): UnverifiedIterator | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length <= FIXED_BYTES + SIGNATURE_BYTES || bytes.toString("base64") !== text) return undefined;
  const position = readPosition(bytes);
  if (!bytes.subarray(0, HEAD.length).equals(HEAD) || position === undefined) return undefined;
  const signed = bytes.subarray(0, -SIGNATURE_BYTES);
  const signature = bytes.subarray(-SIGNATURE_BYTES);
  return {
    content: {
      streamName: signed.toString("utf8", FIXED_BYTES),
      shardIndex: bytes.readUInt32BE(25),
      position,
      createdAt: bytes.readDoubleBE(9),
      lineage: bytes.toString("hex", 17, 25),
    },
    isSignedWith: (secret) => timingSafeEqual(signatureOf(signed, secret), signature),
  };
}

function readPosition(bytes: Buffer): ShardPosition | undefined {
  const number = bytes.readDoubleBE(29);
  switch (POSITION_TYPES[bytes.readUInt8(8)]) {
    case "record":
      return Number.isSafeInteger(number) && number >= 0
        ? { type: "record", offset: number, index: bytes.readInt32BE(37) }
        : undefined;
    case "time":
      return Number.isFinite(number) ? { type: "time", timeMs: number } : undefined;
    case "oldest":
      return { type: "oldest" };
    case undefined:
      return undefined;
  }
}

function signatureOf(bytes: Buffer, secret: string): Buffer {
  return createHmac("sha256", secret).update(bytes).digest();
}
