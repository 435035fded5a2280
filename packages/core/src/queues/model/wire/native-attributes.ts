import { baseType, type MessageAttribute, type MessageAttributes } from "../message-attribute.ts";
import { parseJsonMap } from "../json-map.ts";
import { attributeNameError } from "../validate/attribute-name.ts";
import { HEADERS } from "../wire-message.ts";
import { isOwnedHeader } from "./header-name.ts";
import { propagationNames } from "./propagation-headers.ts";

const MAX_ATTRIBUTES = 10;
const MAX_TYPE_LENGTH = 256;
const NO_TYPES: ReadonlyMap<string, unknown> = new Map();

/** The headers of a delivery: own keys only, values of any type. */
export type Headers = Readonly<Record<string, unknown>>;

/**
 * The attributes that a header table holds, at most ten, whoever wrote it. A header becomes:
 *
 * | AMQP value | attribute |
 * |---|---|
 * | string | String, or Number or a custom type where `warrenmq-attribute-types` says so |
 * | byte array | Binary |
 * | integer, float, decimal | Number |
 * | boolean | String `true` or `false` |
 * | timestamp | String, ISO 8601 |
 * | table, array | String, JSON |
 *
 * Headers of the broker, names that SQS refuses, and empty values are left out, and so is the trace context that WarrenMQ
 * sent along, which SQS does not know.
 */
export function attributesOfHeaders(headers: Headers): MessageAttributes {
  const attributes = escapedAttributes(headers[HEADERS.attributes]);
  const types = declaredTypes(headers[HEADERS.attributeTypes]);
  const hidden = propagationNames(headers);
  for (const name of Object.keys(headers)) {
    if (attributes.length >= MAX_ATTRIBUTES) break;
    if (hidden.includes(name)) continue;
    if (isOwnedHeader(name) || attributeNameError(name) !== undefined) continue;
    if (attributes.some((attribute) => attribute.name === name)) continue;
    const attribute = attributeOfHeader(name, headers[name], types.get(name));
    if (attribute !== undefined) attributes.push(attribute);
  }
  return attributes;
}

function declaredTypes(value: unknown): ReadonlyMap<string, unknown> {
  return (typeof value === "string" ? parseJsonMap(value) : undefined) ?? NO_TYPES;
}

function attributeOfHeader(name: string, header: unknown, declared: unknown): MessageAttribute | undefined {
  const natural = naturalValue(header);
  if (natural === undefined || natural.value.length === 0) return undefined;
  const { value } = natural;
  const usable = typeof declared === "string" && isUsableType(declared, value);
  return { name, dataType: usable ? declared : natural.dataType, value };
}

function isUsableType(dataType: string, value: string | Buffer): boolean {
  if (dataType.length > MAX_TYPE_LENGTH) return false;
  const base = baseType(dataType);
  return base !== undefined && (base === "Binary") === (typeof value !== "string");
}

type NaturalValue = Pick<MessageAttribute, "dataType" | "value">;

function naturalValue(header: unknown): NaturalValue | undefined {
  if (typeof header === "string") return text(header);
  if (typeof header === "boolean") return text(String(header));
  if (typeof header === "number") return Number.isFinite(header) ? number(String(header)) : undefined;
  if (Buffer.isBuffer(header)) return { dataType: "Binary", value: header };
  if (typeof header !== "object" || header === null) return undefined;
  if ("!" in header && "value" in header) return taggedValue(header["!"], header.value);
  return nestedValue(header);
}

/** amqplib gives timestamps and decimals as `{ "!": type, value }`. */
function taggedValue(tag: unknown, value: unknown): NaturalValue | undefined {
  if (tag === "timestamp" && typeof value === "number") {
    const date = new Date(value * 1000);
    return Number.isNaN(date.valueOf()) ? number(String(value)) : text(date.toISOString());
  }
  if (tag === "decimal" && isRecord(value)) return decimalValue(value["places"], value["digits"]);
  return nestedValue(value);
}

function decimalValue(places: unknown, digits: unknown): NaturalValue | undefined {
  if (typeof places !== "number" || typeof digits !== "number") return undefined;
  return number(places === 0 ? String(digits) : `${digits}e-${places}`);
}

function nestedValue(value: unknown): NaturalValue | undefined {
  try {
    const json: unknown = JSON.stringify(value, bytesAsBase64);
    return typeof json === "string" ? text(json) : undefined;
  } catch {
    // A table nested thousands of levels deep, which a frame has room for, exhausts the stack.
    return undefined;
  }
}

/** JSON.stringify shows the replacer what Buffer's toJSON made of the bytes. */
function bytesAsBase64(_key: string, value: unknown): unknown {
  if (!isRecord(value) || value["type"] !== "Buffer" || !Array.isArray(value["data"])) return value;
  return Buffer.from(value["data"]).toString("base64");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function text(value: string): NaturalValue {
  return { dataType: "String", value };
}

function number(value: string): NaturalValue {
  return { dataType: "Number", value };
}

function escapedAttributes(value: unknown): MessageAttribute[] {
  if (typeof value !== "string") return [];
  const list = parseList(value);
  if (list === undefined || list.length > MAX_ATTRIBUTES) return [];
  const attributes: MessageAttribute[] = [];
  for (const item of list) {
    const attribute = escapedAttribute(item);
    if (attribute !== undefined) attributes.push(attribute);
  }
  return attributes;
}

function parseList(json: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function escapedAttribute(item: unknown): MessageAttribute | undefined {
  if (!Array.isArray(item)) return undefined;
  const [name, dataType, encoded]: readonly unknown[] = item;
  if (typeof name !== "string" || typeof dataType !== "string" || typeof encoded !== "string") return undefined;
  if (attributeNameError(name) !== undefined) return undefined;
  const value = baseType(dataType) === "Binary" ? Buffer.from(encoded, "base64") : encoded;
  if (value.length === 0 || !isUsableType(dataType, value)) return undefined;
  return { name, dataType, value };
}
