import { isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Document, Node } from "yaml";

/** A value of a YAML (or JSON) file that knows where it stands. */
export class YamlValue {
  readonly #node: Node | null;
  readonly #document: Document;

  constructor(node: unknown, document: Document) {
    const resolved = isAlias(node) ? (node.resolve(document) ?? null) : node;
    this.#node = isScalar(resolved) || isMap(resolved) || isSeq(resolved) ? resolved : null;
    this.#document = document;
  }

  /** The documents of a file. What does not parse is left out, and told. */
  static documents(text: string, onError: (message: string, offset: number) => void): YamlValue[] {
    try {
      // CloudFormation's tags (!Ref, !Sub) are unknown to YAML; they are read from the nodes.
      const documents = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false, strict: false });
      if (!Array.isArray(documents)) return [];
      const [error] = documents.flatMap(({ errors }) => errors);
      if (error !== undefined) onError((error.message.split("\n")[0] ?? "").replace(/ at line .*$/, ""), error.pos[0]);
      return documents.map((document) => new YamlValue(document.contents, document));
    } catch (error) {
      onError(error instanceof Error ? error.message : String(error), 0);
      return [];
    }
  }

  /** `!Ref` and so on. */
  get tag(): string | undefined {
    return this.#node?.tag;
  }

  get offset(): number {
    return this.#node?.range?.[0] ?? 0;
  }

  /** The text of a scalar. */
  get text(): string | undefined {
    if (!isScalar(this.#node)) return undefined;
    const { value } = this.#node;
    if (typeof value === "string") return value;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
  }

  /** Where a scalar's own text stands: without its quotes, and for a block without the line that opens it. */
  rangeOfText(text: string): readonly [start: number, end: number] {
    const [start, end] = [this.offset, this.#node?.range?.[1] ?? this.offset];
    const type = isScalar(this.#node) ? this.#node.type : undefined;
    if (type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED") return [text.indexOf("\n", start) + 1, end];
    return type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE" ? [start + 1, end - 1] : [start, end];
  }

  get isFolded(): boolean {
    return isScalar(this.#node) && this.#node.type === "BLOCK_FOLDED";
  }

  get isEmpty(): boolean {
    return this.#node === null;
  }

  /** The value at a path of keys; an empty value when there is none. */
  at(...path: readonly string[]): YamlValue {
    const [key, ...rest] = path;
    if (key === undefined) return this;
    const found = this.entries.find(([name]) => name === key)?.[1];
    return found === undefined ? new YamlValue(null, this.#document) : found.at(...rest);
  }

  /** The entries of a map, merged ones included, with where their keys stand. */
  get entries(): readonly (readonly [string, YamlValue, number])[] {
    if (!isMap(this.#node)) return [];
    return this.#node.items.flatMap((pair): (readonly [string, YamlValue, number])[] => {
      if (!isPair(pair) || !isScalar(pair.key)) return [];
      const value = new YamlValue(pair.value, this.#document);
      if (pair.key.value === "<<") return [...value.entries];
      return [[String(pair.key.value), value, pair.key.range?.[0] ?? 0]];
    });
  }

  /** The items of a list. */
  get items(): readonly YamlValue[] {
    return isSeq(this.#node) ? this.#node.items.map((item) => new YamlValue(item, this.#document)) : [];
  }

  /** Every scalar below. */
  get scalars(): readonly YamlValue[] {
    if (isScalar(this.#node)) return [this];
    return [...this.items, ...this.entries.map(([, value]) => value)].flatMap((value) => value.scalars);
  }

  /** The value as JSON, for attributes that are JSON themselves. */
  get json(): string {
    return JSON.stringify(this.#node?.toJS(this.#document) ?? null);
  }
}
