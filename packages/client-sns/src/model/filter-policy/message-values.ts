import type { MessageAttributes } from "@warrenmq/core/queues";
import type { AttributeValues } from "./compile-policy.ts";
import type { Values } from "./compile-condition.ts";
import type { Scalar } from "./policy.ts";

/** A JSON object as a map, in which a key like `__proto__` is a key like any other. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** Any JSON value, with objects as maps. */
export type JsonValue = Scalar | JsonObject | readonly JsonValue[];

const NO_VALUES: Values = [];

/**
 * What policies compare of a message's attributes: a String is a string, a Number a number, the elements of a
 * `String.Array` are strings, numbers, `true`, `false` or `null`. Binary attributes are not compared.
 */
export function attributeValues(attributes: MessageAttributes): AttributeValues {
  const values = new Map<string, Values>();
  for (const { name, dataType, value } of attributes) {
    if (typeof value !== "string") continue;
    if (dataType === "String.Array") values.set(name, elements(value));
    else values.set(name, [isNumber(dataType) ? Number(value) : value]);
  }
  return values;
}

function isNumber(dataType: string): boolean {
  return dataType === "Number" || dataType.startsWith("Number.");
}

function elements(json: string): Values {
  const list = parse(json);
  return Array.isArray(list) ? valuesOf(list) : NO_VALUES;
}

/** The body of a message as policies with scope `MessageBody` see it; `undefined` when it is no JSON object. */
export function parseBody(body: string): JsonObject | undefined {
  const value = parse(body);
  return value instanceof Map ? value : undefined;
}

/** The scalars that a value holds: itself, or those in a list and the lists in it. An object has none: only leaves are compared. */
export function valuesOf(value: JsonValue | undefined): Values {
  if (value === undefined) return NO_VALUES;
  if (isScalar(value)) return [value];
  return isList(value) ? listed(value).filter(isScalar) : NO_VALUES;
}

/** The objects that a value holds, likewise. */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  if (value === undefined || isScalar(value)) return [];
  return isList(value) ? listed(value).filter(isObject) : [value];
}

/** The elements of a list, and instead of a list in it that list's elements. */
function listed(list: readonly JsonValue[]): readonly JsonValue[] {
  return list.flatMap((element) => (isList(element) ? listed(element) : [element]));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function parse(json: string): JsonValue | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return toJsonValue(value);
  } catch {
    return undefined; // not JSON, or nested so deeply that the stack does not hold it
  }
}

function toJsonValue(value: unknown): Mutable {
  if (Array.isArray(value)) return value.map(toJsonValue);
  if (isScalar(value)) return value;
  const object = new Map<string, Mutable>();
  for (const [name, member] of Object.entries(value ?? {})) {
    if (name.includes(".")) addDotted(object, name, toJsonValue(member));
    else add(object, name, toJsonValue(member));
  }
  return object;
}

type Mutable = Scalar | Map<string, Mutable> | Mutable[];

/** `a.b` is `b` in the object `a`: see `undotted.ts`. */
function addDotted(object: Map<string, Mutable>, name: string, value: Mutable): void {
  const [last = "", ...outer] = name.split(".").toReversed();
  const first = outer.pop() ?? "";
  const inner = outer.reduce<Mutable>((member, part) => new Map([[part, member]]), new Map([[last, value]]));
  add(object, first, inner);
}

function add(object: Map<string, Mutable>, name: string, value: Mutable): void {
  const before = object.get(name);
  object.set(name, before === undefined ? value : together(before, value));
}

/** What two members say that mean one property: objects as one, anything else as a list. */
function together(left: Mutable, right: Mutable): Mutable {
  if (left instanceof Map && right instanceof Map) {
    for (const [name, value] of right) add(left, name, value);
    return left;
  }
  const list = Array.isArray(left) ? left : [left];
  list.push(right);
  return list;
}
