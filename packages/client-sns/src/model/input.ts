import { OperationError } from "@warrenmq/core/internal";

/**
 * SNS speaks AWS's query protocol, in which everything is text: a number or a boolean that stands where a string belongs
 * arrives as its text, `null` and `undefined` do not arrive. These functions read input that TypeScript did not see alike.
 */
export function optionalText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  throw malformed("a string");
}

/** A list member. Absent elements are left out. */
export function optionalList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed("a list");
  return value.filter((element) => element !== undefined && element !== null);
}

/** A list of strings. */
export function textList(value: unknown): readonly string[] {
  return optionalList(value).map((element) => optionalText(element) ?? "");
}

/** A map or structure member as its own enumerable entries. Entries without a value are left out. */
export function optionalEntries(value: unknown): readonly (readonly [string, unknown])[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object" || Array.isArray(value)) throw malformed("a map");
  return Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
}

/** A map of strings, in the order given. */
export function textEntries(value: unknown): readonly (readonly [string, string])[] {
  return optionalEntries(value).map(([name, member]) => [name, optionalText(member) ?? ""] as const);
}

function malformed(wanted: string): OperationError {
  return new OperationError("MalformedInput", `A value in the request is not ${wanted}.`);
}
