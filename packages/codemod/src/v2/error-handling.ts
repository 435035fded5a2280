import type { Node } from "oxc-parser";
import { enclosingFunction, isFunction, keyName, memberName, stringValue, unwrapped, wrapped } from "../engine/ast.ts";
import { namesOf } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { V2_ERROR_NAMES } from "../rules/error-codes.ts";
import type { ClientCall, ClientGroup } from "./group.ts";

/** A place that handles the errors of calls. */
interface Handler {
  /** The parameter that is the error. */
  readonly parameter: Node;
  /** What it guards, beside the call: other awaited expressions in the same `try`. */
  readonly guards: readonly Node[];
}

/** `error.code` becomes `error.name` where only converted calls are guarded; elsewhere it is reported. */
export function convertErrorCodes(group: ClientGroup): void {
  const { file, calls } = group;
  const converted = new Set<Node>(calls.map(({ call, promise }) => unwrapped(promise ?? call)));
  const handled = new Set<Node>();
  for (const call of calls) {
    for (const { parameter, guards } of handlersOf(file, call)) {
      if (handled.has(parameter)) continue;
      handled.add(parameter);
      const isOurs = guards.every((guard) => converted.has(unwrapped(guard)));
      convertHandler(file, parameter, isOurs);
    }
  }
}

/** Members of v2's errors that v3's have in `$metadata`, if at all. */
const META = /^(statusCode|requestId|retryable|retryDelay|extendedRequestId)$/;

function convertHandler(file: ScriptFile, parameter: Node, isOurs: boolean): void {
  if (parameter.type === "ObjectPattern") return flagTaken(file, parameter);
  const [id] = namesOf(parameter);
  const binding = id === undefined ? undefined : file.scopes.bindingOf(id);
  for (const reference of binding?.references ?? []) {
    const outer = wrapped(reference);
    const { parent } = outer;
    if (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier") {
      // `const error = err as { code: string }`: the type says `code` too.
      convertHandler(file, parent.id, false);
    }
    if (parent?.type === "VariableDeclarator" && parent.id.type === "ObjectPattern") flagTaken(file, parent.id);
    if (parent?.type === "MemberExpression" && parent.object === outer)
      convertMember(file, parent, isOurs && outer === reference);
  }
}

/** `catch ({ code })`. */
function flagTaken(file: ScriptFile, pattern: NodeOf<"ObjectPattern">): void {
  for (const property of pattern.properties) {
    const name = property.type === "Property" ? (keyName(property) ?? "") : "";
    if (META.test(name)) file.flag("ERROR_CODE", property, `${name} is undefined in v3: see $metadata`);
    else if (name === "code") file.flag("ERROR_CODE", property, "code is undefined in v3");
  }
}

function convertMember(file: ScriptFile, member: NodeOf<"MemberExpression">, isOurs: boolean): void {
  if (META.test(memberName(member) ?? "")) {
    return file.flag("ERROR_CODE", member, `${file.textOf(member)} is undefined in v3: see $metadata`);
  }
  if (memberName(member) !== "code" || member.computed) return;
  const literal = comparedLiteral(member);
  const code = stringValue(literal);
  const name = code === undefined ? undefined : V2_ERROR_NAMES.get(code);
  if (!isOurs || literal === undefined || name === undefined) {
    return file.flag("ERROR_CODE", member, `${file.textOf(member)} is undefined in v3`);
  }
  file.edit("v2-error-code", member.property.start, member.property.end, "name");
  if (name !== code) file.editString("v2-error-code", literal, name);
}

function comparedLiteral(member: Node): Node | undefined {
  const { parent } = member;
  if (parent?.type !== "BinaryExpression" || !/^[!=]==?$/.test(parent.operator)) return undefined;
  return parent.left === member ? parent.right : parent.left;
}

function handlersOf(file: ScriptFile, { call, promise }: ClientCall): Handler[] {
  const handlers: Handler[] = [];
  const callback = call.arguments.at(-1);
  if (promise === undefined && isFunction(callback) && callback.params[0] !== undefined) {
    handlers.push({ parameter: callback.params[0], guards: [] });
  }
  if (promise === undefined) return handlers;
  for (const node of [promise, ...keptIn(file, promise)]) {
    handlers.push(...chainedHandlers(node));
    const attempt = enclosingTry(node);
    if (attempt?.handler?.param != null) {
      handlers.push({ parameter: attempt.handler.param, guards: awaitedIn(file, attempt) });
    }
  }
  return handlers;
}

/** Where a promise is used that a variable keeps: `const sent = client.send().promise()`. */
function keptIn(file: ScriptFile, promise: Node): readonly Node[] {
  const { parent } = wrapped(promise);
  if (parent?.type !== "VariableDeclarator" || parent.id.type !== "Identifier") return [];
  return file.scopes.bindingOf(parent.id)?.references ?? [];
}

/** `.promise().then(…).catch((error) => …)`. */
function chainedHandlers(promise: Node): Handler[] {
  const handlers: Handler[] = [];
  let node = wrapped(promise);
  let isDirect = true;
  while (node.parent?.type === "MemberExpression" && node.parent.object === node) {
    const member = node.parent;
    const chained = wrapped(member).parent;
    if (chained?.type !== "CallExpression") break;
    const name = memberName(member);
    const handler = name === "catch" ? chained.arguments[0] : name === "then" ? chained.arguments[1] : undefined;
    if (isFunction(handler) && handler.params[0] !== undefined) {
      handlers.push({ parameter: handler.params[0], guards: isDirect ? [] : [chained] });
    }
    isDirect &&= name !== "then";
    node = wrapped(chained);
  }
  return handlers;
}

function enclosingTry(node: Node): NodeOf<"TryStatement"> | undefined {
  const owner = enclosingFunction(node);
  for (let up: Node = node; up.parent !== undefined && up.parent !== null && up !== owner; up = up.parent) {
    if (up.parent.type === "TryStatement" && up.parent.block === up) return up.parent;
  }
  return undefined;
}

function awaitedIn(file: ScriptFile, { block }: NodeOf<"TryStatement">): Node[] {
  return file.tree
    .ofType("AwaitExpression")
    .filter(({ start, end }) => start >= block.start && end <= block.end)
    .map(({ argument }) => argument);
}
