import { baseType, NO_ATTRIBUTES, type MessageAttribute, type MessageAttributes } from "@warrenmq/core/queues";
import { invalidAttribute, missingMember } from "../errors.ts";
import { optionalEntries, optionalText } from "../input.ts";

const MAX_NAME_LENGTH = 256;
const OTHER_CHARACTER = /[^A-Za-z0-9_.-]/u;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The `MessageAttributes` of a publish, checked with SNS's rules and texts (11 are recorded).
 * @param path AWS's name for the place of the attributes in the request
 */
export function validateMessageAttributes(value: unknown, path: string): MessageAttributes {
  const entries = optionalEntries(value);
  if (entries.length === 0) return NO_ATTRIBUTES;
  return entries.map(([name, member]) => validateAttribute(name, member, `${path}.${name}.member`));
}

function validateAttribute(name: string, member: unknown, path: string): MessageAttribute {
  checkName(name);
  const fields = new Map(optionalEntries(member));
  const dataType = optionalText(fields.get("DataType"));
  if (dataType === undefined) throw missingMember(`${path}.dataType`);
  const type = baseType(dataType);
  if (type === undefined) {
    throw invalidAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  return { name, dataType, value: valueOf(name, dataType, type, fields) };
}

function checkName(name: string): void {
  if (name.startsWith(".")) {
    throw invalidAttribute("Invalid message attribute name starting with character '.' was found.");
  }
  if (name.endsWith(".")) {
    throw invalidAttribute("Invalid message attribute name ending with character '.' was found.");
  }
  const other = OTHER_CHARACTER.exec(name)?.[0];
  if (other !== undefined) {
    const code = (other.codePointAt(0) ?? 0).toString(16).toUpperCase();
    throw invalidAttribute(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name === "") throw invalidAttribute("The message attribute name must not be empty.");
  if (name.length >= MAX_NAME_LENGTH)
    throw invalidAttribute("Length of message attribute name must be less than 256 bytes.");
  if (name.includes("..")) throw invalidAttribute("Message attribute name can not have successive '.' character.");
}

function valueOf(
  name: string,
  dataType: string,
  type: "String" | "Number" | "Binary",
  fields: ReadonlyMap<string, unknown>,
): string | Buffer {
  const text = optionalText(fields.get("StringValue"));
  const bytes = optionalBytes(fields.get("BinaryValue"));
  const [wanted, other] = type === "Binary" ? [bytes, text] : [text, bytes];
  if (wanted === undefined && other !== undefined) {
    const field = type === "Binary" ? "Binary" : "String";
    throw invalidAttribute(`The message attribute '${name}' with type '${dataType}' must use field '${field}'.`);
  }
  if (wanted === undefined || wanted.length === 0) {
    throw invalidAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${dataType}'.`,
    );
  }
  if (type === "Number" && typeof wanted === "string" && !NUMBER.test(wanted)) {
    throw invalidAttribute(`Could not cast message attribute '${name}' value to number.`);
  }
  return wanted;
}

function optionalBytes(value: unknown): Buffer | undefined {
  if (value === undefined || value === null) return undefined;
  // A copy: the caller may reuse its buffer while the message waits to be confirmed.
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  const text = optionalText(value);
  return text === undefined ? undefined : Buffer.from(text);
}
