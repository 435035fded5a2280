import type { ByteWriter } from "./byte-writer.ts";

/**
 * Writes a field table: the headers of a message. Values are written as amqplib writes them, so that a message that it
 * decoded is published again unchanged; `undefined` is left out.
 * Source: AMQP 0-9-1, 4.2.5.5, with the type tags of RabbitMQ (rabbitmq.com/amqp-0-9-1-errata).
 * @throws TypeError for a value that AMQP has no type for.
 */
export function writeTable(writer: ByteWriter, table: object): void {
  const place = writer.skipUint32();
  for (const [name, value] of Object.entries(table)) {
    if (value === undefined) continue;
    writer.shortString(name);
    writeValue(writer, value);
  }
  writer.setUint32(writer.length - place - 4, place);
}

function writeArray(writer: ByteWriter, values: readonly unknown[]): void {
  const place = writer.skipUint32();
  for (const value of values) writeValue(writer, value);
  writer.setUint32(writer.length - place - 4, place);
}

function writeValue(writer: ByteWriter, value: unknown): void {
  if (typeof value === "string") {
    tag(writer, "S");
    writer.longString(value);
  } else if (typeof value === "number") {
    writeNumber(writer, value);
  } else if (typeof value === "boolean") {
    tag(writer, "t");
    writer.uint8(value ? 1 : 0);
  } else if (typeof value === "object") {
    writeObject(writer, value);
  } else {
    throw new TypeError(`A header cannot hold a ${typeof value}.`);
  }
}

function writeObject(writer: ByteWriter, value: object | null): void {
  if (value === null) return tag(writer, "V");
  if (Array.isArray(value)) {
    tag(writer, "A");
    return writeArray(writer, value);
  }
  if (value instanceof Uint8Array) {
    tag(writer, "x");
    return writer.longBytes(value);
  }
  if (wroteTyped(writer, value)) return;
  tag(writer, "F");
  return writeTable(writer, value);
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 63) {
    tag(writer, "d");
    return writer.double(value);
  }
  if (value >= -0x80 && value < 0x80) {
    tag(writer, "b");
    return writer.int8(value);
  }
  if (value >= -0x8000 && value < 0x8000) {
    tag(writer, "s");
    return writer.int16(value);
  }
  if (value >= -(2 ** 31) && value < 2 ** 31) {
    tag(writer, "I");
    return writer.int32(value);
  }
  tag(writer, "l");
  return writer.int64(BigInt(value));
}

/** Writes a value that amqplib decoded together with its type. Returns false for any other object. */
function wroteTyped(writer: ByteWriter, object: object): boolean {
  if (!("!" in object) || !("value" in object)) return false;
  const { "!": type, value } = object;
  if (type === "timestamp" && typeof value === "number") {
    tag(writer, "T");
    writer.uint64(value);
    return true;
  }
  if (type !== "decimal" || !isDecimal(value)) return false;
  tag(writer, "D");
  writer.uint8(value.places);
  writer.uint32(value.digits);
  return true;
}

function isDecimal(value: unknown): value is { readonly places: number; readonly digits: number } {
  if (typeof value !== "object" || value === null || !("places" in value) || !("digits" in value)) return false;
  return typeof value.places === "number" && typeof value.digits === "number";
}

function tag(writer: ByteWriter, letter: string): void {
  writer.uint8(letter.charCodeAt(0));
}
