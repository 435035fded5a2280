import type { JsonReader, JsonToken } from "./json-reader.ts";
import { PolicyError, type NumericRange } from "./policy.ts";

/** AWS: numbers of filter policies lie between -10^9 and 10^9. */
export const LARGEST_NUMBER = 1e9;

/** The number that the reader stands on. @throws PolicyError when filter policies do not go so far */
export function checkNumber(reader: JsonReader): number {
  const value = Number(reader.text());
  if (Math.abs(value) <= LARGEST_NUMBER) return value;
  throw fault("Value must be between -1.0E9 and 1.0E9, inclusive", reader);
}

/** Reads `["=", 5]`, `[">", 0]`, `["<=", 9]` or `[">", 0, "<=", 9]`, whose bracket was read. @throws PolicyError */
export function parseNumeric(reader: JsonReader, token: JsonToken): NumericRange {
  if (token !== "start-array") throw fault("Value of numeric must be an array.", reader);
  if (reader.next() !== "string") throw fault(`Invalid member in numeric match: ${reader.text()}`, reader);
  const operator = reader.text();
  const value = reader.next();
  if (operator === "=") return readEquals(reader, value);
  if (operator === ">" || operator === ">=") return readFrom(reader, operator, value);
  if (operator !== "<" && operator !== "<=") throw fault(`Unrecognized numeric range operator: ${operator}`, reader);
  const top = readNumber(reader, value, operator);
  end(reader, "Too many elements in numeric expression");
  return { bottom: -LARGEST_NUMBER, bottomOpen: false, top, topOpen: operator === "<" };
}

function readEquals(reader: JsonReader, token: JsonToken): NumericRange {
  const value = readNumber(reader, token, "equals");
  end(reader, "Too many elements in numeric expression");
  return { bottom: value, bottomOpen: false, top: value, topOpen: false };
}

function readFrom(reader: JsonReader, operator: string, token: JsonToken): NumericRange {
  const bottom = readNumber(reader, token, operator);
  const bottomOpen = operator === ">";
  const next = reader.next();
  if (next === "end-array") return { bottom, bottomOpen, top: LARGEST_NUMBER, topOpen: false };
  if (next !== "string") throw fault(`Bad value in numeric range: ${reader.text()}`, reader);
  const topOperator = reader.text();
  if (topOperator !== "<" && topOperator !== "<=") {
    throw fault(`Bad numeric range operator: ${topOperator}`, reader);
  }
  const top = readNumber(reader, reader.next(), topOperator);
  end(reader, "Too many terms in numeric range expression");
  if (bottom >= top) throw fault("Bottom must be less than top", reader);
  return { bottom, bottomOpen, top, topOpen: topOperator === "<" };
}

function readNumber(reader: JsonReader, token: JsonToken, operator: string): number {
  if (token === "number") return checkNumber(reader);
  throw fault(`Value of ${operator} must be numeric`, reader);
}

function end(reader: JsonReader, problem: string): void {
  if (reader.next() !== "end-array") throw fault(problem, reader);
}

function fault(problem: string, reader: JsonReader): PolicyError {
  return new PolicyError(problem + reader.location());
}
