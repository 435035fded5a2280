/**
 * What AWS answers to text that is not JSON, as its parser (Jackson) puts it. `undefined` when the text is JSON.
 * The two complaints that are recorded are exact; for other faults the wording names the place and the character.
 */
export function jsonComplaint(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    const { problem, position } = findFault(text);
    const before = text.slice(0, position);
    const line = before.split("\n").length;
    const column = position - (before.lastIndexOf("\n") + 1) + 1;
    return `failed to parse JSON. ${problem}\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`;
  }
}

interface Fault {
  readonly problem: string;
  readonly position: number;
}

function findFault(text: string): Fault {
  const word = /^\s*(?<word>[\p{L}_$][\p{L}\p{N}_$]*)/u.exec(text)?.groups?.["word"];
  if (word !== undefined) {
    return {
      problem: `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
      position: text.indexOf(word) + word.length,
    };
  }
  const field = /^\s*\{\s*(?<wrong>[^\s"}])/u.exec(text);
  if (field !== null) {
    const position = field[0].length - 1;
    return { problem: `${unexpected(text, position)}: was expecting double-quote to start field name`, position };
  }
  const position = longestValidPrefix(text);
  if (position >= text.length) return { problem: "Unexpected end-of-input", position: text.length };
  return { problem: unexpected(text, position), position };
}

function unexpected(text: string, position: number): string {
  const character = String.fromCodePoint(text.codePointAt(position) ?? 0);
  return `Unexpected character ('${character}' (code ${character.codePointAt(0)}))`;
}

/** V8 names the position of most faults. */
function longestValidPrefix(text: string): number {
  try {
    JSON.parse(text);
    return text.length;
  } catch (error) {
    const position = error instanceof Error ? /at position (?<at>\d+)/u.exec(error.message)?.groups?.["at"] : undefined;
    return position === undefined ? text.length : Number(position);
  }
}
