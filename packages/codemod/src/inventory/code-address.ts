import type { Node } from "oxc-parser";
import { dottedPath, keyName, propertyOf, stringValue, unwrapped } from "../engine/ast.ts";
import { isReassigned } from "../engine/origins.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { addressOfText } from "./address.ts";
import type { Address } from "./inventory.ts";

const DEPTH = 6;

/** The address that an expression is: a literal, an environment variable, or something only the running program knows. */
export function codeAddress(file: ScriptFile, node: Node | undefined, depth = 0): Address {
  if (node === undefined) return { by: "unknown", text: "" };
  const inner = unwrapped(node);
  const text = stringValue(inner);
  if (text !== undefined) return addressOfText(text);
  const variable = environmentVariable(inner);
  if (variable !== undefined) return { by: "variable", variable };
  if (depth < DEPTH) {
    const found = through(file, inner, depth + 1);
    if (found !== undefined && found.by !== "unknown") return found;
  }
  return { by: "unknown", text: shown(file.textOf(inner)) };
}

/** `process.env.QUEUE_URL`, `import.meta.env.QUEUE_URL`, `env("QUEUE_URL")`. */
export function environmentVariable(node: Node): string | undefined {
  const path = dottedPath(node);
  const member = /^(?:process|import\.meta|Bun|globalThis\.process)\.env\.(\w+)$/.exec(path ?? "")?.[1];
  if (member !== undefined) return member;
  if (node.type !== "CallExpression") return undefined;
  const callee = dottedPath(node.callee) ?? "";
  const name = stringValue(node.arguments[0]);
  const reads =
    /(^|\.)(env|getEnv|getenv|requireEnv|getEnvVar|envVar|config(Service)?\.(get|getOrThrow)|Deno\.env\.get)$/.test(
      callee,
    );
  return reads && name !== undefined && /^[A-Z][A-Z0-9_]+$/.test(name) ? name : undefined;
}

function through(file: ScriptFile, node: Node, depth: number): Address | undefined {
  switch (node.type) {
    case "Identifier":
      return throughBinding(file, node, depth);
    case "LogicalExpression":
      return firstKnown([codeAddress(file, node.left, depth), codeAddress(file, node.right, depth)]);
    case "ConditionalExpression":
      return firstKnown([codeAddress(file, node.consequent, depth), codeAddress(file, node.alternate, depth)]);
    case "AwaitExpression":
      return codeAddress(file, node.argument, depth);
    case "CallExpression":
      // `String(process.env.X)`, `assertDefined(process.env.X)`.
      return node.arguments.length === 1 ? codeAddress(file, node.arguments[0], depth) : undefined;
    case "MemberExpression":
      return throughMember(file, node, depth);
    default:
      return undefined;
  }
}

function throughBinding(
  file: ScriptFile,
  id: Node & { readonly type: "Identifier" },
  depth: number,
): Address | undefined {
  const binding = file.scopes.bindingOf(id);
  if (binding === undefined || binding.isParameter || isReassigned(binding)) return undefined;
  const { declaration } = binding;
  if (declaration.type !== "VariableDeclarator" || declaration.init === null) return undefined;
  if (declaration.id.type === "Identifier") return codeAddress(file, declaration.init, depth);
  if (declaration.id.type !== "ObjectPattern") return undefined;
  const isEnvironment = /^(process|import\.meta)\.env$/.test(dottedPath(declaration.init) ?? "");
  for (const property of declaration.id.properties) {
    if (property.type !== "Property" || !isEnvironment) continue;
    const target = property.value.type === "AssignmentPattern" ? property.value.left : property.value;
    const variable = keyName(property);
    if (target === binding.id && variable !== undefined) return { by: "variable", variable };
  }
  return undefined;
}

/** `config.queueUrl`, where `config` is an object literal of this file. */
function throughMember(
  file: ScriptFile,
  member: Node & { readonly type: "MemberExpression" },
  depth: number,
): Address | undefined {
  const object = unwrapped(member.object);
  if (object.type !== "Identifier" || member.computed || member.property.type !== "Identifier") return undefined;
  const declaration = file.scopes.bindingOf(object)?.declaration;
  if (declaration?.type !== "VariableDeclarator" || declaration.init === null) return undefined;
  const property = propertyOf(unwrapped(declaration.init), member.property.name);
  return property === undefined ? undefined : codeAddress(file, property.value, depth);
}

function firstKnown(addresses: readonly Address[]): Address | undefined {
  return addresses.find(({ by }) => by === "variable") ?? addresses.find(({ by }) => by !== "unknown");
}

function shown(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
