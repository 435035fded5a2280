import { invalidAttributeValue, parsePolicy } from "@warrenmq/core/queues";
import { formatRedriveAllowPolicy, parseRedriveAllowPolicy } from "./redrive-allow-policy.ts";
import { formatRedrivePolicy, parseRedrivePolicy } from "./redrive-policy.ts";

/**
 * Reads the value of a queue attribute and gives it in canonical text, or throws what AWS answers.
 * `fifo` tells which type of queue the attribute is for.
 */
export type AttributeValueParser = (name: string, value: string, fifo: boolean) => string;

/** A parser of whole numbers without sign, blanks or fraction, between `min` and `max`. */
export function integerValue(min: number, max: number): AttributeValueParser {
  return (name, value) => {
    if (!/^\d{1,9}$/.test(value)) throw invalidAttributeValue(name);
    const number = Number(value);
    if (number < min || number > max) throw invalidAttributeValue(name);
    return String(number);
  };
}

/** A parser of texts of which only these are allowed. */
export function oneOf(...allowed: readonly string[]): AttributeValueParser {
  return (name, value) => {
    if (allowed.includes(value)) return value;
    throw invalidAttributeValue(name);
  };
}

/** `true` or `false`. Capitals pass (`True`): nine recorded tests send them to AWS. */
export function booleanValue(name: string, value: string): "true" | "false" {
  const lower = value.toLowerCase();
  if (lower === "true" || lower === "false") return lower;
  throw invalidAttributeValue(name);
}

/** Any text. */
export function textValue(_name: string, value: string): string {
  return value;
}

/** A Policy document. */
export function policyValue(_name: string, value: string): string {
  return parsePolicy(value);
}

/** A RedrivePolicy document. */
export function redrivePolicyValue(_name: string, value: string, fifo: boolean): string {
  return formatRedrivePolicy(parseRedrivePolicy(value, fifo));
}

/** A RedriveAllowPolicy document. */
export function redriveAllowPolicyValue(_name: string, value: string): string {
  return formatRedriveAllowPolicy(parseRedriveAllowPolicy(value));
}
