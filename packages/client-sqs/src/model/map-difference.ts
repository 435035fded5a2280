import type { AttributeMap } from "@warrenmq/core/queues";

/**
 * What to set and what to remove to come from one map to another. Commands carry only this, so that two processes which
 * change different attributes at once do not undo each other's.
 */
export function mapDifference(
  from: Readonly<Partial<Record<string, string>>>,
  to: Readonly<Partial<Record<string, string>>>,
): { readonly set: AttributeMap; readonly removed: readonly string[] } {
  const set: Record<string, string> = {};
  for (const [key, value] of Object.entries(to)) {
    if (value !== undefined && from[key] !== value) set[key] = value;
  }
  return { set, removed: Object.keys(from).filter((key) => to[key] === undefined) };
}
