import { attributesByteLength, type MessageAttributes } from "./message-attribute.ts";
import { md5 } from "./md5.ts";

const STRING_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;
// Three lengths of four bytes, and the transport byte.
const OVERHEAD_BYTES = 13;

/**
 * `MD5OfMessageAttributes` (and, for system attributes, `MD5OfMessageSystemAttributes`): MD5 over the attributes in
 * order of name, each as name, data type and value with a four-byte length before it, and one byte between type and
 * value that tells text (1) from bytes (2). Number values are text. `undefined` for no attributes: SQS leaves it out.
 * Source: "Calculating the MD5 message digest for message attributes", SQS developer guide.
 */
export function md5OfMessageAttributes(attributes: MessageAttributes): string | undefined {
  if (attributes.length === 0) return undefined;
  const bytes = Buffer.allocUnsafe(attributesByteLength(attributes) + attributes.length * OVERHEAD_BYTES);
  let offset = 0;
  for (const { name, dataType, value } of attributes.toSorted(byName)) {
    offset = writeField(bytes, name, offset);
    offset = writeField(bytes, dataType, offset);
    offset = bytes.writeUInt8(typeof value === "string" ? STRING_TRANSPORT : BINARY_TRANSPORT, offset);
    offset = writeField(bytes, value, offset);
  }
  return md5(bytes);
}

function writeField(bytes: Buffer, field: string | Buffer, offset: number): number {
  const start = offset + 4;
  const length = typeof field === "string" ? bytes.write(field, start) : field.copy(bytes, start);
  bytes.writeUInt32BE(length, offset);
  return start + length;
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  if (left.name === right.name) return 0;
  return left.name < right.name ? -1 : 1;
}
