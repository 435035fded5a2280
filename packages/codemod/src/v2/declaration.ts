import type { Node } from "oxc-parser";
import { dottedPath } from "../engine/ast.ts";
import { isReassigned } from "../engine/origins.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";

/** Whether a name is imported. */
export function isImport({ declaration }: Binding): boolean {
  return declaration.type.startsWith("Import");
}

/** The value that a variable starts with; the name itself where that cannot be seen. */
export function initialValue({ declaration, id }: Binding): Node[] {
  if (declaration.type !== "VariableDeclarator") return [id];
  if (declaration.id !== id) return [declaration.init ?? id];
  return declaration.init === null ? [] : [declaration.init];
}

/** Whether a name stands for a type here. */
export function isTypePosition({ parent }: Node): boolean {
  return parent?.type === "TSTypeQuery" || parent?.type === "TSTypeReference";
}

/** Whether other modules can get at a declaration. */
export function isExported(binding: Binding): boolean {
  const { declaration } = binding;
  const outer = declaration.type === "VariableDeclarator" ? declaration.parent?.parent : declaration.parent;
  if (outer?.type === "ExportNamedDeclaration" || outer?.type === "ExportDefaultDeclaration") return true;
  return binding.references.some(({ parent }) => {
    if (parent?.type === "ExportSpecifier" || parent?.type === "ExportDefaultDeclaration") return true;
    return parent?.type === "AssignmentExpression" && /^(module\.)?exports\b/.test(dottedPath(parent.left) ?? "");
  });
}

/** Whether `x.name` may be a field of a class's instance: not when `x` is a namespace or the member is called like a function of one. */
export function mayBeInstance({ object }: NodeOf<"MemberExpression">): boolean {
  return (
    object.type !== "ThisExpression" &&
    object.type !== "Super" &&
    !(object.type === "Identifier" && /^[A-Z]/.test(object.name))
  );
}

/** `this`, or `self` of `var self = this`. */
export function isThis(file: ScriptFile, node: Node): boolean {
  if (node.type !== "Identifier") return node.type === "ThisExpression";
  const binding = file.scopes.bindingOf(node);
  const declaration = binding?.declaration;
  return (
    declaration?.type === "VariableDeclarator" &&
    declaration.id === binding?.id &&
    declaration.init?.type === "ThisExpression" &&
    !isReassigned(binding)
  );
}
