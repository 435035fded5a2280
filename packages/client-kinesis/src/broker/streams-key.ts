import type { StreamsOptions } from "../streams-options.ts";
import { transportOf } from "./open-transport.ts";

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** Tells options apart: clients with the same ones share a transport. */
export function keyOf(options: StreamsOptions): string {
  return JSON.stringify({ ...options, transport: transportOf(options) }, (name, value: unknown) => {
    const isOpaque = typeof value === "function" || name === "client";
    return isOpaque && isObject(value) ? numberOf(value) : value;
  });
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function numberOf(thing: object): number {
  const known = numbers.get(thing);
  if (known !== undefined) return known;
  numbers.set(thing, ++lastNumber);
  return lastNumber;
}
