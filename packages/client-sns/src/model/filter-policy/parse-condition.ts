import { checkCidr } from "./cidr.ts";
import type { JsonReader, JsonToken } from "./json-reader.ts";
import { checkNumber, parseNumeric } from "./parse-numeric.ts";
import { PolicyError, type Condition } from "./policy.ts";
import { checkWildcard } from "./wildcard.ts";

type TextOperator = "prefix" | "suffix" | "equals-ignore-case" | "wildcard" | "cidr";

const TEXT_OPERATORS: ReadonlySet<string> = new Set(["prefix", "suffix", "equals-ignore-case", "wildcard", "cidr"]);
/** `anything-but` takes no `suffix`: recorded from AWS. */
const NEGATABLE: ReadonlySet<string> = new Set(["prefix", "equals-ignore-case", "wildcard"]);

/** Reads one condition, whose first token was read: a plain value, or an object with one operator. @throws PolicyError */
export function parseCondition(reader: JsonReader, token: JsonToken): Condition {
  if (token === "start-object") return readOperator(reader);
  return { type: "equals", value: readScalar(reader, token) };
}

function readScalar(reader: JsonReader, token: JsonToken): string | number | boolean | null {
  switch (token) {
    case "string":
      return reader.text();
    case "number":
      return Number(reader.text()); // AWS takes larger ones than in ranges: account numbers, say
    case "true":
      return true;
    case "false":
      return false;
    case "null":
      return null;
    case "start-object":
    case "end-object":
    case "start-array":
    case "end-array":
    case "field":
    case "end":
      throw fault("Match value must be String, number, true, false, or null", reader);
  }
}

function readOperator(reader: JsonReader): Condition {
  if (reader.next() !== "field") throw fault("Empty objects are not allowed", reader);
  const operator = reader.text();
  if (!isOperator(operator)) throw fault(`Unrecognized match type ${operator}`, reader);
  const condition = readOperand(reader, operator, reader.next());
  if (reader.next() !== "end-object") throw fault("Only one key allowed in match expression", reader);
  return condition;
}

type Operator = TextOperator | "numeric" | "exists" | "anything-but";

function isTextOperator(name: string): name is TextOperator {
  return TEXT_OPERATORS.has(name);
}

function isOperator(name: string): name is Operator {
  return isTextOperator(name) || name === "numeric" || name === "exists" || name === "anything-but";
}

function readOperand(reader: JsonReader, operator: Operator, token: JsonToken): Condition {
  if (operator === "numeric") return { type: "numeric", range: parseNumeric(reader, token) };
  if (operator === "anything-but") return { type: "anything-but", none: readAnythingBut(reader, token) };
  if (operator !== "exists") return readText(reader, operator, token);
  if (token === "true" || token === "false") return { type: "exists", exists: token === "true" };
  throw fault("exists match pattern must be either true or false.", reader);
}

function readText(reader: JsonReader, type: TextOperator, token: JsonToken): Condition {
  // Recorded: AWS says `prefix` also when it means `cidr`.
  if (token !== "string") throw fault(`${type === "cidr" ? "prefix" : type} match pattern must be a string`, reader);
  const text = reader.text();
  if (type === "cidr") checkCidr(text);
  if (type === "wildcard") checkWildcard(text, reader);
  return { type, text };
}

function readAnythingBut(reader: JsonReader, token: JsonToken): readonly Condition[] {
  if (token === "start-object") return readNegatedOperator(reader);
  if (token === "start-array") return readList(reader);
  if (token === "string" || token === "number") return [{ type: "equals", value: readListed(reader, token) }];
  throw fault("Value of anything-but must be an array or single string/number value.", reader);
}

function readList(reader: JsonReader): readonly Condition[] {
  const values: (string | number)[] = [];
  for (let element = reader.next(); element !== "end-array"; element = reader.next()) {
    values.push(readListed(reader, element));
  }
  if (new Set(values.map((value) => typeof value)).size !== 1) {
    const problem = "Inside anything but list, either all values are number or string, mixed type is not supported";
    throw fault(problem, reader);
  }
  return values.map((value) => ({ type: "equals", value }));
}

function readListed(reader: JsonReader, token: JsonToken): string | number {
  if (token === "string") return reader.text();
  if (token === "number") return checkNumber(reader);
  throw fault("Inside anything but list, start|null|boolean is not supported.", reader);
}

function readNegatedOperator(reader: JsonReader): readonly Condition[] {
  if (reader.next() !== "field") throw fault("Empty objects are not allowed", reader);
  const operator = reader.text();
  if (!isTextOperator(operator) || !NEGATABLE.has(operator)) {
    throw fault(`Unsupported anything-but pattern: ${operator}`, reader);
  }
  const none = readTexts(reader, operator, reader.next());
  if (reader.next() !== "end-object") throw fault("Only one key allowed in match expression", reader);
  return none;
}

function readTexts(reader: JsonReader, operator: TextOperator, token: JsonToken): readonly Condition[] {
  if (token !== "start-array") return [readText(reader, operator, token)];
  const conditions: Condition[] = [];
  for (let element = reader.next(); element !== "end-array"; element = reader.next()) {
    conditions.push(readText(reader, operator, element));
  }
  if (conditions.length === 0) throw fault("Empty arrays are not allowed", reader);
  return conditions;
}

function fault(problem: string, reader: JsonReader): PolicyError {
  return new PolicyError(problem + reader.location());
}
