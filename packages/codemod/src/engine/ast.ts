import type { Node } from "oxc-parser";
import type { NodeOf } from "./syntax-tree.ts";

/** The text of a string literal or of a template without expressions. */
export function stringValue(node: Node | null | undefined): string | undefined {
  if (node?.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node?.type !== "TemplateLiteral" || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

/** The name of a property that is known without running the program: `a.b`, `a["b"]`, `a.#b`. */
export function memberName({ property, computed }: NodeOf<"MemberExpression">): string | undefined {
  return computed ? stringValue(property) : plainName(property);
}

/** The name of a key in an object, class or pattern. */
export function keyName({ key, computed }: { readonly key: Node; readonly computed: boolean }): string | undefined {
  return (computed ? undefined : plainName(key)) ?? stringValue(key);
}

function plainName(node: Node): string | undefined {
  if (node.type === "PrivateIdentifier") return `#${node.name}`;
  return node.type === "Identifier" ? node.name : undefined;
}

/** What a chain of members begins with, and their names: `config` and `aws`, `queueUrl` of `config.aws.queueUrl`. */
export function memberPath(
  member: NodeOf<"MemberExpression">,
): { readonly root: Node; readonly names: string[] } | undefined {
  const names: string[] = [];
  let root: Node = member;
  while (root.type === "MemberExpression") {
    const name = memberName(root);
    if (name === undefined) return undefined;
    names.unshift(name);
    root = unwrapped(root.object);
  }
  return { root, names };
}

/** `jest.mock` of `jest.mock`, `a.b.c` of `a?.b!.c`; `this` and calls end the path. */
export function dottedPath(node: Node): string | undefined {
  const inner = unwrapped(node);
  if (inner.type === "Identifier") return inner.name;
  if (inner.type === "ThisExpression") return "this";
  if (inner.type === "MetaProperty") return `${inner.meta.name}.${inner.property.name}`;
  if (inner.type !== "MemberExpression") return undefined;
  const [object, name] = [dottedPath(inner.object), memberName(inner)];
  return object === undefined || name === undefined ? undefined : `${object}.${name}`;
}

/** The expression inside parentheses, type assertions, `!` and optional chains. */
export function unwrapped(node: Node): Node {
  switch (node.type) {
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "TSNonNullExpression":
    case "ChainExpression":
    case "TSInstantiationExpression":
      return unwrapped(node.expression);
    default:
      return node;
  }
}

/** The outermost node that is only this expression in parentheses, type assertions or an optional chain. */
export function wrapped(node: Node): Node {
  const { parent } = node;
  return parent !== undefined && parent !== null && unwrapped(parent) === unwrapped(node) && parent !== node
    ? wrapped(parent)
    : node;
}

/** The value of a property of an object literal. */
export function propertyOf(object: Node | null | undefined, name: string): NodeOf<"Property"> | undefined {
  if (object?.type !== "ObjectExpression") return undefined;
  for (const property of object.properties) {
    if (property.type === "Property" && keyName(property) === name) return property;
  }
  return undefined;
}

/** A function of any form. */
export type FunctionNode = NodeOf<"FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression">;

/** Whether a node is a function with a body. */
export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === "FunctionDeclaration" ||
    node?.type === "FunctionExpression" ||
    node?.type === "ArrowFunctionExpression"
  );
}

/** The nearest node above this one that passes the test. */
export function ancestor<Found extends Node>(
  node: Node,
  test: (candidate: Node) => candidate is Found,
): Found | undefined {
  for (let up = node.parent; up !== undefined && up !== null; up = up.parent) if (test(up)) return up;
  return undefined;
}

/** The function around a node. */
export function enclosingFunction(node: Node): FunctionNode | undefined {
  return ancestor(node, isFunction);
}

/** The class around a node. */
export function enclosingClass(node: Node): ClassNode | undefined {
  return ancestor(node, isClass);
}

/** A class of any form. */
export type ClassNode = NodeOf<"ClassDeclaration" | "ClassExpression">;

function isClass(node: Node): node is ClassNode {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}
