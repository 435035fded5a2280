import { cidrMatcher } from "./cidr.ts";
import { LARGEST_NUMBER } from "./parse-numeric.ts";
import type { Condition, NumericRange, Scalar } from "./policy.ts";
import { wildcardMatcher } from "./wildcard.ts";

/** The values of one property of a message; empty when the message does not have it. */
export type Values = readonly Scalar[];

/** A condition as a function of a property's values. */
export type ConditionTest = (values: Values) => boolean;

/** AWS compares numbers to five digits behind the point. */
const DIGITS = 1e5;

/** Makes a function of a condition; the message is not looked at in any other way afterwards. */
export function compileCondition(condition: Condition): ConditionTest {
  if (condition.type === "exists") return condition.exists ? isPresent : isAbsent;
  if (condition.type === "anything-but") return noneOf(condition.none.map(compileValue));
  return anyOf(compileValue(condition));
}

function isPresent(values: Values): boolean {
  return values.length > 0;
}

function isAbsent(values: Values): boolean {
  return values.length === 0;
}

type ValueTest = (value: Scalar) => boolean;

function anyOf(test: ValueTest): ConditionTest {
  return (values) => {
    for (const value of values) if (test(value)) return true;
    return false;
  };
}

/** "It matches if none of the array elements are listed" (SNS guide). What is absent meets no condition on its value. */
function noneOf(tests: readonly ValueTest[]): ConditionTest {
  return (values) => {
    for (const value of values) {
      for (const test of tests) if (test(value)) return false;
    }
    return values.length > 0;
  };
}

function compileValue(condition: Condition): ValueTest {
  switch (condition.type) {
    case "equals":
      return equals(condition.value);
    case "prefix":
      return text((value) => value.startsWith(condition.text));
    case "suffix":
      return text((value) => value.endsWith(condition.text));
    case "equals-ignore-case":
      return equalsIgnoringCase(condition.text);
    case "wildcard":
      return text(wildcardMatcher(condition.text));
    case "cidr":
      return text(cidrMatcher(condition.text));
    case "numeric":
      return within(condition.range);
    case "exists":
    case "anything-but":
      throw new TypeError(`'${condition.type}' is no condition on one value.`);
  }
}

function text(test: (value: string) => boolean): ValueTest {
  return (value) => typeof value === "string" && test(value);
}

function equalsIgnoringCase(wanted: string): ValueTest {
  const lower = wanted.toLowerCase();
  return text((value) => value.toLowerCase() === lower);
}

function equals(wanted: Scalar): ValueTest {
  if (typeof wanted !== "number" || Math.abs(wanted) > LARGEST_NUMBER) return (value) => value === wanted;
  return within({ bottom: wanted, bottomOpen: false, top: wanted, topOpen: false });
}

function within({ bottom, bottomOpen, top, topOpen }: NumericRange): ValueTest {
  const least = toDigits(bottom) + (bottomOpen ? 1 : 0);
  const most = toDigits(top) - (topOpen ? 1 : 0);
  return (value) => {
    if (typeof value !== "number" || Math.abs(value) > LARGEST_NUMBER) return false;
    const digits = toDigits(value);
    return digits >= least && digits <= most;
  };
}

function toDigits(value: number): number {
  return Math.round(value * DIGITS);
}
