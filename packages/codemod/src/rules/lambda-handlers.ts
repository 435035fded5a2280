import type { Node } from "oxc-parser";
import { enclosingFunction, isFunction, keyName, memberName, unwrapped } from "../engine/ast.ts";
import type { FunctionNode } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { Rule } from "./rule.ts";

const EVENT_TYPES = /^(SQS|SNS|KinesisStream)(Event|Handler)$/;

/** A Lambda function that messages start. */
export interface LambdaHandler {
  readonly node: Node;
  readonly service: "sqs" | "sns" | "kinesis";
}

/** Reports Lambda functions that queue, topic or stream events start, by their types or by what they read. */
export const lambdaHandlers: Rule = {
  title: "Lambda functions that messages start are reported",
  applies: (text) =>
    /SQS(Event|Handler|Record|BatchResponse)|SNS(Event|Handler|Message)|KinesisStream|Records/.test(text),
  check: (file) => {
    for (const { node, service } of findHandlers(file)) {
      file.flag("LAMBDA_HANDLER", node, `handles ${service} events`, file.isTest ? "info" : undefined);
    }
  },
};

/** The Lambda functions of a file. */
export function findHandlers(file: ScriptFile): LambdaHandler[] {
  const typed = file.tree.ofType("TSTypeReference").flatMap((reference) => typedHandler(file, reference) ?? []);
  const found = typed.length > 0 ? typed : untypedHandlers(file);
  const byPlace = new Map(found.map((handler) => [handler.node.start, handler]));
  return [...byPlace.values()];
}

function typedHandler(
  file: ScriptFile,
  reference: Node & { readonly type: "TSTypeReference" },
): LambdaHandler | undefined {
  const origin = file.origins.of(reference.typeName);
  const name = origin?.path.at(-1) ?? "";
  if (origin === undefined || !/^(aws-lambda|@types\/aws-lambda)(\/|$)/.test(origin.module)) return undefined;
  // What a handler answers says that it is one only beside the word.
  if (name === "SQSBatchResponse")
    return isGenericHandler(reference) ? { node: statementOf(reference), service: "sqs" } : undefined;
  if (!EVENT_TYPES.test(name)) return undefined;
  const service = serviceOfEvent(name);
  const annotated = reference.parent?.type === "TSTypeAnnotation" ? reference.parent.parent : undefined;
  const wrapping = reference.parent?.type === "TSTypeParameterInstantiation" ? reference.parent.parent : undefined;
  if (wrapping?.type === "CallExpression")
    return wrapsHandler(file, wrapping) ? { node: wrapping, service } : undefined;
  if (annotated?.type === "ObjectPattern") return handlerOf(annotated, service); // ({ Records }: SQSEvent) => …
  if (annotated?.type !== "Identifier")
    return isGenericHandler(reference) ? { node: statementOf(reference), service } : undefined;
  if (annotated.parent?.type === "VariableDeclarator") {
    return name.endsWith("Handler") ? { node: annotated, service } : undefined;
  }
  return handlerOf(annotated, service);
}

/** `middy<SQSEvent>(…)`, `traced<SQSEvent>(work)`; `expect(…).toEqual<SQSEvent>(…)`, `vi.fn<SQSHandler>(…)` and `parsed<SQSEvent>(…)` take no handler. */
function wrapsHandler(file: ScriptFile, { callee, arguments: args }: NodeOf<"CallExpression">): boolean {
  const text = file.textOf(callee);
  if (/^(expect|assert|vi|vitest|jest|mock|sinon|td)\b|\b(fn|mock)$/.test(text)) return false;
  return /middy|handler|lambda/i.test(text) || args.some((argument) => mayBeFunction(file, argument));
}

function mayBeFunction(file: ScriptFile, node: Node): boolean {
  const inner = unwrapped(node);
  if (isFunction(inner)) return true;
  if (inner.type !== "Identifier") return false;
  const declaration = file.scopes.bindingOf(inner)?.declaration;
  if (declaration?.type === "VariableDeclarator") return isFunction(declaration.init);
  return isFunction(declaration) || declaration?.type.startsWith("Import") === true;
}

function handlerOf(parameter: Node, service: LambdaHandler["service"]): LambdaHandler | undefined {
  const owner = enclosingFunction(parameter);
  return owner !== undefined && isHandler(owner) ? { node: placeOf(owner), service } : undefined;
}

/** `Handler<SQSEvent>`. */
function isGenericHandler(reference: Node): boolean {
  const outer = reference.parent?.parent;
  return (
    outer?.type === "TSTypeReference" && outer.typeName.type === "Identifier" && /Handler/.test(outer.typeName.name)
  );
}

/** Functions that are exported, methods, and those that take an event first; helpers that get a record are not handlers. */
function isHandler(owner: FunctionNode): boolean {
  return [
    "FunctionDeclaration",
    "ExportDefaultDeclaration",
    "VariableDeclarator",
    "AssignmentExpression",
    "MethodDefinition",
    "Property",
    "CallExpression",
    "PropertyDefinition",
    "ExportNamedDeclaration",
  ].includes(owner.type === "FunctionDeclaration" ? "FunctionDeclaration" : (owner.parent?.type ?? ""));
}

function placeOf(owner: FunctionNode): Node {
  const { parent } = owner;
  return parent?.type === "VariableDeclarator" ||
    parent?.type === "AssignmentExpression" ||
    parent?.type === "MethodDefinition"
    ? parent
    : owner;
}

function statementOf(node: Node): Node {
  const declared = node.parent?.parent?.parent;
  return declared?.type === "TSTypeAnnotation" && declared.parent !== undefined && declared.parent !== null
    ? declared.parent
    : node;
}

function serviceOfEvent(name: string): LambdaHandler["service"] {
  if (name.startsWith("SQS")) return "sqs";
  return name.startsWith("SNS") ? "sns" : "kinesis";
}

/** `exports.handler = async (event) => { event.Records … record.body }`. */
function untypedHandlers(file: ScriptFile): LambdaHandler[] {
  if (file.isTest) return [];
  const service = readService(file);
  if (service === undefined) return [];
  const handlers: LambdaHandler[] = [];
  for (const member of file.tree.ofType("MemberExpression")) {
    if (memberName(member) !== "Records" || member.object.type !== "Identifier") continue;
    const parameter = file.scopes.bindingOf(member.object);
    if (parameter?.isParameter !== true || !isFunction(parameter.declaration)) continue;
    if (parameter.declaration.params[0] === parameter.id)
      handlers.push({ node: placeOf(parameter.declaration), service });
  }
  handlers.push(...destructuringHandlers(file, service));
  return handlers;
}

/** Members that only records of SQS, and the answer to them, have. */
const MEMBERS_OF_SQS = ["messageId", "receiptHandle", "batchItemFailures", "itemIdentifier"];

/** Which service's records a file reads: the others (S3, DynamoDB) have none of these members. */
function readService(file: ScriptFile): LambdaHandler["service"] | undefined {
  const names = new Set(file.tree.ofType("MemberExpression").map(memberName));
  for (const property of file.tree.ofType("Property")) {
    if (property.parent?.type === "ObjectPattern" && property.key.type === "Identifier") names.add(property.key.name);
  }
  if (names.has("Sns")) return "sns";
  if (names.has("kinesis") && names.has("data")) return "kinesis";
  // A queue may carry the events of a bucket.
  if (names.has("body") && MEMBERS_OF_SQS.some((name) => names.has(name))) return "sqs";
  if (names.has("s3") || names.has("dynamodb") || names.has("ses") || names.has("cf")) return undefined;
  return names.has("body") ? "sqs" : undefined;
}

/** `exports.handler = async ({ Records }) => …`, and `const { Records } = event` in one. */
function destructuringHandlers(file: ScriptFile, service: LambdaHandler["service"]): LambdaHandler[] {
  return file.tree.ofType("ObjectPattern").flatMap((pattern) => {
    const hasRecords = pattern.properties.some(
      (property) => property.type === "Property" && keyName(property) === "Records",
    );
    const owner = hasRecords ? ownerOf(file, pattern) : undefined;
    return owner === undefined ? [] : [{ node: placeOf(owner), service }];
  });
}

/** The function whose first parameter is taken apart. */
function ownerOf(file: ScriptFile, pattern: NodeOf<"ObjectPattern">): FunctionNode | undefined {
  const { parent } = pattern;
  if (isFunction(parent)) return parent.params[0] === pattern ? parent : undefined;
  if (parent?.type !== "VariableDeclarator" || parent.init?.type !== "Identifier") return undefined;
  const event = file.scopes.bindingOf(parent.init);
  const owner = event?.isParameter === true ? event.declaration : undefined;
  return isFunction(owner) && owner.params[0] === event?.id ? owner : undefined;
}
