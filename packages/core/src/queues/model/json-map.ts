/**
 * Parses a JSON object into a map of its members, which holds a key like `__proto__` safely. `undefined` when the text
 * is not JSON or not an object.
 */
export function parseJsonMap(text: string): ReadonlyMap<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}
