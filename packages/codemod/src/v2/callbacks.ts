import type { Node } from "oxc-parser";
import { dottedPath, isFunction, memberName, unwrapped, wrapped } from "../engine/ast.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";

type Call = NodeOf<"CallExpression">;

/** Why TypeScript would not accept a callback of v2 in v3, where the result may be undefined, if that cannot be helped. */
export function callbackBlocker(file: ScriptFile, call: Call): string | undefined {
  if (!isTyped(file)) return undefined;
  const callback = call.arguments.at(-1);
  if (callback === undefined) return undefined;
  const inner = unwrapped(callback);
  if (!isFunction(inner)) {
    return isLoose(file, inner)
      ? undefined
      : "the type of the callback is not known: in v3 its result may be undefined";
  }
  const [, result] = inner.params;
  return result === undefined || result.type === "Identifier"
    ? undefined
    : "the callback takes its result apart: in v3 it may be undefined";
}

/** Tells TypeScript what the callback of v2 relied on: where there is no error, there is a result. Nothing changes at run time. */
export function editCallback(file: ScriptFile, call: Call): void {
  const callback = call.arguments.at(-1);
  if (!isTyped(file) || callback === undefined) return;
  const inner = unwrapped(callback);
  const result = isFunction(inner) ? inner.params[1] : undefined;
  if (result?.type !== "Identifier") return;
  const end = result.start + result.name.length;
  if (result.typeAnnotation != null && file.text[end] !== "?") file.edit("v2-callback", end, end, "?");
  const binding = file.scopes.bindingOf(result);
  if (binding === undefined || isTested(binding)) return;
  for (const reference of binding.references) {
    if (needsResult(reference)) file.edit("v2-callback", reference.end, reference.end, "!");
  }
}

function isTyped(file: ScriptFile): boolean {
  return /(?<!\.d)\.[cm]?tsx?$/.test(file.name);
}

/** A function of type `any` or `Function`, or one that this file does not describe at all. */
function isLoose(file: ScriptFile, callback: Node): boolean {
  if (callback.type !== "Identifier") return false;
  const binding = file.scopes.bindingOf(callback);
  const type = binding?.id.typeAnnotation?.typeAnnotation;
  if (type === undefined) return binding?.isParameter === true;
  if (type.type === "TSAnyKeyword") return true;
  return type.type === "TSTypeReference" && file.textOf(type.typeName) === "Function";
}

/** `if (data)`, `data && …`, `data?.Messages`: the program asks by itself. */
function isTested({ references }: Binding): boolean {
  return references.some((reference) => {
    const outer = wrapped(reference);
    const { parent } = outer;
    switch (parent?.type) {
      case "IfStatement":
      case "ConditionalExpression":
        return parent.test === outer;
      case "LogicalExpression":
        return parent.left === outer;
      case "UnaryExpression":
      case "BinaryExpression":
        return true;
      case "MemberExpression":
        return parent.object === outer && parent.optional;
      default:
        return false;
    }
  });
}

function needsResult(reference: Node): boolean {
  const { parent } = reference;
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === reference && memberName(parent) !== undefined;
    case "CallExpression":
      return parent.arguments.some((argument) => argument === reference) && !isConsole(parent.callee);
    case "ReturnStatement":
    case "VariableDeclarator":
      return true;
    default:
      return false;
  }
}

function isConsole(callee: Node): boolean {
  return /^(console|log|logger|this\.logger)\b/.test(dottedPath(callee) ?? "");
}
