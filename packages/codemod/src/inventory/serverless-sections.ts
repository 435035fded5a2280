import { dirname, posix } from "node:path";
import { TextLines } from "../engine/text-lines.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { YamlValue } from "./yaml-value.ts";

/** The text of a file of the project. */
export type OpenText = (name: string) => string | undefined;

/** A value, and the builder of the file that it stands in. */
export interface Section {
  readonly builder: InventoryBuilder;
  readonly value: YamlValue;
}

/** Variables stand in variables so deep. */
const ROUNDS = 5;

/** No address is longer. */
const LONGEST = 2048;

/** A serverless.yml with what it includes: `${self:…}`, `${opt:…, fallback}` and `${file(…):key}` are followed. */
export class ServerlessSections {
  readonly root: Section;
  readonly #open: OpenText;
  readonly #builders = new Map<string, InventoryBuilder>();
  readonly #documents = new Map<string, YamlValue | undefined>();
  readonly #texts = new Map<string, string | undefined>();
  /** What is being looked up: a variable that leads to itself leads nowhere. */
  readonly #active = new Set<string>();

  constructor(root: Section, open: OpenText) {
    this.root = root;
    this.#open = open;
    this.#builders.set(root.builder.file, root.builder);
  }

  /** What every file tells, the first one first. */
  get results(): readonly FileInventory[] {
    return [...this.#builders.values()].map(({ result }) => result);
  }

  /** The files that were read. */
  get files(): readonly string[] {
    return [...this.#builders.keys()];
  }

  /** The section at a path of keys, also through includes. */
  at(section: Section, ...path: readonly string[]): Section {
    let found = this.resolved(section);
    for (const key of path) found = this.resolved({ builder: found.builder, value: found.value.at(key) });
    return found;
  }

  /** The entries of a map, with where their keys stand. */
  entries(section: Section): readonly (readonly [string, Section, number])[] {
    const { builder, value } = this.resolved(section);
    return value.entries.map(([name, inner, offset]) => [name, this.resolved({ builder, value: inner }), offset]);
  }

  /** The items of a list; a list that an item includes is a part of it. */
  items(section: Section): readonly Section[] {
    const { builder, value } = this.resolved(section);
    return value.items.flatMap((item) => {
      const inner = this.resolved({ builder, value: item });
      return inner.value === item || inner.value.items.length === 0 ? [inner] : this.items(inner);
    });
  }

  /** What a value that is a variable stands for. */
  resolved(section: Section): Section {
    const { text } = section.value;
    if (text === undefined || !/^\$\{.*\}$/s.test(text)) return section;
    for (const part of partsOf(this.#filled(text.slice(2, -1)))) {
      const found = this.#once(part, () => this.#section(part));
      if (found?.value.isEmpty === false) return found;
    }
    return section;
  }

  /** The text of a value with everything in it that is known. */
  text(value: YamlValue): string | undefined {
    const { text, tag } = this.resolved({ builder: this.root.builder, value }).value;
    return text === undefined || tag?.startsWith("!") === true ? undefined : this.#filled(text);
  }

  #filled(text: string): string {
    let filled = text;
    for (let round = 0; round < ROUNDS && filled.includes("${"); round += 1) {
      const next = filled.replaceAll(/\$\{([^${}]+)\}/g, (all, inner: string) => this.#meaning(inner) ?? all);
      if (next === filled || next.length > LONGEST) break;
      filled = next;
    }
    return filled;
  }

  #meaning(variable: string): string | undefined {
    for (const part of partsOf(variable)) {
      const literal = /^(["'])(.*)\1$/.exec(part)?.[2];
      if (literal !== undefined) return literal;
      // What these are is known only where the service is deployed.
      if (/^(ssm|cf|s3|aws)\b/.test(part)) return undefined;
      const text = this.#textOf(part);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  #textOf(part: string): string | undefined {
    if (!this.#texts.has(part))
      this.#texts.set(
        part,
        this.#once(`text of ${part}`, () => this.#lookUp(part)),
      );
    return this.#texts.get(part);
  }

  #lookUp(part: string): string | undefined {
    if (part === "sls:stage") return this.text(this.at(this.root, "provider", "stage").value) ?? "dev";
    const found = this.#section(part);
    return found === undefined ? undefined : this.text(found.value);
  }

  #once<Result>(key: string, action: () => Result | undefined): Result | undefined {
    if (this.#active.has(key)) return undefined;
    this.#active.add(key);
    try {
      return action();
    } finally {
      this.#active.delete(key);
    }
  }

  #section(part: string): Section | undefined {
    const own = /^self:([\w.-]+)$/.exec(part)?.[1]?.split(".");
    if (own !== undefined) return this.#own(own);
    const [, path, keys] = /^file\(([^)]+)\)(?::([\w.-]+))?$/.exec(part) ?? [];
    const included = path === undefined ? undefined : this.#include(path.trim().replaceAll(/^["']|["']$/g, ""));
    return included === undefined ? undefined : this.at(included, ...(keys?.split(".") ?? []));
  }

  /** A list of resources is one template. */
  #own([first = "", ...rest]: readonly string[]): Section {
    const found = this.at(this.root, first);
    const parts = first === "resources" ? this.items(found) : [];
    return parts.map((part) => this.at(part, ...rest)).find(({ value }) => !value.isEmpty) ?? this.at(found, ...rest);
  }

  /** Paths are relative to the service's folder. */
  #include(path: string): Section | undefined {
    if (!/\.(ya?ml|json)$/.test(path)) return undefined;
    const { file, source } = this.root.builder;
    const name = posix.join(dirname(file), path);
    if (!this.#documents.has(name)) {
      const text = this.#open(name);
      // Logical ids are those of the one template that all the files make.
      const builder = new InventoryBuilder(name, source, new TextLines(text ?? ""), file);
      const [document] = text === undefined ? [] : YamlValue.documents(text, builder.notParsed);
      this.#documents.set(name, document);
      if (document !== undefined && !this.#builders.has(name)) this.#builders.set(name, builder);
    }
    const [builder, value] = [this.#builders.get(name), this.#documents.get(name)];
    return builder === undefined || value === undefined ? undefined : { builder, value };
  }
}

/** A variable and what stands in for it: `opt:stage, self:provider.stage, 'dev'`. */
function partsOf(variable: string): string[] {
  return variable.split(/,\s*(?![^(]*\))/).map((part) => part.trim());
}
