import { getNodeValue, parseTree } from "jsonc-parser";
import type { Node } from "jsonc-parser";
import type { HclBlock, HclExpression } from "./hcl-file.ts";

/** How many labels the blocks of a type have. */
const LABELS: Readonly<Record<string, number>> = { resource: 2, data: 2, module: 1, variable: 1, output: 1, locals: 0 };

/** The blocks of a `.tf.json` file, as if they were written in HCL. */
export function jsonBlocks(text: string): HclBlock[] {
  const root = parseTree(text);
  return entries(root).flatMap(([type, value]) => {
    const labels = LABELS[type];
    return labels === undefined ? [] : labelled(value, labels).map(([names, body]) => block(type, names, body));
  });
}

function labelled(node: Node, depth: number): (readonly [readonly string[], Node])[] {
  if (depth === 0) return bodies(node).map((body) => [[], body] as const);
  return bodies(node).flatMap((body) =>
    entries(body).flatMap(([name, inner]) =>
      labelled(inner, depth - 1).map(([names, found]) => [[name, ...names], found] as const),
    ),
  );
}

function block(type: string, labels: readonly string[], body: Node): HclBlock {
  const all = entries(body);
  return {
    type,
    labels,
    offset: body.parent?.offset ?? body.offset,
    attributes: new Map(all.map(([name, value]) => [name, expression(value)])),
    // An object may be a block or a value: JSON does not tell them apart.
    blocks: all.flatMap(([name, value]) => bodies(value).map((inner) => block(name, [], inner))),
  };
}

function expression(value: Node): HclExpression {
  return { text: JSON.stringify(getNodeValue(value)), offset: value.parent?.offset ?? value.offset };
}

/** An object, or the objects of a list. */
function bodies(node: Node): readonly Node[] {
  if (node.type === "object") return [node];
  return node.type === "array" ? (node.children ?? []).filter(({ type }) => type === "object") : [];
}

function entries(node: Node | undefined): (readonly [string, Node])[] {
  if (node?.type !== "object") return [];
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined ? [] : [[String(key.value), value] as const];
  });
}
