import { unknownAttribute } from "@warrenmq/core/queues";
import { isQueueAttributeName, type QueueAttributeName } from "./queue-attribute-table.ts";

/** Checks the names that GetQueueAttributes asks for: any queue attribute, or `All`. */
export function validateAttributeNames(names: readonly string[]): void {
  for (const name of names) if (name !== "All" && !isQueueAttributeName(name)) throw unknownAttribute(name);
}

/**
 * The attributes that were asked for, of all that the queue has. Names without a value are left out; `undefined` when
 * nothing is left, because SQS leaves the member out then.
 */
export function selectAttributes(
  all: Readonly<Partial<Record<QueueAttributeName, string>>>,
  names: readonly string[],
): Partial<Record<QueueAttributeName, string>> | undefined {
  validateAttributeNames(names);
  const selected: Partial<Record<QueueAttributeName, string>> = {};
  const wanted = names.includes("All") ? Object.keys(all) : names;
  for (const name of wanted) {
    if (!isQueueAttributeName(name)) continue;
    const value = all[name];
    if (value !== undefined) selected[name] = value;
  }
  return Object.keys(selected).length === 0 ? undefined : selected;
}
