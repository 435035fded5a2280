import type { JsonDocument, JsonProperty } from "./json-document.ts";

const RULE = "manifest";

/** What goes from and what comes into one section of a manifest. All at once: single changes would meet at the commas. */
export class SectionChanges {
  readonly #section: string;
  readonly #removed = new Set<number>();
  readonly #added = new Map<string, string>();

  constructor(section: string) {
    this.#section = section;
  }

  remove(property: JsonProperty): void {
    this.#removed.add(property.start);
  }

  add(name: string, range: string): void {
    this.#added.set(name, range);
  }

  /** Makes the edits. What is added stands where it belongs alphabetically, if the section is sorted, else at its end. */
  apply(document: JsonDocument): void {
    const all = document.properties(this.#section);
    const kept = all.filter(({ start }) => !this.#removed.has(start));
    const [first, last] = [all[0], all.at(-1)];
    if (first === undefined || last === undefined) return this.#applyToEmpty(document);
    const separator = document.separator(all);
    if (kept.length === 0) {
      const replacement = this.#entries().join(`,${separator}`);
      return document.edit(RULE, first.start, last.end, replacement);
    }
    this.#removeFrom(document, all, kept);
    const isSorted = all.every((property, index) => index === 0 || (all[index - 1]?.key ?? "") <= property.key);
    for (const entry of this.#entries()) this.#insert(document, kept, entry, isSorted, separator);
  }

  #removeFrom(document: JsonDocument, all: readonly JsonProperty[], kept: readonly JsonProperty[]): void {
    const [lastKept, last] = [kept.at(-1), all.at(-1)];
    if (lastKept === undefined || last === undefined) return;
    for (const [index, property] of all.entries()) {
      const next = all[index + 1];
      const isBeforeKept = property.start < lastKept.start;
      if (this.#removed.has(property.start) && isBeforeKept && next !== undefined)
        document.edit(RULE, property.start, next.start, "");
    }
    if (last.start !== lastKept.start) document.edit(RULE, lastKept.end, last.end, "");
  }

  #insert(
    document: JsonDocument,
    kept: readonly JsonProperty[],
    entry: string,
    isSorted: boolean,
    separator: string,
  ): void {
    const next = isSorted ? kept.find(({ key }) => JSON.stringify(key) > entry) : undefined;
    const last = kept.at(-1);
    if (next !== undefined) document.edit(RULE, next.start, next.start, `${entry},${separator}`);
    else if (last !== undefined) document.edit(RULE, last.end, last.end, `,${separator}${entry}`);
  }

  /** A section that is missing is put behind the others, before the development and peer ones. */
  #applyToEmpty(document: JsonDocument): void {
    if (this.#added.size === 0) return;
    const top = document.properties();
    const separator = document.separator(top);
    const indent = separator.replace(/^\r?\n/, "");
    const entries = this.#entries().map((entry) => `${separator}${indent}${entry}`);
    const object = `{${entries.join(",")}${separator}}`;
    const empty = top.find(({ key }) => key === this.#section);
    if (empty !== undefined) return document.edit(RULE, empty.valueNode.offset, empty.end, object);
    const text = `${JSON.stringify(this.#section)}: ${object}`;
    const before = top.find(({ key }) => key === "devDependencies" || key === "peerDependencies");
    const last = top.at(-1);
    if (before !== undefined) document.edit(RULE, before.start, before.start, `${text},${separator}`);
    else if (last !== undefined) document.edit(RULE, last.end, last.end, `,${separator}${text}`);
  }

  #entries(): string[] {
    const names = [...this.#added].toSorted(([left], [right]) => (left < right ? -1 : 1));
    return names.map(([name, range]) => `${JSON.stringify(name)}: ${JSON.stringify(range)}`);
  }
}
