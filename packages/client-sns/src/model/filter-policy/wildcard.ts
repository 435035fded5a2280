import type { JsonReader } from "./json-reader.ts";
import { PolicyError } from "./policy.ts";

const MOST_WILDCARDS = 3;

/** Splits a pattern at its `*`; `\*` and `\\` stand for themselves. `undefined` for another or a dangling backslash. */
function parts(pattern: string): readonly string[] | undefined {
  const found: string[] = [""];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] ?? "";
    const escaped = character === "\\" ? pattern[++index] : undefined;
    if (character === "\\" && escaped !== "*" && escaped !== "\\") return undefined;
    if (character === "*") found.push("");
    else found.push((found.pop() ?? "") + (escaped ?? character));
  }
  return found;
}

/** How many `*` a pattern has. */
export function wildcardCount(pattern: string): number {
  return (parts(pattern)?.length ?? 1) - 1;
}

/** Checks a wildcard pattern: at most three `*`, no two in a row. @throws PolicyError */
export function checkWildcard(pattern: string, reader: JsonReader): void {
  const found = parts(pattern);
  if (found === undefined) throw new PolicyError(`Invalid escape character in wildcard pattern${reader.location()}`);
  if (found.slice(1, -1).includes("")) {
    throw new PolicyError(`Consecutive wildcard characters in wildcard pattern${reader.location()}`);
  }
  if (found.length - 1 > MOST_WILDCARDS) {
    throw new PolicyError(
      `A wildcard pattern can have at most ${MOST_WILDCARDS} wildcard characters${reader.location()}`,
    );
  }
}

/** Tells whether a text fits the pattern, in time linear in the text. */
export function wildcardMatcher(pattern: string): (value: string) => boolean {
  const [first = "", ...rest] = parts(pattern) ?? [pattern];
  const last = rest.pop();
  if (last === undefined) return (value) => value === first;
  return (value) => {
    const end = value.length - last.length;
    if (end < first.length || !value.startsWith(first) || !value.endsWith(last)) return false;
    let from = first.length;
    for (const part of rest) {
      const found = value.indexOf(part, from);
      if (found < 0 || found + part.length > end) return false;
      from = found + part.length;
    }
    return true;
  };
}
