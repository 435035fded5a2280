import { parseSync, visitorKeys } from "oxc-parser";
import type { Comment, Node, Program } from "oxc-parser";

/** The kind of a node, as in its `type`. */
export type NodeType = Node["type"];

/** The node of a kind. */
export type NodeOf<Type extends NodeType> = Type extends NodeType ? Having<Node, Type> : never;

// Some of the parser's nodes share an interface: a function's `type` is a union.
type Having<Candidate, Type> = Candidate extends { readonly type: infer Types }
  ? Type extends Types
    ? Candidate
    : never
  : never;

/** A file that could be parsed. Every node has its `parent`. */
export interface SyntaxTree {
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** All nodes of a kind, in the order of the text. */
  ofType<Type extends NodeType>(type: Type): readonly NodeOf<Type>[];
}

/** Why a file could not be parsed. */
export interface ParseFailure {
  readonly message: string;
  readonly offset: number;
}

/**
 * Parses a script. The file's name says which language it is. CommonJS files may return at their top level.
 * Nothing may be edited in a file that does not parse.
 */
export function parseScript(path: string, text: string): SyntaxTree | ParseFailure {
  let failure: ParseFailure | undefined;
  for (const options of attempts(path)) {
    const { program, comments, errors } = parseSync(path, text, options);
    const [error] = errors;
    if (error === undefined) return indexed(program, comments);
    failure ??= { message: error.message, offset: error.labels[0]?.start ?? 0 };
  }
  return failure ?? { message: "the file could not be parsed", offset: 0 };
}

/** Whether a file was parsed. */
export function isParsed(result: SyntaxTree | ParseFailure): result is SyntaxTree {
  return "program" in result;
}

type Attempt = NonNullable<Parameters<typeof parseSync>[2]>;

function attempts(path: string): readonly Attempt[] {
  if (/\.d\.[mc]?ts$/.test(path)) return [{ lang: "dts" }];
  if (/\.[mc]?tsx?$/.test(path)) return [{}, { sourceType: "commonjs" }];
  // JSX is common in .js files; a top-level return is legal in CommonJS alone.
  return [
    { lang: "jsx", sourceType: "module" },
    { lang: "jsx", sourceType: "commonjs" },
    { lang: "jsx", sourceType: "script" },
  ];
}

function indexed(program: Program, comments: readonly Comment[]): SyntaxTree {
  const byType = new Map<NodeType, Node[]>();
  visit(program, null, (node) => {
    const same = byType.get(node.type);
    if (same === undefined) byType.set(node.type, [node]);
    else same.push(node);
  });
  return {
    program,
    comments,
    ofType<Type extends NodeType>(type: Type): readonly NodeOf<Type>[] {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the index holds nodes under their own type
      return (byType.get(type) ?? []) as unknown as readonly NodeOf<Type>[];
    },
  };
}

function visit(node: Node, parent: Node | null, enter: (node: Node) => void): void {
  if (parent !== null) node.parent = parent;
  enter(node);
  forEachChild(node, (child) => visit(child, node, enter));
}

/** Calls a function with each node directly below a node, in the order of the text. Runs for every node: it makes no lists. */
export function forEachChild(node: Node, see: (child: Node) => void): void {
  const keys = visitorKeys[node.type];
  if (keys === undefined) return;
  for (const key of keys) {
    const value: unknown = Reflect.get(node, key);
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) see(item);
    } else if (isNode(value)) see(value);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
