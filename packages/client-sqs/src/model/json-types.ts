import { OperationError } from "@warrenmq/core/internal";

/**
 * The SDK's serializer does not check JavaScript types: it writes what it is given, and SQS's JSON reader refuses what
 * does not fit with `SerializationException`. These functions answer the same for input that TypeScript did not see.
 * `null` counts as absent, because the serializer leaves it out. Texts: as AWS's JSON services answer
 * (`STRING_VALUE can not be converted to an Integer` is recorded from SQS itself).
 */
function cannotRead(value: unknown, target: "a String" | "an Integer"): OperationError {
  if (Array.isArray(value)) return serializationError("Start of list found where not expected");
  const token = jsonToken(value);
  if (token === undefined) return serializationError(STRUCTURE_FOUND);
  return serializationError(`${token} can not be converted to ${target}`);
}

function jsonToken(value: unknown): string | undefined {
  if (typeof value === "string") return "STRING_VALUE";
  if (typeof value === "number" || typeof value === "bigint") return "NUMBER_VALUE";
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  return undefined;
}

const STRUCTURE_FOUND = "Start of structure or map found where not expected.";

/** `SerializationException`, the name that AWS gives to a request body that does not fit the operation's model. */
export function serializationError(message: string): OperationError {
  return new OperationError("SerializationException", message);
}

/** A string member. `undefined` when absent. */
export function optionalString(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  throw cannotRead(value, "a String");
}

/** An integer member. `undefined` when absent; a fraction is cut off, as AWS's reader does. */
export function optionalInteger(value: unknown): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value) + 0;
  if (value === undefined || value === null) return undefined;
  // The serializer writes NaN and the infinities as strings.
  throw cannotRead(typeof value === "number" ? "NaN" : value, "an Integer");
}

/** A list member. Absent elements are left out. */
export function optionalList(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.filter((element) => element !== undefined && element !== null);
  if (typeof value === "object") throw serializationError(STRUCTURE_FOUND);
  throw serializationError("Expected list or null");
}

/** A list of strings. */
export function optionalStringList(value: unknown): readonly string[] | undefined {
  return optionalList(value)?.map((element) => optionalString(element) ?? "");
}

/** A map or structure member as its own enumerable entries. Entries without a value are left out. */
export function optionalEntries(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) throw serializationError("Start of list found where not expected");
  if (typeof value !== "object") throw serializationError("Expected null");
  return Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
}

/** A map of strings, in the order given. */
export function optionalStringEntries(value: unknown): readonly (readonly [string, string])[] | undefined {
  return optionalEntries(value)?.map(([name, member]) => [name, optionalString(member) ?? ""] as const);
}
