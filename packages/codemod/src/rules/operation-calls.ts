import type { Node } from "oxc-parser";
import { dottedPath, enclosingClass, keyName, memberName, propertyOf, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { ALL_SERVICES } from "../services/service.ts";
import type { Service } from "../services/service.ts";
import { handedOnName, messagingName } from "./messaging-imports.ts";

/** One use of an operation: `new SendMessageCommand(input)` or `sqs.sendMessage(input)`. */
export interface OperationCall {
  readonly service: Service;
  /** `SendMessage`. */
  readonly operation: string;
  readonly input: Node | undefined;
  readonly node: NodeOf<"NewExpression"> | NodeOf<"CallExpression">;
  /** Whether the service is certain, rather than concluded from the name of the method. */
  readonly isCertain: boolean;
}

/** Every use of an operation in a file, of either generation of the SDK. */
export function operationCalls(file: ScriptFile): OperationCall[] {
  return [...commands(file), ...methods(file)].toSorted((left, right) => left.node.start - right.node.start);
}

function commands(file: ScriptFile): OperationCall[] {
  const found: OperationCall[] = [];
  for (const node of file.tree.ofType("NewExpression")) {
    const isNamedSo = dottedPath(node.callee)?.endsWith("Command") === true;
    const used = messagingName(file, node.callee) ?? (isNamedSo ? handedOnName(file, node.callee) : undefined);
    if (used === undefined || !used.name.endsWith("Command") || !used.service.exports.has(used.name)) continue;
    const operation = used.name.slice(0, -"Command".length);
    found.push({ service: used.service, operation, input: node.arguments[0], node, isCertain: true });
  }
  return found;
}

/** Methods of the aggregated classes. Which service it is shows in the name: no two share one that matters here. */
function methods(file: ScriptFile): OperationCall[] {
  const found: OperationCall[] = [];
  for (const node of file.tree.ofType("CallExpression")) {
    const { callee } = node;
    if (callee.type !== "MemberExpression") continue;
    const method = memberName(callee);
    if (method === undefined) continue;
    const service = serviceOfMethod(file, method);
    if (service === undefined) continue;
    if (!namesTarget(file, node.arguments[0], service) && !looksLikeClient(callee.object, file, service)) continue;
    const operation = method.charAt(0).toUpperCase() + method.slice(1);
    found.push({ service, operation, input: node.arguments[0], node, isCertain: false });
  }
  return found;
}

function serviceOfMethod(file: ScriptFile, method: string): Service | undefined {
  const candidates = ALL_SERVICES.filter(({ methods: names }) => names.has(method));
  return candidates.length > 1 ? candidates.find(({ name }) => file.text.toLowerCase().includes(name)) : candidates[0];
}

/** `client.sendMessage({ QueueUrl: … })`: an input of AWS's shape, whatever the client is called. */
function namesTarget(file: ScriptFile, input: Node | undefined, service: Service): boolean {
  const inner = input === undefined ? undefined : unwrapped(input);
  const declaration = inner?.type === "Identifier" ? file.scopes.bindingOf(inner)?.declaration : undefined;
  const value = declaration?.type === "VariableDeclarator" ? declaration.init : inner;
  const object = value === undefined || value === null ? undefined : unwrapped(value);
  return TARGETS[service.name].some((key) => propertyOf(object, key) !== undefined);
}

const TARGETS = {
  sqs: ["QueueUrl"],
  sns: ["TopicArn", "SubscriptionArn"],
  kinesis: ["StreamName", "StreamARN", "ShardIterator"],
} as const;

/** Methods that only these clients have; the other names need a receiver that says which client it is. */
const UNMISTAKABLE =
  /^(sendMessageBatch|receiveMessage|deleteMessageBatch|changeMessageVisibility\w*|putRecords|getShardIterator|publishBatch|getQueueUrl|getQueueAttributes|createQueue|createTopic|listQueues|listTopics|describeStream\w*|subscribeToShard|registerStreamConsumer|setSMSAttributes|createPlatform\w+)$/;

function looksLikeClient(receiver: Node, file: ScriptFile, service: Service): boolean {
  if (isOfOwnClass(unwrapped(receiver), file)) return false;
  const text = file.textOf(receiver).toLowerCase();
  if (text.includes(service.name)) return true;
  if (receiver.type !== "Identifier" && receiver.type !== "MemberExpression") return false;
  const mentions = file.text.includes(service.aggregatedClass);
  if (!mentions) return false;
  const called = receiver.parent?.type === "MemberExpression" ? (memberName(receiver.parent) ?? "") : "";
  return UNMISTAKABLE.test(called) || creates(receiver, file, service);
}

function creates(receiver: Node, file: ScriptFile, service: Service): boolean {
  if (receiver.type !== "Identifier") return false;
  const declaration = file.scopes.bindingOf(receiver)?.declaration;
  if (declaration?.type !== "VariableDeclarator" || declaration.init?.type !== "NewExpression") return false;
  return messagingName(file, declaration.init.callee)?.service === service;
}

/** `new OrderTopic().publish(order)`: an object of the project's own class, or of a library's. */
function isOfOwnClass(receiver: Node, file: ScriptFile): boolean {
  switch (receiver.type) {
    case "NewExpression":
      return isOwnClass(receiver.callee, file);
    case "Identifier": {
      const binding = file.scopes.bindingOf(receiver);
      const declaration = binding?.declaration;
      const made = declaration?.type === "VariableDeclarator" ? declaration.init : undefined;
      return (
        isOwnType(binding?.id.typeAnnotation, file) || (made?.type === "NewExpression" && isOfOwnClass(made, file))
      );
    }
    case "MemberExpression":
      return receiver.object.type === "ThisExpression" && isOwnField(memberName(receiver), receiver, file);
    default:
      return false;
  }
}

function isOwnField(name: string | undefined, node: Node, file: ScriptFile): boolean {
  const owner = enclosingClass(node);
  const fields = file.tree
    .ofType("PropertyDefinition")
    .filter((field) => keyName(field) === name && enclosingClass(field) === owner);
  if (fields.length > 0) return fields.some(({ typeAnnotation }) => isOwnType(typeAnnotation, file));
  return file.tree.ofType("TSParameterProperty").some(({ parameter }) => {
    const id = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
    return id.type === "Identifier" && id.name === name && isOwnType(id.typeAnnotation, file);
  });
}

function isOwnType(annotation: Node | null | undefined, file: ScriptFile): boolean {
  const type = annotation?.type === "TSTypeAnnotation" ? annotation.typeAnnotation : undefined;
  return type?.type === "TSTypeReference" && isOwnClass(type.typeName, file);
}

/** A class that a file declares or imports, unless it comes from the SDK or is called like a client. */
function isOwnClass(name: Node, file: ScriptFile): boolean {
  if (name.type !== "Identifier" || CLIENTS.test(name.name)) return false;
  const module = file.origins.of(name)?.module;
  const declared = file.scopes.bindingOf(name)?.declaration.type;
  return module === undefined ? declared === "ClassDeclaration" : !/^(aws-sdk|@aws-sdk|@warrenmq)(\/|$)/.test(module);
}

const CLIENTS = /^(SQS|SNS|Kinesis)(Client)?$/i;
