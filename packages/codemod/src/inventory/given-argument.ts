import type { Node } from "oxc-parser";
import { dottedPath, enclosingClass, isFunction, keyName, propertyOf, unwrapped } from "../engine/ast.ts";
import type { FunctionNode } from "../engine/ast.ts";
import type { Binding, Identifier } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";

/** What a parameter can be: its default, and what the calls in its file give it. Others may call what is exported. */
export function valuesOfParameter(file: ScriptFile, { id, declaration }: Binding): readonly Node[] {
  if (!isFunction(declaration)) return [];
  for (const [index, parameter] of declaration.params.entries()) {
    const written = parameter.type === "TSParameterProperty" ? parameter.parameter : parameter;
    const [target, fallback] = written.type === "AssignmentPattern" ? [written.left, [written.right]] : [written, []];
    const taken = takenProperty(target, id);
    const member = taken === undefined ? undefined : keyName(taken);
    if (target !== id && member === undefined) continue;
    const given = callsOf(file, declaration).flatMap((values) => values[index] ?? []);
    if (member === undefined) return [...fallback, ...given];
    const own = taken?.value.type === "AssignmentPattern" ? [taken.value.right] : [];
    return [...own, ...given.flatMap((value) => propertyOf(unwrapped(value), member)?.value ?? [])];
  }
  return [];
}

/** The constructor that a parameter belongs to, and where in its arguments the parameter is: `["1"]`, `["0", "queueUrl"]`. */
export function parameterPlace({
  id,
  declaration,
}: Binding): { readonly constructor: Node; readonly path: readonly string[] } | undefined {
  const method = isFunction(declaration) ? declaration.parent : undefined;
  if (!isFunction(declaration) || method?.type !== "MethodDefinition" || method.kind !== "constructor")
    return undefined;
  for (const [index, parameter] of declaration.params.entries()) {
    const written = parameter.type === "TSParameterProperty" ? parameter.parameter : parameter;
    const target = written.type === "AssignmentPattern" ? written.left : written;
    const member = takenMember(target, id);
    if (target === id) return { constructor: method, path: [String(index)] };
    if (member !== undefined) return { constructor: method, path: [String(index), member] };
  }
  return undefined;
}

/** What `const { name: id } = …` takes. */
export function takenMember(pattern: Node, id: Node): string | undefined {
  const taken = takenProperty(pattern, id);
  return taken === undefined ? undefined : keyName(taken);
}

function takenProperty(pattern: Node, id: Node): NodeOf<"Property"> | undefined {
  if (pattern.type !== "ObjectPattern") return undefined;
  for (const property of pattern.properties) {
    if (property.type !== "Property") continue;
    const target = property.value.type === "AssignmentPattern" ? property.value.left : property.value;
    if (target === id) return property;
  }
  return undefined;
}

/** The arguments of every call of a function that only its file can call, or of a method that its class calls. */
function callsOf(file: ScriptFile, called: FunctionNode): readonly (readonly Node[])[] {
  const isInside = ({ start }: Node): boolean => start > called.start && start < called.end;
  const { parent } = called;
  if (parent?.type === "MethodDefinition" && parent.kind === "constructor") return creationsOf(file, parent);
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
  const references = file.scopes.bindingOf(id)?.references ?? [];
  return isExported(declaration) ? [] : argumentsAt(references.filter((reference) => !isInside(reference)));
}

/** The arguments of every `new` of a class that only its file can make. */
function creationsOf(file: ScriptFile, constructor: Node): readonly (readonly Node[])[] {
  const owner = enclosingClass(constructor);
  if (owner?.type !== "ClassDeclaration" || owner.id === null || isExported(owner)) return [];
  const references = file.scopes.bindingOf(owner.id)?.references ?? [];
  return argumentsAt(references.filter(({ parent }) => parent?.type !== "TSTypeReference"));
}

/** What is passed where a function or class is called; nothing if it is also used in another way. */
function argumentsAt(references: readonly Identifier[]): readonly (readonly Node[])[] {
  const found = references.flatMap((reference) => {
    const { parent } = reference;
    const isCalled = parent?.type === "CallExpression" || parent?.type === "NewExpression";
    return isCalled && parent.callee === reference ? [parent.arguments] : [];
  });
  return found.length === references.length ? found : [];
}

function isExported(declaration: Node | null | undefined): boolean {
  const statement = declaration?.type === "VariableDeclarator" ? declaration.parent : declaration;
  return statement?.parent?.type.startsWith("Export") === true;
}
