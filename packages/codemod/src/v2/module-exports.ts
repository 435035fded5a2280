import type { Node } from "oxc-parser";
import { dottedPath, keyName, stringValue } from "../engine/ast.ts";
import { nameOf } from "../engine/origins.ts";
import type { ScriptFile } from "../engine/script-file.ts";

/** What a name of a module stands for: an expression in it, or a name of another module. */
export type Exported =
  | { readonly type: "value"; readonly node: Node }
  | { readonly type: "from"; readonly module: string; readonly path: readonly string[] };

/** Everything that a module exports, ES module or CommonJS. */
export interface ModuleExports {
  readonly names: ReadonlyMap<string, Exported>;
  /** `module.exports = value` or `export = value`, where the value is no object literal. */
  readonly whole: Node | undefined;
  /** `export * from "…"`. */
  readonly stars: readonly string[];
}

/** An expression of another file, and the names that lead on from it. */
export interface ExportedNode {
  readonly file: ScriptFile;
  readonly node: Node;
  readonly rest: readonly string[];
}

/** Follows a name of a module to the expression that it stands for, through the files that hand it on. */
export function exportedNode(
  from: ScriptFile,
  module: string,
  path: readonly string[],
  depth = 0,
): ExportedNode | undefined {
  const file = depth > 8 ? undefined : from.open(module);
  if (file === undefined) return undefined;
  const { names, whole, stars } = moduleExports(file);
  const [first = "", ...rest] = path;
  const afterDefault = first === "default" ? rest : path;
  const isOwn = names.has(first);
  const named = isOwn ? names.get(first) : names.get(afterDefault[0] ?? "");
  const others = isOwn ? rest : afterDefault.slice(1);
  if (!isOwn && whole !== undefined) return { file, node: whole, rest: afterDefault };
  if (named?.type === "value") return { file, node: named.node, rest: others };
  if (named?.type === "from") return exportedNode(file, named.module, [...named.path, ...others], depth + 1);
  for (const star of stars) {
    const found = exportedNode(file, star, path, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Reads the exports of a module. */
export function moduleExports(file: ScriptFile): ModuleExports {
  const names = new Map<string, Exported>();
  const stars: string[] = [];
  let whole: Node | undefined;
  for (const statement of file.tree.ofType("ExportNamedDeclaration")) addNamed(statement, names);
  for (const statement of file.tree.ofType("ExportAllDeclaration")) {
    if (statement.exported === null) stars.push(statement.source.value);
    else names.set(nameOf(statement.exported), { type: "from", module: statement.source.value, path: [] });
  }
  for (const { declaration } of file.tree.ofType("ExportDefaultDeclaration")) names.set("default", value(declaration));
  for (const { expression } of file.tree.ofType("TSExportAssignment")) whole = expression;
  for (const assignment of file.tree.ofType("AssignmentExpression")) {
    const target = dottedPath(assignment.left);
    if (target === "module.exports") {
      if (assignment.right.type === "ObjectExpression") addObject(assignment.right, names);
      else whole = assignment.right;
    }
    const name = /^(?:module\.)?exports\.(\w+)$/.exec(target ?? "")?.[1];
    if (name !== undefined) names.set(name, value(assignment.right));
  }
  return { names, whole, stars };
}

function addNamed(statement: Node & { readonly type: "ExportNamedDeclaration" }, names: Map<string, Exported>): void {
  const module = statement.source?.value;
  for (const { local, exported } of statement.specifiers) {
    const path = [nameOf(local)];
    names.set(nameOf(exported), module === undefined ? value(local) : { type: "from", module, path });
  }
  const { declaration } = statement;
  if (declaration?.type === "VariableDeclaration") {
    for (const { id } of declaration.declarations) {
      if (id.type === "Identifier") names.set(id.name, value(id));
      else if (id.type === "ObjectPattern") {
        for (const property of id.properties) {
          if (property.type === "Property" && property.value.type === "Identifier")
            names.set(property.value.name, value(property.value));
        }
      }
    }
  } else if (declaration?.type === "FunctionDeclaration" || declaration?.type === "ClassDeclaration") {
    if (declaration.id !== null) names.set(declaration.id.name, value(declaration.id));
  }
}

function addObject(object: Node & { readonly type: "ObjectExpression" }, names: Map<string, Exported>): void {
  for (const property of object.properties) {
    if (property.type !== "Property") continue;
    const name = keyName(property) ?? stringValue(property.key);
    if (name !== undefined) names.set(name, value(property.value));
  }
}

function value(node: Node): Exported {
  return { type: "value", node };
}
