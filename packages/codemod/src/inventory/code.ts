import type { Node } from "oxc-parser";
import {
  dottedPath,
  enclosingClass,
  enclosingFunction,
  keyName,
  propertyOf,
  stringValue,
  unwrapped,
} from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { findHandlers } from "../rules/lambda-handlers.ts";
import { operationCalls } from "../rules/operation-calls.ts";
import type { OperationCall } from "../rules/operation-calls.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { codeAddress } from "./code-address.ts";
import { readConstructorArguments } from "./constructor-arguments.ts";
import { eventSource } from "./intrinsic.ts";
import type { Address, ResourceKind, Role } from "./inventory.ts";

const KINDS: Readonly<Record<string, ResourceKind>> = { sqs: "queue", sns: "topic", kinesis: "stream" };

const PRODUCES = /^(SendMessage|SendMessageBatch|Publish|PublishBatch|PutRecord|PutRecords)$/;
const CONSUMES =
  /^(ReceiveMessage|DeleteMessage|DeleteMessageBatch|ChangeMessageVisibility|ChangeMessageVisibilityBatch|GetRecords|GetShardIterator|SubscribeToShard)$/;

/** The members of inputs that name a queue, topic or stream. */
const TARGETS = [
  "QueueUrl",
  "TopicArn",
  "StreamName",
  "StreamARN",
  "QueueName",
  "Name",
  "TargetArn",
  "ResourceArn",
  "SourceArn",
];

/** The parts of the options of @ssut/nestjs-sqs's module. */
const ROLES: ReadonlyMap<string, Role> = new Map([
  ["consumers", "consumer"],
  ["producers", "producer"],
]);

/** Reads what a script does with queues, topics and streams. */
export function readCode(file: ScriptFile): FileInventory {
  const builder = new InventoryBuilder(file.name, "code", file.lines, file.name);
  const calls = operationCalls(file);
  for (const call of calls) readCall(file, builder, call, targetNodeOf(file, call, calls));
  for (const call of file.tree.ofType("CallExpression")) {
    readLibrary(file, builder, call);
    readNestModule(file, builder, call);
  }
  readConstructorArguments(file, builder);
  if (!file.isTest) {
    const handlers = findHandlers(file);
    for (const { node, service } of handlers) {
      const kind = KINDS[service] ?? "queue";
      const path = file.name.replace(/\.[cm]?[jt]sx?$/, "");
      const variable = eventSource(kind, path, handlers.length === 1 ? undefined : handlerName(node));
      builder.actor(node.start, {
        role: "consumer",
        kind,
        target: { by: "variable", variable },
        operation: "Lambda handler",
        actor: actorName(file, node),
      });
    }
  }
  return builder.result;
}

/** The name of a Lambda function: of what it is put into, else of itself. */
function handlerName(node: Node): string {
  for (let up: Node | null | undefined = node; up !== null && up !== undefined; up = up.parent) {
    if (up.type === "VariableDeclarator" && up.id.type === "Identifier") return up.id.name;
    if (up.type === "AssignmentExpression") return dottedPath(up.left)?.split(".").at(-1) ?? "";
    if (up.type === "FunctionDeclaration" && up.id !== null) return up.id.name;
  }
  return "default";
}

function readCall(
  file: ScriptFile,
  builder: InventoryBuilder,
  { service, operation, input, node }: OperationCall,
  named: Node | undefined,
): void {
  const kind = KINDS[service.name] ?? "queue";
  const target = codeAddress(file, named);
  builder.actor(node.start, { role: roleOf(operation), kind, target, operation, actor: actorName(file, node) });
  if (/^Create(Queue|Topic|Stream)$/.test(operation) && target.by === "name" && !file.isTest) {
    const attributes = attributesOf(input);
    const fifo =
      attributes["FifoQueue"] === "true" || attributes["FifoTopic"] === "true" || target.name.endsWith(".fifo");
    const shards = Number(stringOf(propertyOf(input, "ShardCount")?.value));
    builder.resource(node.start, {
      kind,
      reference: `${operation} ${target.name}`,
      name: target.name,
      fifo,
      attributes,
      ...redriveOf(file, input),
      ...(Number.isInteger(shards) && shards > 0 ? { shards } : {}),
      isReference: false,
    });
  }
  if (operation === "Subscribe") readSubscribe(file, builder, input, node);
}

function readSubscribe(file: ScriptFile, builder: InventoryBuilder, input: Node | undefined, node: Node): void {
  const protocol = stringValue(propertyOf(input, "Protocol")?.value) ?? "unknown";
  builder.subscription(node.start, {
    topic: codeAddress(file, propertyOf(input, "TopicArn")?.value),
    protocol,
    endpoint: codeAddress(file, propertyOf(input, "Endpoint")?.value),
    rawMessageDelivery:
      stringValue(propertyOf(propertyOf(input, "Attributes")?.value, "RawMessageDelivery")?.value) === "true",
  });
}

/** sqs-consumer and sqs-producer. */
function readLibrary(file: ScriptFile, builder: InventoryBuilder, call: NodeOf<"CallExpression">): void {
  const origin = file.origins.of(call.callee);
  const library = /^sqs-(consumer|producer)$/.exec(origin?.module ?? "")?.[1];
  if (library === undefined || origin?.path.at(-1) !== "create") return;
  const target = codeAddress(file, propertyOf(call.arguments[0], "queueUrl")?.value);
  const role = library === "consumer" ? "consumer" : "producer";
  builder.actor(call.start, { role, kind: "queue", target, operation: `sqs-${library}`, actor: actorName(file, call) });
}

/** `SqsModule.register({ consumers: [{ name, queueUrl }], producers: [] })` of @ssut/nestjs-sqs. */
function readNestModule(file: ScriptFile, builder: InventoryBuilder, call: NodeOf<"CallExpression">): void {
  const origin = file.origins.of(call.callee);
  if (origin === undefined || !/^(@ssut\/nestjs-sqs|@nestjs-packages\/sqs|nestjs-sqs)$/.test(origin.module)) return;
  if (!/^register(Async)?$/.test(origin.path.at(-1) ?? "")) return;
  for (const property of file.tree.ofType("Property")) {
    const role = ROLES.get(keyName(property) ?? "");
    const isInside = property.start > call.start && property.end < call.end;
    if (role === undefined || !isInside || property.value.type !== "ArrayExpression") continue;
    for (const options of property.value.elements) {
      const target = codeAddress(file, propertyOf(options, "queueUrl")?.value);
      const name = stringValue(propertyOf(options, "name")?.value);
      const actor = name === undefined ? actorName(file, call) : `${file.name} · ${name}`;
      if (options?.type === "ObjectExpression")
        builder.actor(options.start, { role, kind: "queue", target, operation: "SqsModule", actor });
    }
  }
}

function roleOf(operation: string): Role {
  if (PRODUCES.test(operation)) return "producer";
  return CONSUMES.test(operation) ? "consumer" : "admin";
}

/** Names the resource. An iterator of a shard names none: the stream is the one for which the file gets iterators. */
function targetNodeOf(file: ScriptFile, call: OperationCall, calls: readonly OperationCall[]): Node | undefined {
  const own = targetOf(file, call.input);
  if (own !== undefined || call.operation !== "GetRecords") return own;
  const streams = calls.flatMap(({ operation, input }) =>
    operation === "GetShardIterator" ? (targetOf(file, input) ?? []) : [],
  );
  return new Set(streams.map((stream) => file.textOf(stream))).size === 1 ? streams[0] : undefined;
}

/** The value that names the resource: in the input's literal, or in the variable that holds the input. */
function targetOf(file: ScriptFile, input: Node | undefined): Node | undefined {
  const object = input === undefined ? undefined : literalOf(file, input);
  for (const name of TARGETS) {
    const property = propertyOf(object, name);
    if (property !== undefined) return property.value;
  }
  return undefined;
}

function literalOf(file: ScriptFile, node: Node): Node {
  const inner = unwrapped(node);
  if (inner.type !== "Identifier") return inner;
  const declaration = file.scopes.bindingOf(inner)?.declaration;
  return declaration?.type === "VariableDeclarator" && declaration.init !== null && declaration.id.type === "Identifier"
    ? unwrapped(declaration.init)
    : inner;
}

function attributesOf(input: Node | undefined): Record<string, string> {
  const attributes = propertyOf(input, "Attributes")?.value;
  if (attributes?.type !== "ObjectExpression") return {};
  const found: Record<string, string> = {};
  for (const property of attributes.properties) {
    if (property.type !== "Property") continue;
    const [name, value] = [keyName(property), stringOf(property.value)];
    if (name !== undefined && value !== undefined) found[name] = value;
  }
  return found;
}

/** `RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 3 })`. */
function redriveOf(
  file: ScriptFile,
  input: Node | undefined,
): { deadLetterTarget?: Address; maxReceiveCount?: number } {
  const policy = propertyOf(propertyOf(input, "Attributes")?.value, "RedrivePolicy")?.value;
  const fields = policy?.type === "CallExpression" ? policy.arguments[0] : undefined;
  const dead = propertyOf(fields, "deadLetterTargetArn");
  if (dead === undefined) return {};
  const count = Number(stringOf(propertyOf(fields, "maxReceiveCount")?.value));
  return {
    deadLetterTarget: codeAddress(file, dead.value),
    ...(Number.isInteger(count) ? { maxReceiveCount: count } : {}),
  };
}

function stringOf(node: Node | undefined): string | undefined {
  if (node?.type === "Literal" && (typeof node.value === "number" || typeof node.value === "boolean"))
    return String(node.value);
  return stringValue(node);
}

/** `file · Class.method`. */
export function actorName(file: ScriptFile, node: Node): string {
  const names: string[] = [];
  const owner = enclosingFunction(node);
  const holder = owner?.parent;
  if (owner?.type === "FunctionDeclaration" && owner.id !== null) names.push(owner.id.name);
  else if (holder?.type === "VariableDeclarator" && holder.id.type === "Identifier") names.push(holder.id.name);
  else if (holder?.type === "MethodDefinition" || holder?.type === "Property" || holder?.type === "PropertyDefinition")
    names.push(keyName(holder) ?? "");
  const inClass = enclosingClass(node)?.id?.name;
  if (inClass !== undefined) names.unshift(inClass);
  return names.length === 0 ? file.name : `${file.name} · ${names.join(".")}`;
}
