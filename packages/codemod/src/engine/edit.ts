import MagicString from "magic-string";

/** One change of a text: what stands between two offsets becomes something else. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** The rule that wants it, for the report. */
  readonly rule: string;
}

/** Applies edits; every byte outside of them stays. @throws Error when two edits overlap */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const magic = new MagicString(text);
  let end = -1;
  for (const edit of inOrder(edits)) {
    if (edit.start < end) throw new Error(`the edits of ${edit.rule} overlap others at offset ${edit.start}`);
    apply(magic, edit);
    end = Math.max(end, edit.end);
  }
  return magic.toString();
}

/** The edits by their place, without repetitions. */
export function inOrder(edits: readonly Edit[]): Edit[] {
  const unique = new Map(edits.map((edit) => [`${edit.start}:${edit.end}:${edit.replacement}`, edit]));
  return [...unique.values()].toSorted((left, right) => left.start - right.start || left.end - right.end);
}

function apply(magic: MagicString, { start, end, replacement }: Edit): void {
  if (start === end) magic.appendLeft(start, replacement);
  else if (replacement === "") magic.remove(start, end);
  else magic.update(start, end, replacement);
}
