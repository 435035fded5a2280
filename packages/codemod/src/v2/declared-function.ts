import type { Node } from "oxc-parser";
import { enclosingFunction, isFunction } from "../engine/ast.ts";
import type { FunctionNode } from "../engine/ast.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";

/** The name by which a file calls a function. */
export function functionBinding(file: ScriptFile, declaration: FunctionNode): Binding | undefined {
  if (declaration.type === "FunctionDeclaration") {
    return declaration.id === null ? undefined : file.scopes.bindingOf(declaration.id);
  }
  const { parent } = declaration;
  return parent?.type === "VariableDeclarator" && parent.id.type === "Identifier"
    ? file.scopes.bindingOf(parent.id)
    : undefined;
}

/** The function that runs when a declaration is called, or created with `new`. */
export function functionOf(declaration: Node | undefined): FunctionNode | undefined {
  if (isFunction(declaration)) return declaration;
  if (declaration?.type === "VariableDeclarator") return isFunction(declaration.init) ? declaration.init : undefined;
  if (declaration?.type !== "ClassDeclaration") return undefined;
  for (const member of declaration.body.body) {
    if (member.type === "MethodDefinition" && member.kind === "constructor" && isFunction(member.value))
      return member.value;
  }
  return undefined;
}

/** What a function returns, whatever way it takes. */
export function returnedValues(file: ScriptFile, owner: FunctionNode): Node[] {
  if (owner.type === "ArrowFunctionExpression" && owner.body.type !== "BlockStatement") return [owner.body];
  return file.tree
    .ofType("ReturnStatement")
    .flatMap((statement) =>
      enclosingFunction(statement) === owner && statement.argument !== null ? [statement.argument] : [],
    );
}
