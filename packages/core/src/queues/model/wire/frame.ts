import { attributeNameError } from "../validate/attribute-name.ts";
import { baseType, type MessageAttribute, type MessageAttributes } from "../message-attribute.ts";

/*
 * Layout, integers big-endian:
 *
 *   1 byte    version, 1
 *   1 byte    number of attributes
 *   each attribute:
 *     2 bytes   length of the name, then the name in UTF-8
 *     2 bytes   length of the data type, then the data type in UTF-8
 *     1 byte    1: the value is text in UTF-8, 2: the value is bytes
 *     4 bytes   length of the value, then the value
 *   the rest  body in UTF-8
 */
const VERSION = 1;
const TEXT = 1;
const BYTES = 2;
const MAX_ATTRIBUTES = 10;

/** Attributes and body of a message in one. */
export interface Frame {
  readonly attributes: MessageAttributes;
  readonly body: Buffer;
}

/** Writes attributes and body into one buffer. */
export function encodeFrame({ attributes, body }: Frame): Buffer {
  const chunks: Buffer[] = [Buffer.of(VERSION, attributes.length)];
  for (const { name, dataType, value } of attributes) {
    chunks.push(...shortField(name), ...shortField(dataType));
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    const head = Buffer.allocUnsafe(5);
    head.writeUInt8(typeof value === "string" ? TEXT : BYTES, 0);
    head.writeUInt32BE(bytes.length, 1);
    chunks.push(head, bytes);
  }
  return Buffer.concat([...chunks, body]);
}

function shortField(text: string): readonly [Buffer, Buffer] {
  const bytes = Buffer.from(text);
  const length = Buffer.allocUnsafe(2);
  length.writeUInt16BE(bytes.length);
  return [length, bytes];
}

/** Reads what {@link encodeFrame} wrote. `undefined` for anything else. */
export function decodeFrame(content: Buffer): Frame | undefined {
  if (content.length < 2 || content[0] !== VERSION) return undefined;
  const count = content[1] ?? 0;
  if (count > MAX_ATTRIBUTES) return undefined;
  const attributes: MessageAttribute[] = [];
  let offset = 2;
  for (let index = 0; index < count; index += 1) {
    const read = readAttribute(content, offset);
    if (read === undefined) return undefined;
    attributes.push(read.attribute);
    offset = read.end;
  }
  return { attributes, body: content.subarray(offset) };
}

interface ReadAttribute {
  readonly attribute: MessageAttribute;
  readonly end: number;
}

function readAttribute(content: Buffer, offset: number): ReadAttribute | undefined {
  const nameField = readField(content, offset, 2);
  if (nameField === undefined) return undefined;
  const typeField = readField(content, nameField.end, 2);
  if (typeField === undefined) return undefined;
  const transport = content[typeField.end];
  const valueField = readField(content, typeField.end + 1, 4);
  if (valueField === undefined || valueField.bytes.length === 0) return undefined;
  const name = nameField.bytes.toString();
  const dataType = typeField.bytes.toString();
  const base = baseType(dataType);
  if (base === undefined || attributeNameError(name) !== undefined) return undefined;
  if (transport !== (base === "Binary" ? BYTES : TEXT)) return undefined;
  const value = transport === TEXT ? valueField.bytes.toString() : valueField.bytes;
  return { attribute: { name, dataType, value }, end: valueField.end };
}

interface Field {
  readonly bytes: Buffer;
  readonly end: number;
}

function readField(content: Buffer, offset: number, lengthBytes: 2 | 4): Field | undefined {
  const start = offset + lengthBytes;
  if (start > content.length) return undefined;
  const end = start + content.readUIntBE(offset, lengthBytes);
  if (end > content.length) return undefined;
  return { bytes: content.subarray(start, end), end };
}
