import type { Node } from "oxc-parser";
import { stringValue, unwrapped } from "../engine/ast.ts";
import { isReassigned } from "../engine/origins.ts";
import type { Identifier } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { exportedNode } from "../v2/module-exports.ts";
import { addressOfText } from "./address.ts";
import type { Address } from "./inventory.ts";

const DEPTH = 6;

/** Stands for a part that only the running program knows. */
const HIDDEN = "\0";

/** The address that a template or a sum of texts is: all of it, or its last part, which is the name. */
export function builtAddress(file: ScriptFile, node: Node): Address | undefined {
  const text = builtText(file, node, 0);
  const whole = text.includes(HIDDEN) ? undefined : addressOfText(text);
  if (whole !== undefined && whole.by !== "unknown") return whole;
  // Region, account and host do not matter.
  const isAddress = text.startsWith(HIDDEN) || /^(https?:\/\/|arn:)/.test(text);
  const name = /[:/]([\w.-]+)$/.exec(text)?.[1];
  return isAddress && name !== undefined ? { by: "name", name } : undefined;
}

function builtText(file: ScriptFile, node: Node, depth: number): string {
  const inner = unwrapped(node);
  const text = stringValue(inner);
  if (text !== undefined) return text;
  if (depth > DEPTH) return HIDDEN;
  switch (inner.type) {
    case "Literal":
      return String(inner.value);
    case "TemplateLiteral":
      return inner.quasis
        .map(({ value }, index) => {
          const expression = inner.expressions[index];
          return `${value.cooked ?? ""}${expression === undefined ? "" : builtText(file, expression, depth + 1)}`;
        })
        .join("");
    case "BinaryExpression":
      if (inner.operator !== "+") return HIDDEN;
      return builtText(file, inner.left, depth + 1) + builtText(file, inner.right, depth + 1);
    case "Identifier":
      return throughConstant(file, inner, depth);
    default:
      return HIDDEN;
  }
}

function throughConstant(file: ScriptFile, id: Identifier, depth: number): string {
  const binding = file.scopes.bindingOf(id);
  if (binding === undefined || binding.isParameter || isReassigned(binding)) return HIDDEN;
  const origin = file.origins.of(id);
  const found = origin === undefined ? undefined : exportedNode(file, origin.module, origin.path);
  if (found !== undefined) return found.rest.length === 0 ? builtText(found.file, found.node, depth + 1) : HIDDEN;
  const { declaration } = binding;
  const isConstant = declaration.type === "VariableDeclarator" && declaration.id === binding.id;
  return isConstant && declaration.init !== null ? builtText(file, declaration.init, depth + 1) : HIDDEN;
}
