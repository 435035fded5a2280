import type { Node } from "oxc-parser";
import { keyName, memberName, stringValue, unwrapped, wrapped } from "../engine/ast.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { ClientCall } from "./group.ts";

const RULE = "v2-type-hint";

/** Members that v2 types as any string and v3 as one of some. */
const ENUMERATIONS =
  /^(AttributeNames|MessageSystemAttributeNames|ShardIteratorType|EncryptionType|ScalingType|StreamMode)$/;

/** Members of results that are always there in v2's types, and may be undefined in v3's. */
const ALWAYS_THERE = /^(Successful|Failed|Records|StreamDescription|StreamDescriptionSummary|StreamNames|Shards)$/;

/** Tells TypeScript what v2's types took for granted. Nothing changes at run time. */
export function addTypeHints(file: ScriptFile, { call, promise }: ClientCall): void {
  if (!/(?<!\.d)\.[cm]?tsx?$/.test(file.name)) return;
  const [input] = call.arguments;
  if (input?.type === "Identifier") keepLiterals(file, file.scopes.bindingOf(input));
  if (promise !== undefined) assertMembers(file, promise);
}

/** `{ AttributeNames: ["All"] }` in a variable is a list of strings, unless the literal says that it stays one. */
function keepLiterals(file: ScriptFile, binding: Binding | undefined): void {
  const declarator = binding?.declaration;
  if (declarator?.type !== "VariableDeclarator" || declarator.init?.type !== "ObjectExpression") return;
  if (declarator.id.type !== "Identifier" || declarator.id.typeAnnotation != null) return;
  for (const property of declarator.init.properties) {
    if (property.type !== "Property" || !ENUMERATIONS.test(keyName(property) ?? "")) continue;
    const values = property.value.type === "ArrayExpression" ? property.value.elements : [property.value];
    for (const value of values) {
      if (value?.type !== "Literal" || stringValue(value) === undefined) continue;
      const isMarked = file.edits.some(({ rule, start }) => rule === RULE && start === value.end);
      if (!isMarked) file.edit(RULE, value.end, value.end, " as const");
    }
  }
}

/** `result.Failed.map(…)` of `const result = await sqs.sendMessageBatch(…).promise()`. */
function assertMembers(file: ScriptFile, promise: NodeOf<"CallExpression">): void {
  const awaited = wrapped(promise).parent;
  const declarator = awaited?.type === "AwaitExpression" ? wrapped(awaited).parent : undefined;
  if (declarator?.type !== "VariableDeclarator" || declarator.id.type !== "Identifier") return;
  if (declarator.id.typeAnnotation != null) return;
  for (const reference of file.scopes.bindingOf(declarator.id)?.references ?? []) assertChain(file, reference);
}

function assertChain(file: ScriptFile, start: Node): void {
  let node = start;
  while (node.parent?.type === "MemberExpression" && node.parent.object === node) {
    node = node.parent;
    if (ALWAYS_THERE.test(memberName(node) ?? "") && isRelied(node)) file.edit(RULE, node.end, node.end, "!");
  }
}

/** Whether the program uses the value as one that is there. */
function isRelied(member: Node): boolean {
  const { parent } = member;
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === member && !parent.optional;
    case "ForOfStatement":
      return parent.right === member;
    case "SpreadElement":
      return unwrapped(member) === member;
    default:
      return false;
  }
}
