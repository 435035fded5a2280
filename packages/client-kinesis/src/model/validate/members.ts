import { validationError } from "../errors.ts";
import * as json from "../json-types.ts";

/** What the API's model says of a text. */
export interface TextRule {
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** As Kinesis writes it in its message. */
  readonly pattern?: string;
  readonly values?: readonly string[];
}

/** What the API's model says of a number, list or map, or of the length of bytes. */
export interface RangeRule {
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
}

/** Kinesis names no more. */
const MAX_VIOLATIONS = 10;
const patterns = new Map<string, RegExp>();

/**
 * Reads the members of a request and checks each against the API's model. Violations are gathered and thrown together by
 * {@link Members.check}, in AWS's words: `2 validation errors detected: Value '' at 'streamName' failed to satisfy
 * constraint: …`. (Recorded from Kinesis by kinesalite; the order of several is ours.)
 */
export class Members {
  readonly #input: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #violations: string[];

  constructor(input: object, path = "", violations: string[] = []) {
    this.#input = { ...input };
    this.#path = path;
    this.#violations = violations;
  }

  /** A text. `undefined` when absent. */
  text(name: string, rule: TextRule): string | undefined {
    const value = json.optionalString(this.#input[name]);
    if (value === undefined) return this.#absent(name, rule);
    const { pattern, min = 0, max = Infinity, values } = rule;
    if (pattern !== undefined && !matches(pattern, value)) {
      this.violation(name, value, `Member must satisfy regular expression pattern: ${pattern}`);
    }
    this.#length(name, value, value.length, min, max);
    if (values !== undefined && !values.includes(value)) {
      this.violation(name, value, `Member must satisfy enum value set: [${values.join(", ")}]`);
    }
    return value;
  }

  /** A whole number. `undefined` when absent. */
  integer(name: string, rule: RangeRule): number | undefined {
    const value = json.optionalInteger(this.#input[name]);
    if (value === undefined) return this.#absent(name, rule);
    const { min = -Infinity, max = Infinity } = rule;
    if (value < min) this.violation(name, value, `Member must have value greater than or equal to ${min}`);
    if (value > max) this.violation(name, value, `Member must have value less than or equal to ${max}`);
    return value;
  }

  /** True or false; absent counts as false. */
  flag(name: string): boolean {
    return json.optionalBoolean(this.#input[name]) ?? false;
  }

  /** A time in milliseconds since the epoch. `undefined` when absent. */
  time(name: string): number | undefined {
    return json.optionalTime(this.#input[name]);
  }

  /** Bytes; a text counts as its UTF-8 bytes, as in the SDK. */
  bytes(name: string, rule: RangeRule): Uint8Array | undefined {
    const value = json.optionalBytes(this.#input[name]);
    if (value === undefined) return this.#absent(name, rule);
    const { length } = value;
    this.#length(name, `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`, length, rule.min, rule.max);
    return value;
  }

  /** A list of texts, each of a length from 1 to `maxLength`. */
  texts(
    name: string,
    rule: RangeRule & { readonly maxLength?: number; readonly values?: readonly string[] },
  ): readonly string[] {
    const value = json.optionalList(this.#input[name])?.map((entry) => json.optionalString(entry) ?? "");
    if (value === undefined) return this.#absent(name, rule) ?? [];
    const shown = `[${value.join(", ")}]`;
    this.#length(name, shown, value.length, rule.min, rule.max);
    const { maxLength = Infinity, values } = rule;
    if (value.some(({ length }) => length < 1 || length > maxLength)) {
      this.violation(name, shown, memberLengths("", 1, maxLength));
    }
    if (values !== undefined && value.some((entry) => !values.includes(entry))) {
      const constraint = `Member must satisfy constraint: [Member must satisfy enum value set: [${values.join(", ")}]]`;
      this.violation(name, shown, constraint);
    }
    return value;
  }

  /** A map of texts: keys of 1 to 128 characters, values of up to 256. */
  tags(name: string, rule: RangeRule): Readonly<Record<string, string>> {
    const entries = json
      .optionalEntries(this.#input[name])
      ?.map(([key, value]) => [key, json.optionalString(value) ?? ""] as const);
    if (entries === undefined) return this.#absent(name, rule) ?? {};
    const shown = `{${entries.map(([key, value]) => `${key}=${value}`).join(", ")}}`;
    this.#length(name, shown, entries.length, rule.min, rule.max);
    if (entries.some(([key]) => key.length < 1 || key.length > 128)) {
      this.violation(name, shown, memberLengths("keys", 1, 128));
    }
    if (entries.some(([, value]) => value.length > 256)) this.violation(name, shown, memberLengths("value", 0, 256));
    return Object.fromEntries(entries);
  }

  /** A structure. `undefined` when absent. */
  structure(name: string, rule: { readonly required?: boolean } = {}): Members | undefined {
    const entries = json.optionalEntries(this.#input[name]);
    if (entries === undefined) return this.#absent(name, rule);
    return new Members(Object.fromEntries(entries), `${this.#path}${lowerFirst(name)}.`, this.#violations);
  }

  /** Notes what is wrong with a member. `value` is what Kinesis shows of it; `undefined` shows as null. */
  violation(name: string, value: string | number | undefined, constraint: string): void {
    if (this.#violations.length >= MAX_VIOLATIONS) return;
    const shown = value === undefined ? "null" : `'${value}'`;
    const where = `${this.#path}${lowerFirst(name)}`;
    this.#violations.push(`Value ${shown} at '${where}' failed to satisfy constraint: ${constraint}`);
  }

  /** @throws OperationError `ValidationException` when something is wrong with any of the members that were read */
  check(): void {
    const { length } = this.#violations;
    if (length === 0) return;
    throw validationError(
      `${length} validation error${length > 1 ? "s" : ""} detected: ${this.#violations.join("; ")}`,
    );
  }

  #absent(name: string, { required = false }: { readonly required?: boolean }): undefined {
    if (required) this.violation(name, undefined, "Member must not be null");
  }

  #length(name: string, shown: string, length: number, min = 0, max = Infinity): void {
    if (length < min) this.violation(name, shown, `Member must have length greater than or equal to ${min}`);
    if (length > max) this.violation(name, shown, `Member must have length less than or equal to ${max}`);
  }
}

function memberLengths(part: "" | "keys" | "value", min: number, max: number): string {
  const subject = part === "" ? "Member" : `Map ${part}`;
  return (
    `${subject} must satisfy constraint: [Member must have length less than or equal to ${max}, ` +
    `Member must have length greater than or equal to ${min}]`
  );
}

function matches(pattern: string, value: string): boolean {
  let expression = patterns.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${pattern})$`, "u");
    patterns.set(pattern, expression);
  }
  return expression.test(value);
}

function lowerFirst(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
