import { countUp } from "./count-up.ts";

/**
 * Sequence numbers in AWS's layout, 47 hexadecimal digits:
 *
 *     2 | shard created, s (9) | shard index, low digit | index (16) | 00 | record's time, s (9) | shard index (8) | 2
 *
 * The index is what orders the records of a shard. Ours is offset × 4096 + place in the message + 1: the offset of the
 * AMQP message in the stream, and the record's place in it. So a number leads straight to its record.
 * Source: reference of the layout in kinesalite's db/index.js, which recorded it from Kinesis.
 */
export interface SequenceParts {
  /** Milliseconds since the epoch, of which the number keeps the seconds. */
  readonly shardCreatedAt: number;
  readonly shardIndex: number;
  /** See {@link sequenceIndex}. */
  readonly index: bigint;
  /** Milliseconds since the epoch, of which the number keeps the seconds. */
  readonly time: number;
}

/** A record's place in its shard. */
export interface RecordPlace {
  /** Offset of its message in the stream. */
  readonly offset: number;
  /** Its place among the records of that message. */
  readonly index: number;
}

/** More records than this never share a message. */
export const MAX_RECORDS_PER_MESSAGE = 4096;
/** The index of a closed shard's EndingSequenceNumber. */
export const LAST_INDEX: bigint = (1n << 63n) - 1n;

const PER_MESSAGE = BigInt(MAX_RECORDS_PER_MESSAGE);
const VERSION = 2n;
const FORMAT = 2n;
/** Of each part, where it begins, in bits from the right. */
const SHIFT = { shardIndex: 4n, time: 36n, index: 80n, shardDigit: 144n, shardCreated: 148n, format: 184n } as const;
/** One record further. */
const STEP = 1n << SHIFT.index;
const MAX_DIGITS = 57;

/** The index slot of the record at a place. The shard's own StartingSequenceNumber has 0. */
export function sequenceIndex({ offset, index }: RecordPlace): bigint {
  return BigInt(offset) * PER_MESSAGE + BigInt(index + 1);
}

/** The place of the record with that index slot. Of 0 it is the place before the first record. */
export function placeOf(index: bigint): RecordPlace {
  if (index === 0n) return { offset: 0, index: -1 };
  const before = index - 1n;
  return { offset: Number(before / PER_MESSAGE), index: Number(before % PER_MESSAGE) };
}

/** Writes a sequence number, in decimal as Kinesis does. */
export function formatSequenceNumber(parts: SequenceParts): string {
  return encode(parts).toString();
}

/** The sequence numbers of the records that share a message, in order. */
export function sequenceNumbersOf(first: SequenceParts, count: number): string[] {
  return countUp(encode(first), STEP, count);
}

/** Reads a sequence number; `undefined` for anything that is not one in AWS's present layout. */
export function parseSequenceNumber(text: string): SequenceParts | undefined {
  if (text.length > MAX_DIGITS || !/^[1-9]\d*$/u.test(text)) return undefined;
  const value = BigInt(text);
  const bits = (shift: bigint, width: bigint): bigint => (value >> shift) & ((1n << width) - 1n);
  if (value >> SHIFT.format !== FORMAT || bits(0n, 4n) !== VERSION) return undefined;
  const index = bits(SHIFT.index, 64n);
  const shardIndex = Number(bits(SHIFT.shardIndex, 32n));
  if (index > LAST_INDEX || shardIndex > 0x7fff_ffff) return undefined;
  return {
    shardCreatedAt: Number(bits(SHIFT.shardCreated, 36n)) * 1000,
    shardIndex,
    index,
    time: Number(bits(SHIFT.time, 36n)) * 1000,
  };
}

function encode({ shardCreatedAt, shardIndex, index, time }: SequenceParts): bigint {
  return (
    (FORMAT << SHIFT.format) |
    (seconds(shardCreatedAt) << SHIFT.shardCreated) |
    (BigInt(shardIndex % 16) << SHIFT.shardDigit) |
    (index << SHIFT.index) |
    // No record is older than its shard, whatever the clocks of producers say.
    (seconds(Math.max(time, shardCreatedAt)) << SHIFT.time) |
    (BigInt(shardIndex) << SHIFT.shardIndex) |
    VERSION
  );
}

function seconds(ms: number): bigint {
  return BigInt(Math.floor(ms / 1000));
}
