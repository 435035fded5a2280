import type { Node } from "oxc-parser";
import { isFunction, memberName, wrapped } from "../engine/ast.ts";
import { isWrite } from "../engine/origins.ts";
import { forEachChild } from "../engine/syntax-tree.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { Service } from "../services/service.ts";
import type { ClientCall } from "./group.ts";

/** Finds out whether `client.method` is used in a way that means the same in v3; else says why not. */
export function methodUse(member: NodeOf<"MemberExpression">, service: Service): ClientCall | string {
  const method = memberName(member);
  if (method === undefined) return "a computed member of the client";
  if (isWrite(member)) return `the client's ${method} is replaced`;
  const call = wrapped(member).parent;
  if (call?.type !== "CallExpression" || wrapped(member) !== call.callee)
    return `the client's ${method} is used without a call`;
  if (!service.methods.has(method)) return `${method} is no operation of v3's ${service.aggregatedClass}`;
  if (service.name === "kinesis" && (method === "getRecords" || method === "subscribeToShard")) {
    return `the Data of ${method} is a Buffer in v2 and a Uint8Array in v3: toString() gives something else`;
  }
  if (call.arguments.some(({ type }) => type === "SpreadElement")) return `${method} gets arguments that are spread`;
  return callUse(call, method);
}

function callUse(call: NodeOf<"CallExpression">, method: string): ClientCall | string {
  const hasCallback = call.arguments.length > 1 || isFunction(call.arguments[0]);
  const outer = wrapped(call);
  const { parent } = outer;
  if (parent?.type === "MemberExpression" && parent.object === outer) {
    const name = memberName(parent);
    if (name !== "promise") return `the request of ${method} is used: .${name ?? "?"}`;
    const promise = wrapped(parent).parent;
    if (promise?.type !== "CallExpression" || promise.arguments.length > 0)
      return `.promise of ${method} is not called`;
    if (hasCallback) return `${method} has a callback and .promise(): v2 sends twice`;
    const next = wrapped(promise).parent;
    const chained =
      next?.type === "MemberExpression" && next.object === wrapped(promise) ? memberName(next) : undefined;
    if (chained !== undefined && !/^(then|catch|finally)$/.test(chained))
      return `${chained} is no method of the promises that v3 returns`;
    return { call, promise, method };
  }
  const callback = call.arguments.at(-1);
  if (callback?.type === "FunctionExpression" && usesThis(callback))
    return `the callback of ${method} uses v2's response, as this`;
  if (!hasCallback) return `the request of ${method} is not sent here: neither .promise() nor a callback`;
  return isResultIgnored(outer) ? { call, promise: undefined, method } : `the request that ${method} returns is used`;
}

function isResultIgnored({ parent }: Node): boolean {
  switch (parent?.type) {
    case "ExpressionStatement":
    case "ReturnStatement":
    case "ArrowFunctionExpression":
    case "AwaitExpression":
      return true;
    case "UnaryExpression":
      return parent.operator === "void";
    default:
      return false;
  }
}

/** `this` in a function itself, or in an arrow function inside it. */
function usesThis(owner: Node): boolean {
  let found = false;
  const look = (node: Node): void => {
    if (node.type === "ThisExpression") found = true;
    if (node.type === "FunctionExpression" || node.type === "FunctionDeclaration" || isClass(node)) return;
    forEachChild(node, look);
  };
  forEachChild(owner, look);
  return found;
}

function isClass({ type }: Node): boolean {
  return type === "ClassDeclaration" || type === "ClassExpression";
}
