import type { ByteReader } from "../bytes/byte-reader.ts";
import { ProtocolError } from "../bytes/protocol-error.ts";

/**
 * A value of AMQP 1.0's type system, read. Integers are numbers, or bigints beyond ±2^53; symbols, UUIDs and characters are strings;
 * decimals stay bytes; a described value is its value.
 */
export type AmqpValue = null | boolean | number | bigint | string | Date | Buffer | readonly AmqpValue[] | AmqpMap;

/** A map of AMQP 1.0. */
export type AmqpMap = ReadonlyMap<AmqpValue, AmqpValue>;

/** Deeper nesting than this is refused: nobody publishes it, and each level takes stack. */
const MAX_DEPTH = 32;
const DESCRIBED = 0x00;

type Decode = (reader: ByteReader, depth: number) => AmqpValue;

/** Format codes: https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-types-v1.0-os.html#section-primitive-type-definitions */
const DECODERS: ReadonlyMap<number, Decode> = new Map<number, Decode>([
  [0x40, () => null],
  [0x41, () => true],
  [0x42, () => false],
  [0x56, (reader) => reader.uint8() !== 0],
  [0x43, () => 0],
  [0x44, () => 0],
  [0x50, (reader) => reader.uint8()],
  [0x60, (reader) => reader.uint16()],
  [0x52, (reader) => reader.uint8()],
  [0x70, (reader) => reader.uint32()],
  [0x53, (reader) => reader.uint8()],
  [0x80, (reader) => narrow(reader.take(8).readBigUInt64BE())],
  [0x51, (reader) => reader.int8()],
  [0x61, (reader) => reader.int16()],
  [0x54, (reader) => reader.int8()],
  [0x71, (reader) => reader.int32()],
  [0x55, (reader) => reader.int8()],
  [0x81, (reader) => narrow(reader.take(8).readBigInt64BE())],
  [0x72, (reader) => reader.take(4).readFloatBE()],
  [0x82, (reader) => reader.take(8).readDoubleBE()],
  [0x74, (reader) => reader.take(4)],
  [0x84, (reader) => reader.take(8)],
  [0x94, (reader) => reader.take(16)],
  [0x73, (reader) => character(reader.uint32())],
  [0x83, (reader) => new Date(Number(reader.take(8).readBigInt64BE()))],
  [0x98, (reader) => uuid(reader.take(16))],
  [0xa0, (reader) => reader.take(reader.uint8())],
  [0xb0, (reader) => reader.take(reader.uint32())],
  [0xa1, (reader) => reader.take(reader.uint8()).toString("utf8")],
  [0xb1, (reader) => reader.take(reader.uint32()).toString("utf8")],
  [0xa3, (reader) => reader.take(reader.uint8()).toString("latin1")],
  [0xb3, (reader) => reader.take(reader.uint32()).toString("latin1")],
  [0x45, () => []],
  [0xc0, (reader, depth) => readCompound(reader, reader.uint8(), 1, (count) => readList(reader, count, depth))],
  [0xd0, (reader, depth) => readCompound(reader, reader.uint32(), 4, (count) => readList(reader, count, depth))],
  [0xc1, (reader, depth) => readCompound(reader, reader.uint8(), 1, (count) => readMap(reader, count, depth))],
  [0xd1, (reader, depth) => readCompound(reader, reader.uint32(), 4, (count) => readMap(reader, count, depth))],
  [0xe0, (reader, depth) => readCompound(reader, reader.uint8(), 1, (count) => readArray(reader, count, depth))],
  [0xf0, (reader, depth) => readCompound(reader, reader.uint32(), 4, (count) => readArray(reader, count, depth))],
]);

/** Reads one value with its format code. @throws ProtocolError when it is truncated, malformed or nested too deeply. */
export function readValue(reader: ByteReader, depth = 0): AmqpValue {
  if (depth > MAX_DEPTH) throw new ProtocolError(`An AMQP 1.0 value is nested more than ${MAX_DEPTH} levels deep.`);
  const code = reader.uint8();
  if (code !== DESCRIBED) return readCoded(reader, code, depth);
  readValue(reader, depth + 1); // the descriptor
  return readValue(reader, depth + 1);
}

function readCoded(reader: ByteReader, code: number, depth: number): AmqpValue {
  const decode = DECODERS.get(code);
  if (decode === undefined) throw new ProtocolError(`0x${code.toString(16)} is not a format code of AMQP 1.0.`);
  return decode(reader, depth);
}

/**
 * Reads a list, map or array: its size, the number of its elements, and the elements. They must take the size exactly, and there cannot be
 * more of them than bytes. (There could be in an array of nulls, which nobody has a use for: refusing it keeps memory in proportion.)
 */
function readCompound<T>(reader: ByteReader, size: number, countBytes: 1 | 4, read: (count: number) => T): T {
  const start = reader.offset;
  const count = countBytes === 1 ? reader.uint8() : reader.uint32();
  if (size - countBytes > reader.remaining || count > size) {
    throw new ProtocolError(`${count} AMQP 1.0 values of ${size} bytes do not fit into ${reader.remaining}.`);
  }
  const value = read(count);
  if (reader.offset - start === size) return value;
  throw new ProtocolError(`An AMQP 1.0 value of ${size} bytes takes ${reader.offset - start}.`);
}

function readList(reader: ByteReader, count: number, depth: number): AmqpValue[] {
  return Array.from({ length: count }, () => readValue(reader, depth + 1));
}

function readMap(reader: ByteReader, count: number, depth: number): AmqpMap {
  if (count % 2 !== 0) throw new ProtocolError("An AMQP 1.0 map has a key without a value.");
  const map = new Map<AmqpValue, AmqpValue>();
  for (let read = 0; read < count; read += 2) map.set(readValue(reader, depth + 1), readValue(reader, depth + 1));
  return map;
}

/** The elements of an array share one format code, which stands before them. */
function readArray(reader: ByteReader, count: number, depth: number): AmqpValue[] {
  if (depth > MAX_DEPTH) throw new ProtocolError(`An AMQP 1.0 value is nested more than ${MAX_DEPTH} levels deep.`);
  let code = reader.uint8();
  if (code === DESCRIBED) {
    readValue(reader, depth + 1); // the descriptor
    code = reader.uint8();
  }
  return Array.from({ length: count }, () => readCoded(reader, code, depth + 1));
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function character(codePoint: number): string {
  if (codePoint > 0x10_ffff) throw new ProtocolError(`${codePoint} is not a character.`);
  return String.fromCodePoint(codePoint);
}

function uuid(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
