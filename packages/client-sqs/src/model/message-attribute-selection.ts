import { type MessageAttributes, NO_ATTRIBUTES } from "@warrenmq/core/queues";

/**
 * The attributes that a ReceiveMessage asks for: `All` and `.*` mean every one, `prefix.*` those that begin with
 * `prefix`, anything else the attribute of that name. The MD5 of a received message covers only what is selected.
 */
export function selectMessageAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  if (names.length === 0 || attributes.length === 0) return NO_ATTRIBUTES;
  if (names.includes("All") || names.includes(".*")) return attributes;
  const selected = attributes.filter(({ name }) => names.some((pattern) => matches(pattern, name)));
  return selected.length === 0 ? NO_ATTRIBUTES : selected;
}

function matches(pattern: string, name: string): boolean {
  if (pattern.endsWith(".*")) return name.startsWith(pattern.slice(0, -2));
  return pattern === name;
}
