import { OperationError } from "@warrenmq/core/internal";

/**
 * The SDK's serializer does not check JavaScript types: it writes what it is given, and Kinesis refuses what does not fit
 * with `SerializationException`. These functions answer the same for input that TypeScript did not see, in the words that
 * kinesalite recorded from Kinesis. `null` counts as absent, because the serializer leaves it out.
 */
function cannotRead(value: unknown, target: string): OperationError {
  if (Array.isArray(value)) return serializationError("Start of list found where not expected");
  const javaClass = javaClassOf(value);
  if (javaClass === undefined) return serializationError("Start of structure or map found where not expected.");
  return serializationError(`class ${javaClass} can not be converted to ${target}`);
}

function javaClassOf(value: unknown): string | undefined {
  if (typeof value === "string") return "java.lang.String";
  if (typeof value === "number" || typeof value === "bigint") return "java.math.BigDecimal";
  return typeof value === "boolean" ? "java.lang.Boolean" : undefined;
}

function serializationError(message: string): OperationError {
  return new OperationError("SerializationException", message);
}

/** A string member. `undefined` when absent. */
export function optionalString(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  throw cannotRead(value, "an String");
}

/** An integer member. `undefined` when absent; a fraction is cut off, as AWS's reader does. */
export function optionalInteger(value: unknown): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value) + 0;
  if (value === undefined || value === null) return undefined;
  // The serializer writes NaN and the infinities as strings.
  throw cannotRead(typeof value === "number" ? "NaN" : value, "an Integer");
}

/** A boolean member. `undefined` when absent. */
export function optionalBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === undefined || value === null) return undefined;
  throw cannotRead(value, "an Boolean");
}

/** A time, in milliseconds since the epoch: a Date, or seconds as a number. `undefined` when absent. */
export function optionalTime(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const ms = value instanceof Date ? value.getTime() : typeof value === "number" ? value * 1000 : NaN;
  if (Number.isFinite(ms)) return ms;
  throw cannotRead(value instanceof Date ? "Invalid Date" : value, "a Timestamp");
}

/** Bytes. A text counts as its UTF-8 bytes, as the SDK's serializer has it. `undefined` when absent. */
export function optionalBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw cannotRead(value, "a Blob");
}

/** A list member. Absent elements are left out. */
export function optionalList(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.filter((element) => element !== undefined && element !== null);
  if (typeof value === "object") throw serializationError("Start of structure or map found where not expected.");
  throw serializationError("Expected list or null");
}

/** A map or structure member as its own enumerable entries. Entries without a value are left out. */
export function optionalEntries(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) throw serializationError("Start of list found where not expected");
  if (typeof value !== "object") throw serializationError("Expected map or null");
  return Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
}
