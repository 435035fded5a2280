import { jsonComplaint } from "../json-complaint.ts";
import { JsonReader, type JsonToken } from "./json-reader.ts";
import { parseCondition } from "./parse-condition.ts";
import { PolicyError, type Condition, type Policy, type Requirement } from "./policy.ts";

const OR = "$or";
/** Each level is one of the 150 combinations that a policy may have, so one that goes deeper is refused in any case. */
const DEEPEST = 150;

/**
 * Reads the text of a filter policy. The grammar and what is said about its violation are those of AWS's event-ruler,
 * which SNS uses: 35 complaints are recorded, line and column included.
 * @throws PolicyError
 */
export function parsePolicy(text: string): Policy {
  const complaint = jsonComplaint(text);
  if (complaint !== undefined) throw new PolicyError(complaint);
  const reader = new JsonReader(text);
  if (reader.next() !== "start-object") throw fault("Filter is not an object", reader);
  return readObject(reader, 1);
}

function readObject(reader: JsonReader, depth: number): Policy {
  if (depth > DEEPEST) throw new PolicyError("Filter policy is too complex");
  const properties = new Map<string, Requirement>();
  const alternatives: (readonly Policy[])[] = [];
  for (let token = reader.next(); token === "field"; token = reader.next()) {
    const name = reader.text();
    const value = reader.next();
    if (name === OR && value === "start-array") alternatives.push(readAlternatives(reader, depth));
    else properties.set(name, readRequirement(reader, name, value, depth));
  }
  return { properties, alternatives };
}

function readRequirement(reader: JsonReader, name: string, value: JsonToken, depth: number): Requirement {
  if (value === "start-array") return { type: "conditions", conditions: readConditions(reader) };
  if (value !== "start-object") throw fault(`"${name}" must be an object or an array`, reader);
  const policy = readObject(reader, depth + 1);
  if (policy.properties.size === 0 && policy.alternatives.length === 0) {
    throw fault("Empty objects are not allowed", reader);
  }
  return { type: "nested", policy };
}

function readConditions(reader: JsonReader): readonly Condition[] {
  const conditions: Condition[] = [];
  for (let token = reader.next(); token !== "end-array"; token = reader.next()) {
    conditions.push(parseCondition(reader, token));
  }
  if (conditions.length === 0) throw fault("Empty arrays are not allowed", reader);
  return conditions;
}

function readAlternatives(reader: JsonReader, depth: number): readonly Policy[] {
  const policies: Policy[] = [];
  for (let token = reader.next(); token !== "end-array"; token = reader.next()) {
    if (token !== "start-object") throw fault(`"${OR}" must be an array of objects`, reader);
    policies.push(readObject(reader, depth + 1));
  }
  if (policies.length < 2) throw fault(`"${OR}" must hold at least two objects`, reader);
  return policies;
}

function fault(problem: string, reader: JsonReader): PolicyError {
  return new PolicyError(problem + reader.location());
}
