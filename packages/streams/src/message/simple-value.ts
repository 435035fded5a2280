import type { ByteWriter } from "../bytes/byte-writer.ts";

/**
 * A value that an application property or annotation may have. Whole numbers travel as `int` where they fit, else as `long`; other
 * numbers as `double`; dates as `timestamp`.
 */
export type SimpleValue = null | boolean | number | bigint | string | Date | Uint8Array;

const INT_LIMIT = 2 ** 31;
const LONG_LIMIT = 2n ** 63n;

/** Writes a value with its format code. @throws RangeError for a bigint that does not fit into 64 bits. */
export function writeSimpleValue(writer: ByteWriter, value: SimpleValue): void {
  if (value === null) writer.uint8(0x40);
  else if (typeof value === "boolean") writer.uint8(value ? 0x41 : 0x42);
  else if (typeof value === "string") writeString(writer, value);
  else if (typeof value === "number") writeNumber(writer, value);
  else if (typeof value === "bigint") writeLong(writer, value);
  else if (value instanceof Date) writer.uint8(0x83).int64(value.getTime());
  else writeBinary(writer, value);
}

/** Writes a string. */
export function writeString(writer: ByteWriter, text: string): void {
  writeText(writer, text, 0xa1, 0xb1);
}

/** Writes a symbol: the key of an annotation, a content type. */
export function writeSymbol(writer: ByteWriter, text: string): void {
  writeText(writer, text, 0xa3, 0xb3);
}

function writeText(writer: ByteWriter, text: string, shortCode: number, longCode: number): void {
  const length = Buffer.byteLength(text);
  if (length > 0xff) writer.uint8(longCode).uint32(length);
  else writer.uint8(shortCode).uint8(length);
  writer.utf8(text, length);
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) writer.uint8(0x82).double(value);
  else if (value >= -INT_LIMIT && value < INT_LIMIT) writer.uint8(0x71).int32(value);
  else writer.uint8(0x81).int64(value);
}

function writeLong(writer: ByteWriter, value: bigint): void {
  if (value < -LONG_LIMIT || value >= LONG_LIMIT) throw new RangeError(`${value} does not fit into 64 bits.`);
  writer.uint8(0x81).bigInt64(value);
}

function writeBinary(writer: ByteWriter, bytes: Uint8Array): void {
  if (bytes.length > 0xff) writer.uint8(0xb0).uint32(bytes.length);
  else writer.uint8(0xa0).uint8(bytes.length);
  writer.raw(bytes);
}
