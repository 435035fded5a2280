import type { Node, Parser } from "web-tree-sitter";
import { firstError, loadParser } from "../grammar.ts";

/** One `type "label" { … }`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly offset: number;
  /** Expressions as they are written. */
  readonly attributes: ReadonlyMap<string, HclExpression>;
  readonly blocks: readonly HclBlock[];
}

/** An expression of HCL, not evaluated. */
export interface HclExpression {
  readonly text: string;
  readonly offset: number;
}

/** Reads Terraform and OpenTofu files. The grammar is WebAssembly, loaded when the first such file comes. */
export class HclReader {
  readonly #parser: Parser;

  private constructor(parser: Parser) {
    this.#parser = parser;
  }

  static async load(): Promise<HclReader> {
    const parser = await loadParser("@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm");
    return new HclReader(parser);
  }

  /** The blocks of a file. What does not parse is left out, and told; the rest is still read. */
  read(text: string, onError: (message: string, offset: number) => void): HclBlock[] {
    const tree = this.#parser.parse(text);
    if (tree === null) return [];
    const error = firstError(tree.rootNode);
    if (error !== undefined) onError("it is no HCL from here on", error.startIndex);
    const blocks = tree.rootNode.namedChildren.flatMap((child) => (child?.type === "body" ? blocksOf(child) : []));
    tree.delete();
    return blocks;
  }
}

function blocksOf(body: Node): HclBlock[] {
  return body.namedChildren.flatMap((child) => (child?.type === "block" ? [block(child)] : []));
}

function block(node: Node): HclBlock {
  const children = node.namedChildren.filter((child) => child !== null);
  const [type] = children;
  const labels = children.flatMap((child) => {
    if (child.type === "string_lit") return [child.text.slice(1, -1)];
    return child.type === "identifier" && child.id !== type?.id ? [child.text] : [];
  });
  const body = children.find((child) => child.type === "body");
  return {
    type: type?.text ?? "",
    labels,
    offset: node.startIndex,
    attributes: new Map(body === undefined ? [] : attributesOf(body)),
    blocks: body === undefined ? [] : blocksOf(body),
  };
}

function attributesOf(body: Node): (readonly [string, HclExpression])[] {
  return body.namedChildren.flatMap((child) => {
    if (child?.type !== "attribute") return [];
    const [name, value] = child.namedChildren;
    if (name === null || name === undefined || value === null || value === undefined) return [];
    return [[name.text, { text: value.text, offset: child.startIndex }] as const];
  });
}
