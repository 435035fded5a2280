// No regular expression of ours takes more than linear time for any text: nobody can make a process stand still by one.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import ts from "typescript-5.9";

/** Each four times the one before. */
const LENGTHS = [500, 2_000, 8_000];
/** Four times the text may take four times as long, and something for noise; quadratic time is sixteen times. */
const MOST_GROWTH = 9;
/** What is faster tells nothing, and is no harm. */
const QUICK_MS = 8;

const root = fileURLToPath(new URL("../../", import.meta.url));
const found = ["packages", "bench"]
  .flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  )
  .filter((path) => /^(?:packages\/[^/]+|bench)\/src\/.*\.ts$/.test(path) && !path.includes(".test."))
  .flatMap(expressionsIn);

test("regular expressions are found", () => {
  expect(found.length).toBeGreaterThan(100);
});

test.each(found)("$place $expression", ({ expression }) => {
  for (const [start, repeated, end] of hostileTexts(expression)) {
    let before = Infinity;
    for (const length of LENGTHS) {
      const time = timeOf(expression, start + repeated.repeat(length / repeated.length) + end);
      if (time > QUICK_MS) expect(time / before, JSON.stringify([start, repeated, end])).toBeLessThan(MOST_GROWTH);
      before = time;
    }
  }
});

interface Found {
  readonly place: string;
  readonly expression: RegExp;
}

function expressionsIn(path: string): Found[] {
  const source = ts.createSourceFile(path, readFileSync(root + path, "utf8"), ts.ScriptTarget.Latest);
  const all: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      const end = node.text.lastIndexOf("/");
      const flags = node.text.slice(end + 1);
      all.push({ place: `${path}:${line}`, expression: new RegExp(node.text.slice(1, end), flags) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return all;
}

/** Texts that begin as the expression wants it, go on with what it may repeat, and end as it does not want it. */
function* hostileTexts({ source }: RegExp): Generator<readonly [string, string, string]> {
  const literal = /^\^?((?:[\w ]|\\[/.$(){}[\]])*)/.exec(source)?.[1]?.replaceAll("\\", "") ?? "";
  const own = [...new Set(source.replaceAll(/\\[a-zA-Z]/g, ""))].filter((character) => !"^$|*+?\\".includes(character));
  const characters = [...new Set([...own, "a", "A", "1", " ", "\n", "-"])];
  const starts = [...new Set(["", literal, "a", '"', "{"])];
  for (const start of starts) {
    for (const character of characters) for (const end of ["\u0000", "a\u0000"]) yield [start, character, end];
  }
  for (const [first, second] of [
    ["a", " "],
    ["a", "\n"],
    ["a", "."],
    ["a", "-"],
    [" ", "\n"],
    ['"', "a"],
    ["a", "="],
  ] as const) {
    yield ["", first + second, "\u0000"];
  }
}

/** The shortest of three, in milliseconds. */
function timeOf(expression: RegExp, text: string): number {
  return Math.min(
    ...[1, 2, 3].map(() => {
      const startedAt = performance.now();
      text.replace(expression, "");
      return performance.now() - startedAt;
    }),
  );
}
