import type { Node } from "oxc-parser";
import { dottedPath, enclosingClass, keyName, memberName, propertyOf, stringValue, unwrapped } from "../engine/ast.ts";
import { oneLine } from "../engine/one-line.ts";
import { isReassigned } from "../engine/origins.ts";
import type { Identifier } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { moduleExports } from "../v2/module-exports.ts";
import { addressOfText } from "./address.ts";
import type { Address } from "./inventory.ts";

const DEPTH = 8;
const READS_VARIABLE =
  /(^|\.)(env|getEnv|getenv|requireEnv|getEnvVar|envVar|config(Service)?\.(get|getOrThrow)|([eE]nv|ENV|[eE]nvironment)\.\w+)$/;
const UNKNOWN: Address = { by: "unknown", text: "" };

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
  return { by: "unknown", text: oneLine(file.textOf(inner), 60) };
}

/** `process.env.QUEUE_URL`, `import.meta.env.QUEUE_URL`, `env("QUEUE_URL")`, `Env.string("QUEUE_URL")`. */
export function environmentVariable(node: Node): string | undefined {
  const path = dottedPath(node);
  const member = /^(?:process|import\.meta|Bun|globalThis\.process)\.env\.(\w+)$/.exec(path ?? "")?.[1];
  if (member !== undefined) return member;
  if (node.type !== "CallExpression") return undefined;
  const callee = dottedPath(node.callee);
  const name = stringValue(node.arguments[0]);
  if (callee !== undefined)
    return READS_VARIABLE.test(callee) && name !== undefined && /^[A-Z][A-Z0-9_]+$/.test(name) ? name : undefined;
  // `env.get("QUEUE_URL").required().asString()`.
  const { callee: method } = node;
  return method.type === "MemberExpression" && method.object.type === "CallExpression"
    ? environmentVariable(method.object)
    : undefined;
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
  const imported = importedAddress(file, id, [], depth);
  if (imported !== undefined) return imported;
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

/** `config.aws.queueUrl`, `this.queueUrl`, `env.QUEUE_URL`: object literals, fields, and whatever reads the environment. */
function throughMember(file: ScriptFile, member: NodeOf<"MemberExpression">, depth: number): Address | undefined {
  const names: string[] = [];
  let node: Node = member;
  while (node.type === "MemberExpression") {
    const name = memberName(node);
    if (name === undefined) return undefined;
    names.unshift(name);
    node = unwrapped(node.object);
  }
  if (node.type === "ThisExpression") {
    const [field = "", ...rest] = names;
    return firstKnown(fieldValues(file, member, field).map((value) => addressAt(file, value, rest, depth)));
  }
  if (node.type !== "Identifier") return undefined;
  const found = throughRoot(file, node, names, depth);
  if (found !== undefined && found.by !== "unknown") return found;
  const last = names.at(-1) ?? "";
  const isEnvironment =
    /^[A-Z][A-Z0-9_]+$/.test(last) && /env|config|settings|conf$/i.test([node.name, ...names.slice(0, -1)].join("."));
  return isEnvironment ? { by: "variable", variable: last } : undefined;
}

function throughRoot(file: ScriptFile, id: Identifier, names: readonly string[], depth: number): Address | undefined {
  const binding = file.scopes.bindingOf(id);
  if (binding === undefined || binding.isParameter || isReassigned(binding)) return undefined;
  const imported = importedAddress(file, id, names, depth);
  if (imported !== undefined) return imported;
  const { declaration } = binding;
  return declaration.type === "VariableDeclarator" && declaration.init !== null && declaration.id === binding.id
    ? addressAt(file, declaration.init, names, depth)
    : undefined;
}

/** The address at a path inside an object literal. */
function addressAt(file: ScriptFile, node: Node, names: readonly string[], depth: number): Address {
  const inner = unwrapped(node);
  const [name, ...rest] = names;
  if (depth > DEPTH) return UNKNOWN;
  if (name === undefined) return codeAddress(file, inner, depth + 1);
  if (inner.type === "Identifier") return throughRoot(file, inner, names, depth + 1) ?? UNKNOWN;
  if (inner.type === "CallExpression") {
    // `schema.parse(process.env)` has the variables under their names; `Object.freeze({ … })` has what it gets.
    const readsEnvironment = inner.arguments.some((argument) => dottedPath(argument) === "process.env");
    if (readsEnvironment && /^[A-Z][A-Z0-9_]+$/.test(name)) return { by: "variable", variable: name };
    const [argument] = inner.arguments;
    return argument === undefined ? UNKNOWN : addressAt(file, argument, names, depth + 1);
  }
  const property = propertyOf(inner, name);
  return property === undefined ? UNKNOWN : addressAt(file, property.value, rest, depth + 1);
}

/** What another file of the project exports under the name. */
function importedAddress(
  file: ScriptFile,
  id: Identifier,
  names: readonly string[],
  depth: number,
): Address | undefined {
  const origin = file.origins.of(id);
  const target = origin === undefined ? undefined : file.open(origin.module);
  if (origin === undefined || target === undefined) return undefined;
  const exported = moduleExports(target);
  const path = [...origin.path, ...names];
  const [first = "", ...rest] = path;
  const named = exported.names.get(first);
  if (named?.type === "value") return addressAt(target, named.node, rest, depth + 1);
  const afterDefault = first === "default" ? rest : path;
  if (exported.whole !== undefined) return addressAt(target, exported.whole, afterDefault, depth + 1);
  const inDefault = exported.names.get(afterDefault[0] ?? "");
  return inDefault?.type === "value" ? addressAt(target, inDefault.node, afterDefault.slice(1), depth + 1) : undefined;
}

/** What is put into a field: its initial value, and every assignment in the class. */
function fieldValues(file: ScriptFile, member: NodeOf<"MemberExpression">, name: string): readonly Node[] {
  const owner = enclosingClass(member);
  const initial = file.tree
    .ofType("PropertyDefinition")
    .flatMap((field) =>
      enclosingClass(field) === owner && keyName(field) === name && field.value !== null ? [field.value] : [],
    );
  const assigned = file.tree
    .ofType("AssignmentExpression")
    .flatMap(({ left, right }) =>
      dottedPath(left) === `this.${name}` && enclosingClass(left) === owner ? [right] : [],
    );
  return [...initial, ...assigned];
}

function firstKnown(addresses: readonly Address[]): Address | undefined {
  return addresses.find(({ by }) => by === "variable") ?? addresses.find(({ by }) => by !== "unknown");
}
