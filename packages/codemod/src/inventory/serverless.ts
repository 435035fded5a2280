import { TextLines } from "../engine/text-lines.ts";
import { addressOfText, kindOfText } from "./address.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { mappingDetails, readTemplate } from "./cloudformation.ts";
import { addressOf, handedOn, logicalIdsBelow } from "./intrinsic.ts";
import type { Address, ResourceKind } from "./inventory.ts";
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
    const own = new Own(document);
    for (const part of parts) readTemplate(builder, part, true, (value) => own.text(value));
    readStates(builder, document.at("stepFunctions", "stateMachines"));
    readFunctions(builder, document, own);
    readProvider(builder, document.at("provider"));
    readConstructs(builder, document.at("constructs"));
  }
  return builder.result;
}

/** `${self:custom.queue}` means what stands there. */
class Own {
  readonly #document: YamlValue;

  constructor(document: YamlValue) {
    this.#document = document;
  }

  value(value: YamlValue, depth = 0): YamlValue {
    const path = /^\$\{self:([\w.-]+)\}$/.exec(value.text ?? "")?.[1];
    const found = path === undefined ? undefined : this.#document.at(...path.split("."));
    return found === undefined || found.isEmpty || depth > 5 ? value : this.value(found, depth + 1);
  }

  /** The text of a value with everything in it that is known. */
  text(value: YamlValue, depth = 0): string | undefined {
    const { text, tag } = this.value(value);
    if (text === undefined || tag?.startsWith("!") === true || depth > 5) return undefined;
    return text.replaceAll(
      /\$\{(?:self:([\w.-]+)|opt:\w+,\s*(?:self:([\w.-]+)|["']([\w.-]+)["']))\}/g,
      (all, ...found) => {
        const [own, fallback, literal] = found.map((part: unknown) => (typeof part === "string" ? part : undefined));
        const path = own ?? fallback;
        const inner = path === undefined ? literal : this.text(this.#document.at(...path.split(".")), depth + 1);
        return inner ?? all;
      },
    );
  }
}

/** State machines of serverless-step-functions that send to queues and topics. */
function readStates(builder: InventoryBuilder, machines: YamlValue): void {
  for (const [name, machine, offset] of machines.entries) {
    const services = [...machine.json.matchAll(/states:::(sqs|sns):(\w+)/g)];
    if (services.length > 0) builder.flag("EVENT_TARGET", offset, `${name}: ${services[0]?.[1]}:${services[0]?.[2]}`);
    for (const [, states] of machine.at("definition", "States").entries) {
      const parameters = states.at("Parameters");
      for (const [key, kind] of [
        ["QueueUrl", "queue"],
        ["TopicArn", "topic"],
      ] as const) {
        const value = parameters.at(key);
        if (value.isEmpty) continue;
        const target = addressOf(value, (reference) => builder.scoped(reference));
        builder.actor(value.offset, { role: "producer", kind, target, operation: "state machine", actor: name });
      }
    }
  }
}

function readFunctions(builder: InventoryBuilder, document: YamlValue, own: Own): void {
  readVariables(builder, document.at("provider", "environment"), own);
  const functions = document.at("functions");
  const all = functions.items.length > 0 ? functions.items.flatMap(({ entries }) => entries) : functions.entries;
  for (const [name, definition] of all) {
    readVariables(builder, definition.at("environment"), own);
    for (const event of definition.at("events").items) readEvent(builder, name, event, own);
    for (const key of ["onFailure", "onSuccess"]) {
      const target = definition.at("destinations", key);
      if (!target.isEmpty && kindOf(target) !== undefined)
        builder.flag("EVENT_TARGET", target.offset, `${name}: ${key}`);
    }
    const onError = definition.at("onError");
    if (!onError.isEmpty) builder.flag("EVENT_TARGET", onError.offset, `${name}: onError`);
  }
}

function readEvent(builder: InventoryBuilder, name: string, event: YamlValue, own: Own): void {
  for (const [type, value, offset] of event.entries) {
    const kind = eventKind(type, value);
    if (kind === undefined) continue;
    const arn = own.value(value.text === undefined ? firstOf(value, ["arn", "topicName"]) : value);
    const target = addressIn(builder, arn, own);
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

/** `${cf:stack.Output}` and `${ssm:/name}` come from somewhere else; the rest is CloudFormation's. */
function addressIn(builder: InventoryBuilder, value: YamlValue, own: Own): Address {
  const text = own.text(value);
  const output = /^\$\{cf(?:\.[\w-]+)?:.*\.(\w+)\}$/.exec(text ?? "")?.[1];
  const parameter = /^\$\{ssm(?:\.[\w-]+)?:(\/[^}~]+)(?:~\w+)?\}$/.exec(text ?? "")?.[1];
  if (output !== undefined) return { by: "variable", variable: handedOn(`output ${output}`) };
  if (parameter !== undefined) return { by: "variable", variable: handedOn(`ssm ${parameter}`) };
  if (text !== undefined && !text.includes("${")) return addressOfText(text);
  return addressOf(value, (reference) => builder.scoped(reference));
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

function readVariables(builder: InventoryBuilder, environment: YamlValue, own: Own): void {
  for (const [name, given, offset] of environment.entries) {
    const value = own.value(given);
    const text = own.text(given);
    const isAddress = kindOf(value) !== undefined || /(QUEUE|TOPIC|STREAM)\w*(URL|ARN|NAME)?$/i.test(name);
    const refers =
      logicalIdsBelow(value).length > 0 ||
      (text !== undefined && (kindOfText(text) !== undefined || /^\$\{(cf|ssm)/.test(text))) ||
      /_(QUEUE|TOPIC|STREAM)_NAME$/.test(name);
    if (isAddress && refers) builder.variable(offset, name, addressIn(builder, value, own));
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
