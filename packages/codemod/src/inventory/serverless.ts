import { TextLines } from "../engine/text-lines.ts";
import { kindOfText } from "./address.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { mappingDetails, readTemplate } from "./cloudformation.ts";
import { addressOf, logicalIdsBelow } from "./intrinsic.ts";
import type { ResourceKind } from "./inventory.ts";
import { YamlValue } from "./yaml-value.ts";

/** Whether a file is a configuration of the Serverless Framework. */
export function isServerless(name: string, text: string): boolean {
  if (/(^|\/)serverless[\w.-]*\.(ya?ml|json)$/.test(name)) return true;
  return /^functions:/m.test(text) && /^(provider|service):/m.test(text);
}

/** Reads what a serverless.yml says about messaging: events, resources, permissions, variables, and Lift's constructs. */
export function readServerless(file: string, text: string): FileInventory {
  const builder = new InventoryBuilder(file, "serverless", new TextLines(text), file);
  for (const document of YamlValue.documents(text, builder.notParsed)) {
    const resources = document.at("resources");
    const parts = resources.items.length > 0 ? resources.items : [resources];
    for (const part of parts) readTemplate(builder, part, true);
    readFunctions(builder, document);
    readProvider(builder, document.at("provider"));
    readConstructs(builder, document.at("constructs"));
  }
  return builder.result;
}

function readFunctions(builder: InventoryBuilder, document: YamlValue): void {
  readVariables(builder, document.at("provider", "environment"));
  const functions = document.at("functions");
  const all = functions.items.length > 0 ? functions.items.flatMap(({ entries }) => entries) : functions.entries;
  for (const [name, definition] of all) {
    readVariables(builder, definition.at("environment"));
    for (const event of definition.at("events").items) readEvent(builder, name, event);
    for (const key of ["onFailure", "onSuccess"]) {
      const target = definition.at("destinations", key);
      if (!target.isEmpty && kindOf(target) !== undefined)
        builder.flag("EVENT_TARGET", target.offset, `${name}: ${key}`);
    }
    const onError = definition.at("onError");
    if (!onError.isEmpty) builder.flag("EVENT_TARGET", onError.offset, `${name}: onError`);
  }
}

function readEvent(builder: InventoryBuilder, name: string, event: YamlValue): void {
  for (const [type, value, offset] of event.entries) {
    const kind = eventKind(type, value);
    if (kind === undefined) continue;
    const arn = value.text === undefined ? firstOf(value, ["arn", "topicName"]) : value;
    const target = addressOf(arn, (reference) => builder.scoped(reference));
    builder.actor(offset, { role: "consumer", kind, target, operation: `${type} event`, actor: name });
    builder.flag("LAMBDA_EVENT_SOURCE", offset, [`${name}: ${type}`, ...mappingDetails(value)].join(", "));
    // `sns: name` makes the topic, too.
    if (kind === "topic" && target.by === "name" && !(arn.text ?? "").startsWith("arn:")) {
      builder.resource(offset, {
        kind,
        reference: `topic ${target.name}`,
        name: target.name,
        fifo: false,
        attributes: {},
        isReference: false,
      });
    }
  }
}

/** Streams of DynamoDB have the same kind of event. */
function eventKind(type: string, value: YamlValue): ResourceKind | undefined {
  if (type === "sqs") return "queue";
  if (type === "sns") return "topic";
  if (type !== "stream") return undefined;
  const text = value.json;
  if (/dynamodb/i.test(text) || value.at("type").text === "dynamodb") return undefined;
  return value.at("type").text === "kinesis" || /kinesis|stream/i.test(text) ? "stream" : undefined;
}

function readProvider(builder: InventoryBuilder, provider: YamlValue): void {
  for (const statements of [provider.at("iam", "role", "statements"), provider.at("iamRoleStatements")]) {
    for (const statement of statements.items) {
      const action = statement.scalars.find(({ text }) => /^(sqs|sns|kinesis):[\w*]+$/i.test(text ?? ""));
      if (action !== undefined) builder.flag("IAM_POLICY", action.offset, action.text ?? "");
    }
  }
}

/** serverless-lift: `type: queue` makes a queue with a worker and a dead-letter queue. */
function readConstructs(builder: InventoryBuilder, constructs: YamlValue): void {
  for (const [name, construct, offset] of constructs.entries) {
    if (construct.at("type").text !== "queue") continue;
    builder.resource(offset, {
      kind: "queue",
      reference: name,
      fifo: construct.at("fifo").text === "true",
      attributes: {},
      isReference: false,
    });
    if (!construct.at("worker").isEmpty) {
      builder.actor(offset, {
        role: "consumer",
        kind: "queue",
        target: { by: "reference", reference: builder.scoped(name) },
        operation: "worker",
        actor: `${name} worker`,
      });
      builder.flag("LAMBDA_EVENT_SOURCE", offset, `${name}: worker`);
    }
  }
}

function readVariables(builder: InventoryBuilder, environment: YamlValue): void {
  for (const [name, value, offset] of environment.entries) {
    const isAddress = kindOf(value) !== undefined || /(QUEUE|TOPIC|STREAM)\w*(URL|ARN|NAME)?$/i.test(name);
    const refers =
      logicalIdsBelow(value).length > 0 || (value.text !== undefined && kindOfText(value.text) !== undefined);
    if (isAddress && refers)
      builder.variable(
        offset,
        name,
        addressOf(value, (reference) => builder.scoped(reference)),
      );
  }
}

function kindOf(value: YamlValue): ResourceKind | undefined {
  const text = value.json;
  return (
    kindOfText(value.text ?? "") ??
    (/sqs|queue/i.test(text)
      ? "queue"
      : /sns|topic/i.test(text)
        ? "topic"
        : /kinesis/i.test(text)
          ? "stream"
          : undefined)
  );
}

function firstOf(value: YamlValue, keys: readonly string[]): YamlValue {
  const found = keys.map((key) => value.at(key)).find((inner) => !inner.isEmpty);
  return found ?? value;
}
