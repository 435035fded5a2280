import type { Node } from "oxc-parser";
import { unwrapped } from "../engine/ast.ts";
import type { Binding, Identifier } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";

/** A name that a converted file takes from one of our packages. */
export interface NewName {
  readonly module: string;
  readonly imported: string;
  readonly local: string;
  readonly isType: boolean;
}

/** The names that one block of a file needs. */
export interface ImportPlace {
  /** The program, or the block of a function that loads the SDK by itself. */
  readonly block: Node;
  readonly names: readonly NewName[];
  /** The statements through which the SDK came into the block. */
  readonly anchors: readonly Node[];
  /** Where the first of the names is used. */
  readonly firstUse: number;
}

interface Collected {
  readonly names: Map<string, NewName>;
  readonly anchors: Set<Node>;
  firstUse: number;
}

/** Collects the names that a file needs, by the blocks that have loaded the SDK: a function may do so by itself. */
export class ImportPlaces {
  readonly #file: ScriptFile;
  readonly #places = new Map<Node, Collected>();

  constructor(file: ScriptFile) {
    this.#file = file;
  }

  get all(): readonly ImportPlace[] {
    return [...this.#places].map(([block, { names, anchors, firstUse }]) => ({
      block,
      names: [...names.values()],
      anchors: [...anchors].toSorted((left, right) => left.start - right.start),
      firstUse,
    }));
  }

  /** What the file calls a name of ours already. */
  localOf(module: string, imported: string): string | undefined {
    const names = [...this.#places.values()].flatMap((place) => [...place.names.values()]);
    return names.find((name) => name.imported === imported && name.module === module)?.local;
  }

  /** Whether a name in the file is one of ours already. */
  hasLocal(local: string): boolean {
    return [...this.#places.values()].some((place) => [...place.names.values()].some((name) => name.local === local));
  }

  /** Takes a name that stands for what is at a place now. */
  add(name: NewName, at: Node): void {
    const anchor = this.#anchorOf(at);
    // A type is imported at the top in any case.
    const block = name.isType || anchor === undefined ? this.#file.tree.program : blockOf(anchor);
    const place = this.#placeOf(block);
    const key = `${name.module}:${name.imported}:${name.local}`;
    const known = place.names.get(key);
    place.names.set(key, { ...name, isType: name.isType && known?.isType !== false });
    if (anchor !== undefined) place.anchors.add(anchor);
    if (!name.isType) place.firstUse = Math.min(place.firstUse, at.start);
  }

  #placeOf(block: Node): Collected {
    const known = this.#places.get(block);
    if (known !== undefined) return known;
    const place: Collected = { names: new Map(), anchors: new Set(), firstUse: Number.POSITIVE_INFINITY };
    this.#places.set(block, place);
    return place;
  }

  /** The statement through which the SDK came to a place. */
  #anchorOf(at: Node): Node | undefined {
    const id = baseOf(at);
    const binding = id === undefined ? undefined : this.#file.scopes.bindingOf(id);
    const statement = binding === undefined ? undefined : statementOf(binding);
    if (statement === undefined) return undefined;
    const source = sourceStatement(this.#file, statement);
    return source.type === "VariableDeclaration" ? statement : source;
  }
}

const LOADS = /\b(?:require|import)\s*\(\s*["'`]aws-sdk/;

/** The statement that declares a name. */
export function statementOf({ declaration }: Binding): Node | undefined {
  if (declaration.type === "TSImportEqualsDeclaration") return declaration;
  const { parent } = declaration;
  if (parent?.type === "ImportDeclaration") return parent;
  return parent?.type === "VariableDeclaration" ? parent : undefined;
}

/** The statement that loads the SDK, from which another one takes something: `const { SQS } = AWS`. */
export function sourceStatement(file: ScriptFile, statement: Node, depth = 0): Node {
  if (statement.type !== "VariableDeclaration" || depth > 4 || LOADS.test(file.textOf(statement))) return statement;
  for (const { init } of statement.declarations) {
    const id = init === null ? undefined : baseOf(init);
    const binding = id === undefined ? undefined : file.scopes.bindingOf(id);
    const source = binding === undefined ? undefined : statementOf(binding);
    if (source !== undefined && source !== statement && file.origins.of(id) !== undefined)
      return sourceStatement(file, source, depth + 1);
  }
  return statement;
}

/** What a statement stands in. */
export function blockOf(statement: Node): Node {
  const { parent } = outermost(statement);
  return parent ?? statement;
}

/** The statement with its `export`. */
export function outermost(statement: Node): Node {
  const { parent } = statement;
  return parent?.type === "ExportNamedDeclaration" ? parent : statement;
}

/** `AWS` of `AWS.SQS.Message`. */
function baseOf(node: Node): Identifier | undefined {
  const inner = unwrapped(node);
  switch (inner.type) {
    case "Identifier":
      return inner;
    case "MemberExpression":
      return baseOf(inner.object);
    case "TSQualifiedName":
      return baseOf(inner.left);
    default:
      return undefined;
  }
}
