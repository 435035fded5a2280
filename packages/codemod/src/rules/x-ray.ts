import { unwrapped, wrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { messagingName } from "./messaging-imports.ts";
import type { Rule } from "./rule.ts";

const CAPTURES =
  /^(captureAWSv3Client|captureAWSClient|captureAWS|getTracedAWSV3Client|instrumentAWSClient|captureAWSClientPatcher|captureAWSv3Clients)$/;

/** Reports clients that are wrapped for AWS X-Ray; on request the wrapper is removed around a client made on the spot. */
export const xRay: Rule = {
  title: "clients wrapped by X-Ray are reported (--unwrap-xray removes the wrapper)",
  applies: (text) => /captureAWS|getTracedAWS|instrumentAWSClient/.test(text),
  check: (file, { unwrapXray }) => {
    for (const call of file.tree.ofType("CallExpression")) {
      const name = calleeName(call);
      if (name === undefined || !CAPTURES.test(name)) continue;
      if (unwrapXray && unwrap(file, call)) continue;
      file.flag("XRAY", call, name);
    }
  },
};

function calleeName({ callee }: NodeOf<"CallExpression">): string | undefined {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type !== "MemberExpression" || callee.computed) return undefined;
  return callee.property.type === "Identifier" ? callee.property.name : undefined;
}

function unwrap(file: ScriptFile, call: NodeOf<"CallExpression">): boolean {
  const [argument] = call.arguments;
  if (argument === undefined || call.arguments.length > 1) return false;
  const creation = unwrapped(argument);
  if (creation.type !== "NewExpression" || messagingName(file, creation.callee) === undefined) return false;
  if (wrapped(argument) !== argument) return false;
  file.edit("unwrap-xray", call.start, argument.start, "");
  file.edit("unwrap-xray", argument.end, call.end, "");
  return true;
}
