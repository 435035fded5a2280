import { jsonComplaint } from "../json-complaint.ts";
import { findAlternatives } from "./alternatives.ts";
import { JsonReader, type JsonToken } from "./json-reader.ts";
import { parseCondition } from "./parse-condition.ts";
import { PolicyError, type Condition, type Policy, type Requirement } from "./policy.ts";

/**
 * Each level is one of the 150 combinations that a policy may have, so one that goes deeper is refused in any case. A dot
 * in a name may be a level, too.
 */
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
  return readObject({ reader, alternatives: findAlternatives(text) }, 1);
}

interface Source {
  readonly reader: JsonReader;
  /** Positions of the arrays that name alternatives. */
  readonly alternatives: ReadonlySet<number>;
}

function readObject(source: Source, depth: number): Policy {
  if (depth > DEEPEST) throw tooComplex();
  const { reader } = source;
  const properties = new Map<string, Requirement>();
  const alternatives: (readonly Policy[])[] = [];
  for (let token = reader.next(); token === "field"; token = reader.next()) {
    const name = reader.text();
    const value = reader.next();
    if (depth + name.split(".").length - 1 > DEEPEST) throw tooComplex();
    const isAlternatives = value === "start-array" && source.alternatives.has(reader.position);
    if (isAlternatives) alternatives.push(readAlternatives(source, depth));
    else properties.set(name, readRequirement(source, name, value, depth));
  }
  return { properties, alternatives };
}

function readRequirement(source: Source, name: string, value: JsonToken, depth: number): Requirement {
  const { reader } = source;
  if (value === "start-array") return { type: "conditions", conditions: readConditions(reader) };
  if (value !== "start-object") throw fault(`"${name}" must be an object or an array`, reader);
  return { type: "nested", policy: readNested(source, depth) };
}

function readNested(source: Source, depth: number): Policy {
  const policy = readObject(source, depth + 1);
  if (policy.properties.size === 0 && policy.alternatives.length === 0) {
    throw fault("Empty objects are not allowed", source.reader);
  }
  return policy;
}

function readConditions(reader: JsonReader): readonly Condition[] {
  const conditions: Condition[] = [];
  for (let token = reader.next(); token !== "end-array"; token = reader.next()) {
    conditions.push(parseCondition(reader, token));
  }
  if (conditions.length === 0) throw fault("Empty arrays are not allowed", reader);
  return conditions;
}

/** The elements are objects: their array was found to be one of alternatives. */
function readAlternatives(source: Source, depth: number): readonly Policy[] {
  const policies: Policy[] = [];
  while (source.reader.next() === "start-object") policies.push(readNested(source, depth));
  return policies;
}

function tooComplex(): PolicyError {
  return new PolicyError("Filter policy is too complex");
}

function fault(problem: string, reader: JsonReader): PolicyError {
  return new PolicyError(problem + reader.location());
}
