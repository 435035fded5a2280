import { HEADERS } from "../wire-message.ts";
import { canBeHeader } from "./header-name.ts";

/** W3C's: what other instrumentations of AMQP clients write as well. */
const USUAL_NAMES = ["traceparent", "tracestate", "baggage"];
const LONGEST_LIST = 1_024;
const MOST_HEADERS = 10;

type Headers = Readonly<Record<string, unknown>>;

/**
 * Adds a trace context to a message's headers. A name that is an attribute's stays the attribute: the AWS SDK's
 * instrumentation writes the same context there. Names that the broker owns (`x-…`) are left out, because the broker's
 * headers do not survive a move to another queue.
 */
export function addPropagation(headers: Record<string, unknown>, propagation: Readonly<Record<string, string>>): void {
  const names: string[] = [];
  for (const [name, value] of Object.entries(propagation)) {
    if (!canBeHeader(name) || name.includes(" ") || Object.hasOwn(headers, name)) continue;
    headers[name] = value;
    names.push(name);
  }
  if (names.length > 0) headers[HEADERS.propagation] = names.join(" ");
}

/** The headers that are trace context, and no attributes. */
export function propagationNames(headers: Headers): readonly string[] {
  const list = Object.hasOwn(headers, HEADERS.propagation) ? headers[HEADERS.propagation] : undefined;
  if (typeof list !== "string" || list.length > LONGEST_LIST) return [];
  return list.split(" ").slice(0, MOST_HEADERS);
}

/** The trace context of a message, whoever published it; `undefined` without one. */
export function readPropagation(headers: Headers): Readonly<Record<string, string>> | undefined {
  const found = new Map<string, string>();
  for (const name of [...USUAL_NAMES, ...propagationNames(headers)]) {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (typeof value === "string" && value !== "") found.set(name, value);
  }
  return found.size === 0 ? undefined : Object.fromEntries(found);
}
