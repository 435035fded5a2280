import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyEdits } from "./edit.ts";
import type { Edit } from "./edit.ts";

/** A text and edits of it that do not overlap, in any order. */
const textAndEdits = fc
  .record({
    pieces: fc.array(
      fc.record({
        kept: fc.string({ unit: "grapheme" }),
        replaced: fc.string({ unit: "grapheme" }),
        by: fc.string({ unit: "grapheme" }),
      }),
    ),
    end: fc.string(),
  })
  .map(({ pieces, end }) => {
    let text = "";
    const edits: Edit[] = [];
    for (const { kept, replaced, by } of pieces) {
      text += kept === "" ? "." : kept;
      edits.push({ rule: "test", start: text.length, end: text.length + replaced.length, replacement: by });
      text += replaced;
    }
    return { text: text + end, edits, pieces, end };
  });

test("random edits never touch a byte outside of them", () => {
  fc.assert(
    fc.property(textAndEdits, ({ text, edits, pieces, end }) => {
      const expected = pieces.map(({ kept, by }) => (kept === "" ? "." : kept) + by).join("") + end;
      expect(applyEdits(text, edits.toReversed())).toBe(expected);
    }),
  );
});

test("an edit that is wanted twice is made once", () => {
  const edit = { rule: "test", start: 1, end: 2, replacement: "x" };
  expect(applyEdits("abc", [edit, edit])).toBe("axc");
});

test("edits that overlap are refused, not guessed at", () => {
  const edits = [
    { rule: "one", start: 0, end: 2, replacement: "x" },
    { rule: "two", start: 1, end: 3, replacement: "y" },
  ];
  expect(() => applyEdits("abc", edits)).toThrow("overlap");
});
