import type { Node } from "oxc-parser";
import {
  dottedPath,
  enclosingClass,
  isFunction,
  keyName,
  memberName,
  memberPath,
  propertyOf,
  stringValue,
  unwrapped,
} from "../engine/ast.ts";
import type { FunctionNode } from "../engine/ast.ts";
import { oneLine } from "../engine/one-line.ts";
import { isReassigned } from "../engine/origins.ts";
import type { Origin } from "../engine/origins.ts";
import type { Identifier } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { functionOf, returnedValues } from "../v2/declared-function.ts";
import { exportedNode } from "../v2/module-exports.ts";
import { addressOfText } from "./address.ts";
import { builtAddress } from "./built-text.ts";
import { constructorArgument } from "./constructor-arguments.ts";
import { takenMember, valuesOfParameter } from "./given-argument.ts";
import { handedOn, isArgument } from "./intrinsic.ts";
import type { Address } from "./inventory.ts";

const DEPTH = 8;
const MOST_RETURNS = 4;
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
    if (found?.by === "variable" && isArgument(found.variable))
      return { ...found, text: oneLine(file.textOf(inner), 60) };
    if (found !== undefined && found.by !== "unknown") return found;
  }
  return { by: "unknown", text: oneLine(file.textOf(inner), 60) };
}

/** What carries `Resource.Orders` of SST to the functions that are linked to it. */
export function linkedResource(component: string): string {
  return handedOn(`Resource.${component}`);
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
    case "TemplateLiteral": {
      const [only] = node.quasis.every(({ value }) => value.raw === "") ? node.expressions : [];
      return only !== undefined && node.expressions.length === 1
        ? codeAddress(file, only, depth)
        : builtAddress(file, node);
    }
    case "BinaryExpression":
      return builtAddress(file, node);
    case "CallExpression":
      return throughCall(file, node, depth);
    case "MemberExpression":
      return throughMember(file, node, depth);
    default:
      return undefined;
  }
}

/** What a function of the project returns; else what it gets: `String(process.env.X)`, `ensure(process.env.X, "no X")`. */
function throughCall(file: ScriptFile, call: NodeOf<"CallExpression">, depth: number): Address | undefined {
  const returned = returnedAddress(file, call, depth);
  if (returned !== undefined) return returned;
  const [first, ...others] = call.arguments;
  const given = codeAddress(file, first, depth);
  return others.length === 0 || given.by === "variable" ? given : undefined;
}

/** What a function of the project returns, whatever way it takes, if that is one address. */
function returnedAddress(file: ScriptFile, call: NodeOf<"CallExpression">, depth: number): Address | undefined {
  const called = calledFunction(file, call);
  const values = called === undefined ? [] : returnedValues(called.file, called.declaration);
  if (called === undefined || values.length > MOST_RETURNS) return undefined;
  const addresses = values.map((value) => codeAddress(called.file, value, depth + 1));
  return onlyAddress(addresses.filter(({ by }) => by !== "unknown"));
}

function onlyAddress([first, ...others]: readonly Address[]): Address | undefined {
  return others.every((other) => JSON.stringify(other) === JSON.stringify(first)) ? first : undefined;
}

function calledFunction(
  file: ScriptFile,
  { callee }: NodeOf<"CallExpression">,
): { readonly file: ScriptFile; readonly declaration: FunctionNode } | undefined {
  const target = unwrapped(callee);
  if (target.type === "MemberExpression" && target.object.type === "ThisExpression") {
    const [method] = methodsOf(file, target, memberName(target) ?? "", "method");
    return method === undefined ? undefined : { file, declaration: method };
  }
  if (target.type !== "Identifier") return undefined;
  const local = functionOf(file.scopes.bindingOf(target)?.declaration);
  if (local !== undefined) return { file, declaration: local };
  const origin = file.origins.of(target);
  const found = origin === undefined ? undefined : exportedNode(file, origin.module, origin.path);
  if (found === undefined || found.rest.length > 0) return undefined;
  const value = unwrapped(found.node);
  const exported = value.type === "Identifier" ? found.file.scopes.bindingOf(value)?.declaration : value;
  const declaration = functionOf(exported);
  return declaration === undefined ? undefined : { file: found.file, declaration };
}

function methodsOf(file: ScriptFile, node: Node, name: string, kind: "method" | "get"): readonly FunctionNode[] {
  const owner = enclosingClass(node);
  return file.tree
    .ofType("MethodDefinition")
    .flatMap((method) =>
      method.kind === kind && enclosingClass(method) === owner && keyName(method) === name && isFunction(method.value)
        ? [method.value]
        : [],
    );
}

function throughBinding(
  file: ScriptFile,
  id: Node & { readonly type: "Identifier" },
  depth: number,
): Address | undefined {
  const binding = file.scopes.bindingOf(id);
  if (binding === undefined || isReassigned(binding)) return undefined;
  // Each value may be a parameter again, so this goes less deep.
  if (binding.isParameter) {
    const given = onlyAddress(valuesOfParameter(file, binding).map((value) => codeAddress(file, value, depth + 2)));
    return given === undefined || given.by === "unknown" ? constructorArgument(file, binding, []) : given;
  }
  const imported = importedAddress(file, id, [], depth);
  if (imported !== undefined) return imported;
  const { declaration } = binding;
  if (declaration.type !== "VariableDeclarator" || declaration.init === null) return undefined;
  if (declaration.id.type === "Identifier") return codeAddress(file, declaration.init, depth);
  const name = takenMember(declaration.id, binding.id);
  if (name === undefined) return undefined;
  const isEnvironment = /^(process|import\.meta)\.env$/.test(dottedPath(declaration.init) ?? "");
  return isEnvironment ? { by: "variable", variable: name } : resultAddress(file, declaration.init, name, depth);
}

/** What was asked for: `QueueUrl` of what `getQueueUrl({ QueueName })` gives, `TopicArn` of a topic that is made. */
function resultAddress(file: ScriptFile, result: Node, member: string, depth: number): Address | undefined {
  const key = { QueueUrl: "QueueName", TopicArn: "Name", "Attributes.QueueArn": "QueueUrl" }[member];
  if (key === undefined) return undefined;
  let node = unwrapped(result);
  if (node.type === "AwaitExpression") node = unwrapped(node.argument);
  // `sqs.getQueueUrl(input).promise()` and `client.send(new GetQueueUrlCommand(input))`.
  while (node.type === "CallExpression" && node.arguments.length === 0 && node.callee.type === "MemberExpression")
    node = unwrapped(node.callee.object);
  const [argument] = node.type === "CallExpression" ? node.arguments : [];
  const inner = argument === undefined ? undefined : unwrapped(argument);
  const input = inner?.type === "NewExpression" ? inner.arguments[0] : inner;
  const maker = inner?.type === "NewExpression" ? inner.callee : node.type === "CallExpression" ? node.callee : node;
  if (!/(getQueueUrl|createQueue|createTopic|getQueueAttributes)(Command)?$/i.test(dottedPath(maker) ?? ""))
    return undefined;
  return codeAddress(file, propertyOf(input, key)?.value, depth);
}

/** `config.aws.queueUrl`, `this.queueUrl`, `env.QUEUE_URL`: object literals, fields, and whatever reads the environment. */
function throughMember(file: ScriptFile, member: NodeOf<"MemberExpression">, depth: number): Address | undefined {
  const path = memberPath(member);
  if (path === undefined) return undefined;
  const { root: node, names } = path;
  if (node.type === "ThisExpression") {
    const [field = "", ...rest] = names;
    const got = methodsOf(file, member, field, "get").flatMap((getter) => returnedValues(file, getter));
    const values = [...fieldValues(file, member, field), ...got];
    return firstKnown(values.map((value) => addressAt(file, value, rest, depth)));
  }
  if (node.type !== "Identifier") return undefined;
  const component = names[0];
  if (component !== undefined && names.length === 2 && isSstHandle(file.origins.of(node)))
    return { by: "variable", variable: linkedResource(component) };
  const found = throughRoot(file, node, names, depth);
  if (found !== undefined && found.by !== "unknown") return found;
  const last = names.at(-1) ?? "";
  const isEnvironment =
    /^[A-Z][A-Z0-9_]+$/.test(last) && /env|config|settings|conf$/i.test([node.name, ...names.slice(0, -1)].join("."));
  return isEnvironment ? { by: "variable", variable: last } : undefined;
}

/** `Resource` of SST, and `Queue`, `Topic` and `KinesisStream` of its version 2. */
function isSstHandle(origin: Origin | undefined): boolean {
  return (
    origin !== undefined && /^(sst|(sst|@serverless-stack)\/node\/(queue|topic|kinesis-stream))$/.test(origin.module)
  );
}

function throughRoot(file: ScriptFile, id: Identifier, names: readonly string[], depth: number): Address | undefined {
  const binding = file.scopes.bindingOf(id);
  if (binding === undefined || isReassigned(binding)) return undefined;
  if (binding.isParameter) return constructorArgument(file, binding, names);
  const imported = importedAddress(file, id, names, depth);
  if (imported !== undefined) return imported;
  const { declaration } = binding;
  if (declaration.type !== "VariableDeclarator" || declaration.init === null) return undefined;
  const taken = takenMember(declaration.id, binding.id);
  if (taken === undefined && declaration.id !== binding.id) return undefined;
  const path = taken === undefined ? names : [taken, ...names];
  const made = resultAddress(file, declaration.init, path.join("."), depth);
  return made ?? (taken === undefined ? addressAt(file, declaration.init, names, depth) : undefined);
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
  const found = origin === undefined ? undefined : exportedNode(file, origin.module, [...origin.path, ...names]);
  return found === undefined ? undefined : addressAt(found.file, found.node, found.rest, depth + 1);
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
  // `constructor(private readonly url: string)`.
  const declared = file.tree.ofType("TSParameterProperty").flatMap(({ parameter }) => {
    const id = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
    return enclosingClass(parameter) === owner && id.type === "Identifier" && id.name === name ? [id] : [];
  });
  return [...initial, ...assigned, ...declared];
}

function firstKnown(addresses: readonly Address[]): Address | undefined {
  const known = addresses.filter(({ by }) => by !== "unknown");
  const own = known.filter((address) => address.by !== "variable" || !isArgument(address.variable));
  return own.find(({ by }) => by === "variable") ?? own[0] ?? known[0];
}
