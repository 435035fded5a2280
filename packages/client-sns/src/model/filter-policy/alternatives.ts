import { JsonReader, type JsonToken } from "./json-reader.ts";

const OR = "$or";
const LEAST_ALTERNATIVES = 2;

/** The keywords of AWS's event-ruler, those included that it keeps for later. */
const RESERVED: ReadonlySet<string> = new Set(
  [
    "exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >=",
    "regex not-wildcard not-equals-ignore-case ip-address-in-range ip-address-not-in-range",
    "date-after date-on-or-after date-before date-on-or-before in-date-range",
  ].flatMap((words) => words.split(" ")),
);

/** An array or object that is open where the reader stands. */
interface Open {
  /** The array under `$or` that this is, or whose element this is. */
  readonly candidate: Candidate | undefined;
  readonly isArray: boolean;
}

interface Candidate {
  readonly position: number;
  objects: number;
  holds: boolean;
}

/**
 * Finds the arrays under `$or` that name alternatives, by their positions in the policy. AWS: there are at least two
 * objects in it, and none of them has a field with a reserved name; otherwise `$or` is a name like any other.
 */
export function findAlternatives(text: string): ReadonlySet<number> {
  const found = new Set<number>();
  const reader = new JsonReader(text);
  const open: Open[] = [];
  let field = "";
  for (let token = reader.next(); token !== "end"; token = reader.next()) {
    const parent = open.at(-1);
    if (token === "field") {
      field = reader.text();
      if (parent?.candidate !== undefined && RESERVED.has(field)) parent.candidate.holds = false;
      continue;
    }
    if (token === "end-array" || token === "end-object") {
      const closed = open.pop();
      if (closed?.isArray === true && isRelation(closed.candidate)) found.add(closed.candidate.position);
      continue;
    }
    if (parent?.isArray === true) count(parent.candidate, token);
    if (token === "start-object") {
      open.push({ candidate: parent?.isArray === true ? parent.candidate : undefined, isArray: false });
    }
    if (token === "start-array") {
      const isOr = parent?.isArray === false && field === OR;
      open.push({
        candidate: isOr ? { position: reader.position, objects: 0, holds: true } : undefined,
        isArray: true,
      });
    }
  }
  return found;
}

function count(candidate: Candidate | undefined, element: JsonToken): void {
  if (candidate === undefined) return;
  if (element === "start-object") candidate.objects += 1;
  else candidate.holds = false;
}

function isRelation(candidate: Candidate | undefined): candidate is Candidate {
  return candidate?.holds === true && candidate.objects >= LEAST_ALTERNATIVES;
}
