import type { Node } from "oxc-parser";
import { dottedPath, enclosingClass, isFunction, keyName, propertyOf, unwrapped } from "../engine/ast.ts";
import type { FunctionNode } from "../engine/ast.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";

/** What a parameter can be: its default, and what the calls in its file give it. Others may call what is exported. */
export function valuesOfParameter(file: ScriptFile, { id, declaration }: Binding): readonly Node[] {
  if (!isFunction(declaration)) return [];
  for (const [index, parameter] of declaration.params.entries()) {
    const written = parameter.type === "TSParameterProperty" ? parameter.parameter : parameter;
    const [target, fallback] = written.type === "AssignmentPattern" ? [written.left, [written.right]] : [written, []];
    const member = takenMember(target, id);
    if (target !== id && member === undefined) continue;
    const given = callsOf(file, declaration).flatMap((values) => values[index] ?? []);
    if (member === undefined) return [...fallback, ...given];
    return given.flatMap((value) => propertyOf(unwrapped(value), member)?.value ?? []);
  }
  return [];
}

/** What `const { name: id } = …` takes. */
export function takenMember(pattern: Node, id: Node): string | undefined {
  if (pattern.type !== "ObjectPattern") return undefined;
  for (const property of pattern.properties) {
    if (property.type !== "Property") continue;
    const target = property.value.type === "AssignmentPattern" ? property.value.left : property.value;
    if (target === id) return keyName(property);
  }
  return undefined;
}

/** The arguments of every call of a function that only its file can call, or of a method that its class calls. */
function callsOf(file: ScriptFile, called: FunctionNode): readonly (readonly Node[])[] {
  const isInside = ({ start }: Node): boolean => start > called.start && start < called.end;
  const { parent } = called;
  if (parent?.type === "MethodDefinition") {
    const name = `this.${keyName(parent) ?? ""}`;
    const owner = enclosingClass(parent);
    return file.tree
      .ofType("CallExpression")
      .filter((call) => dottedPath(call.callee) === name && enclosingClass(call) === owner && !isInside(call))
      .map((call) => call.arguments);
  }
  const declaration = called.type === "FunctionDeclaration" ? called : parent;
  const id = declaration?.type === "VariableDeclarator" || declaration === called ? declaration?.id : undefined;
  if (id?.type !== "Identifier") return [];
  const references = (file.scopes.bindingOf(id)?.references ?? []).filter((reference) => !isInside(reference));
  const calls = references.flatMap((reference) =>
    reference.parent?.type === "CallExpression" && reference.parent.callee === reference
      ? [reference.parent.arguments]
      : [],
  );
  return calls.length === references.length && !isExported(declaration) ? calls : [];
}

function isExported(declaration: Node | null | undefined): boolean {
  const statement = declaration?.type === "VariableDeclarator" ? declaration.parent : declaration;
  return statement?.parent?.type.startsWith("Export") === true;
}
