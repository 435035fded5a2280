import { OperationError } from "@warrenmq/core/internal";
import {
  attributeNameError,
  baseType,
  hasOnlyValidCharacters,
  INVALID_CHARACTERS,
  invalidParameterValue,
  type MessageAttribute,
  type MessageAttributes,
  NO_ATTRIBUTES,
} from "@warrenmq/core/queues";
import { optionalEntries, optionalList, optionalString, serializationError } from "../json-types.ts";
import { isNumberValue } from "./number-value.ts";

const MAX_ATTRIBUTES = 10;
const MAX_TYPE_LENGTH = 256;
const TRACE_HEADER = "AWSTraceHeader";
// Ours: the header table that carries it is limited. A trace header has about 100 characters.
const MAX_TRACE_HEADER_BYTES = 8192;

/** The `MessageAttributes` of a send, checked. `operation` is named in one of AWS's messages. */
export function validateMessageAttributes(value: unknown, operation: string): MessageAttributes {
  if (value === undefined) return NO_ATTRIBUTES;
  const entries = optionalEntries(value);
  if (entries === undefined || entries.length === 0) return NO_ATTRIBUTES;
  if (entries.length > MAX_ATTRIBUTES) {
    throw invalidParameterValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  return entries.map(([name, member]) => validateAttribute(name, member, operation));
}

function validateAttribute(name: string, member: unknown, operation: string): MessageAttribute {
  const nameError = attributeNameError(name);
  if (nameError !== undefined) throw nameError;
  const fields = readFields(member, operation);
  if (fields.dataType === undefined || fields.dataType === "") throw typeMissing(name, fields);
  const type = baseType(fields.dataType);
  if (type === undefined) {
    throw invalidParameterValue(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  if (fields.dataType.length > MAX_TYPE_LENGTH) {
    throw invalidParameterValue("Message (user) attribute type must be shorter than 256 bytes.");
  }
  return { name, dataType: fields.dataType, value: valueOfType(name, type, fields) };
}

interface AttributeFields {
  readonly dataType: string | undefined;
  readonly text: string | undefined;
  readonly bytes: Buffer | undefined;
}

function readFields(member: unknown, operation: string): AttributeFields {
  const entries = new Map(optionalEntries(member));
  for (const list of ["StringListValues", "BinaryListValues"]) {
    // An empty list is taken for absent: tools copy what an older SDK received, which had empty lists.
    if ((optionalList(entries.get(list))?.length ?? 0) > 0) {
      throw new OperationError(
        "UnsupportedOperation",
        `Message attribute list values in ${operation} operation are not supported.`,
      );
    }
  }
  return {
    dataType: optionalString(entries.get("DataType")),
    text: optionalString(entries.get("StringValue")),
    bytes: optionalBytes(entries.get("BinaryValue")),
  };
}

function optionalBytes(value: unknown): Buffer | undefined {
  if (value === undefined) return undefined;
  // A copy: the caller may reuse its buffer while the message waits to be confirmed.
  if (value instanceof Uint8Array) return Buffer.from(value);
  // The SDK's serializer takes a string for text to be sent as bytes.
  if (typeof value === "string") return Buffer.from(value);
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  throw serializationError("Start of structure or map found where not expected.");
}

function typeMissing(name: string, fields: AttributeFields): OperationError {
  const missing = fields.text === undefined && fields.bytes === undefined ? "value" : "type";
  return invalidParameterValue(
    `The message (user) attribute '${name}' must contain a non-empty message attribute ${missing}.`,
  );
}

function valueOfType(name: string, type: "String" | "Number" | "Binary", fields: AttributeFields): string | Buffer {
  const wanted = type === "Binary" ? fields.bytes : fields.text;
  const other = type === "Binary" ? fields.text : fields.bytes;
  if (wanted === undefined || wanted.length === 0) {
    throw invalidParameterValue(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
  }
  if (other !== undefined && other.length > 0) {
    throw invalidParameterValue(`Message (user) attribute '${name}' must contain only a value of type '${type}'.`);
  }
  if (typeof wanted !== "string") return wanted;
  if (type === "Number" && !isNumberValue(wanted)) {
    throw invalidParameterValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  if (!hasOnlyValidCharacters(wanted)) throw invalidParameterValue(INVALID_CHARACTERS);
  return wanted;
}

/**
 * The `MessageSystemAttributes` of a send, checked: only `AWSTraceHeader` of type String may be sent.
 * They do not count towards the size of the message and have an MD5 of their own.
 */
export function validateMessageSystemAttributes(value: unknown): MessageAttributes {
  if (value === undefined) return NO_ATTRIBUTES;
  const entries = optionalEntries(value);
  if (entries === undefined || entries.length === 0) return NO_ATTRIBUTES;
  return entries.map(([name, member]) => {
    if (name !== TRACE_HEADER) throw invalidParameterValue(`Message system attribute name '${name}' is invalid.`);
    const fields = readFields(member, "SendMessage");
    const { text } = fields;
    if (fields.dataType !== "String" || text === undefined || text === "") {
      throw invalidParameterValue(
        `Message (system) attribute '${name}' must contain a non-empty value of type 'String'.`,
      );
    }
    if (!hasOnlyValidCharacters(text)) throw invalidParameterValue(INVALID_CHARACTERS);
    if (Buffer.byteLength(text) > MAX_TRACE_HEADER_BYTES) {
      throw invalidParameterValue(
        `Message (system) attribute '${name}' must be shorter than ${MAX_TRACE_HEADER_BYTES} bytes.`,
      );
    }
    return { name, dataType: "String", value: text };
  });
}
