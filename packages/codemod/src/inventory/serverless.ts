import { dirname } from "node:path";
import { TextLines } from "../engine/text-lines.ts";
import { addressOfText, kindOfText } from "./address.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { readNested, readOutputs } from "./cloudformation.ts";
import { mappingDetails } from "./function-details.ts";
import { addressOf, handedOn, logicalIdsBelow } from "./intrinsic.ts";
import type { Address, ResourceKind } from "./inventory.ts";
import { ServerlessSections } from "./serverless-sections.ts";
import type { OpenText, Section } from "./serverless-sections.ts";
import { kindsOf } from "./template-kinds.ts";
import { readResources } from "./template-resources.ts";
import { YamlValue } from "./yaml-value.ts";

/** Whether a file is called like a configuration of the Serverless Framework. */
export function isServerlessName(name: string): boolean {
  return /(^|\/)serverless[\w.-]*\.(ya?ml|json)$/.test(name);
}

/** Whether a file is a configuration of the Serverless Framework. */
export function isServerless(name: string, text: string): boolean {
  if (isServerlessName(name)) return true;
  return /^functions:/m.test(text) && /^(provider|service):/m.test(text);
}

/** What a configuration of the Serverless Framework tells, and the files that it is put together from. */
export interface ServerlessInventory {
  readonly results: readonly FileInventory[];
  readonly files: readonly string[];
}

/** Reads what a serverless.yml says about messaging: events, resources, permissions, variables, and Lift's constructs. */
export function readServerless(file: string, text: string, open: OpenText): ServerlessInventory {
  const builder = new InventoryBuilder(file, "serverless", new TextLines(text), file);
  const documents = YamlValue.documents(text, builder.notParsed);
  const all = documents.map((value) => readService(new ServerlessSections({ builder, value }, open)));
  const included = all.flatMap(({ results }) => results.slice(1));
  return { results: [builder.result, ...included], files: [file, ...all.flatMap(({ files }) => files)] };
}

/** Reads a service whose sections are known. */
export function readService(sections: ServerlessSections): ServerlessSections {
  const service = new Service(sections);
  service.readResources();
  service.readStates();
  service.readFunctions();
  service.readProvider();
  service.readConstructs();
  service.readPlugins();
  return sections;
}

class Service {
  readonly #sections: ServerlessSections;
  #kinds: ReadonlyMap<string, ResourceKind> = new Map();

  constructor(sections: ServerlessSections) {
    this.#sections = sections;
  }

  readResources(): void {
    const templates = this.#listOf(this.#at("resources"));
    const parts = templates.flatMap((template) => this.#partsOf(template));
    const kinds = new Map(parts.flatMap(({ entries }) => [...kindsOf(entries)]));
    this.#kinds = kinds;
    const resolved = (value: YamlValue): string | undefined => this.#sections.text(value);
    for (const { builder, entries } of parts) readResources(builder, entries, { kinds, resolved });
    for (const template of templates) {
      readNested(template.builder, template.value, template.value.at("Resources").entries);
      const { builder, value } = this.#sections.at(template, "Outputs");
      readOutputs(builder, value);
    }
  }

  /** The resources of a template: in one map, or each in a file of its own. */
  #partsOf(template: Section): { builder: InventoryBuilder; entries: [string, YamlValue, number][] }[] {
    const resources = this.#sections.at(template, "Resources");
    const isWhole = !resources.value.isEmpty || this.#isRoot(template);
    return this.#sections.entries(isWhole ? resources : template).map(([id, { builder, value }, offset]) => {
      const isOwn = builder === (isWhole ? resources : template).builder;
      return { builder, entries: [[id, value, isOwn ? offset : value.offset]] };
    });
  }

  /** What a file includes may be the resources alone. */
  #isRoot({ builder }: Section): boolean {
    return builder === this.#sections.root.builder;
  }

  /** State machines of serverless-step-functions that send to queues and topics. */
  readStates(): void {
    for (const [name, machine, offset] of this.#sections.entries(this.#at("stepFunctions", "stateMachines"))) {
      const { builder, value } = machine;
      const [sends] = value.json.matchAll(/states:::(sqs|sns):(\w+)/g);
      if (sends !== undefined) builder.flag("EVENT_TARGET", offset, `${name}: ${sends[1]}:${sends[2]}`);
      for (const [, states] of value.at("definition", "States").entries) {
        const parameters = states.at("Parameters");
        for (const [key, kind] of [
          ["QueueUrl", "queue"],
          ["TopicArn", "topic"],
        ] as const) {
          const given = parameters.at(key);
          if (given.isEmpty) continue;
          const target = addressOf(given, (reference) => builder.scoped(reference));
          builder.actor(given.offset, { role: "producer", kind, target, operation: "state machine", actor: name });
        }
      }
    }
  }

  readFunctions(): void {
    this.#readVariables(this.#at("provider", "environment"));
    for (const functions of this.#listOf(this.#at("functions"))) {
      for (const [name, definition] of this.#sections.entries(functions)) this.#readFunction(name, definition);
    }
  }

  #readFunction(name: string, definition: Section): void {
    const { builder, value } = definition;
    this.#readVariables(this.#sections.at(definition, "environment"));
    const handler = this.#sections.text(value.at("handler")) ?? "";
    for (const event of this.#sections.items(this.#sections.at(definition, "events")))
      this.#readEvent(name, event, handler);
    for (const key of ["onFailure", "onSuccess"]) {
      const target = value.at("destinations", key);
      if (!target.isEmpty && kindOf(target) !== undefined)
        builder.flag("EVENT_TARGET", target.offset, `${name}: ${key}`);
    }
    const onError = value.at("onError");
    if (!onError.isEmpty) builder.flag("EVENT_TARGET", onError.offset, `${name}: onError`);
    this.#flagStatements(this.#sections.at(definition, "iamRoleStatements"));
  }

  #readEvent(name: string, event: Section, handler: string): void {
    const { builder } = event;
    for (const [type, value, offset] of event.value.entries) {
      const kind = eventKind(type, value);
      if (kind === undefined) continue;
      const given = value.text === undefined ? firstOf(value, ["arn", "topicName"]) : value;
      const arn = this.#sections.resolved({ builder, value: given }).value;
      const target = this.#addressIn(builder, arn);
      builder.actor(offset, { role: "consumer", kind, target, operation: `${type} event`, actor: name });
      builder.eventSource(offset, dirname(this.#sections.root.builder.file), handler, kind, target);
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

  /** `${cf:stack.Output}`, `${ssm:/name}` and `${env:NAME}` come from somewhere else; the rest is CloudFormation's. */
  #addressIn(builder: InventoryBuilder, value: YamlValue): Address {
    const text = this.#plainText(value);
    const output = /^\$\{cf(?:\.[\w-]+)?:.*\.(\w+)\}$/.exec(text ?? "")?.[1];
    const parameter = /^\$\{ssm(?:\.[\w-]+)?:(\/[^}~]+)(?:~\w+)?\}$/.exec(text ?? "")?.[1];
    const variable = /^\$\{env:(\w+)\}$/.exec(text ?? "")?.[1];
    if (output !== undefined) return { by: "variable", variable: handedOn(`output ${output}`) };
    if (parameter !== undefined) return { by: "variable", variable: handedOn(`ssm ${parameter}`) };
    if (variable !== undefined) return { by: "variable", variable };
    if (text !== undefined && !text.includes("${")) return addressOfText(text);
    // A variable before the last part does not hide the name.
    const last = /[:/]([\w.-]+)$/.exec(text ?? "")?.[1];
    return last === undefined ? addressOf(value, (reference) => builder.scoped(reference)) : { by: "name", name: last };
  }

  /** A text in which account and region, which no address needs, are filled in. */
  #plainText(value: YamlValue): string | undefined {
    return this.#sections.text(value)?.replaceAll(/\$\{aws:(?:region|accountId|partition)\}|#\{AWS::\w+\}/g, "0");
  }

  readProvider(): void {
    this.#flagStatements(this.#at("provider", "iam", "role", "statements"));
    this.#flagStatements(this.#at("provider", "iamRoleStatements"));
  }

  #flagStatements(statements: Section): void {
    for (const { builder, value } of this.#sections.items(statements)) {
      const action = value.scalars.find(({ text }) => /^(sqs|sns|kinesis):[\w*]+$/i.test(text ?? ""));
      if (action !== undefined) builder.flag("IAM_POLICY", action.offset, action.text ?? "");
    }
  }

  /** serverless-lift: `type: queue` makes a queue with a worker and a dead-letter queue. */
  readConstructs(): void {
    for (const [name, { builder, value }, offset] of this.#sections.entries(this.#at("constructs"))) {
      if (value.at("type").text !== "queue") continue;
      builder.resource(offset, {
        kind: "queue",
        reference: name,
        fifo: value.at("fifo").text === "true",
        attributes: {},
        isReference: false,
      });
      if (value.at("worker").isEmpty) continue;
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

  /** Plugins that emulate messaging on this machine. */
  readPlugins(): void {
    for (const plugins of [this.#at("plugins"), this.#at("plugins", "modules")]) {
      for (const { builder, value } of this.#sections.items(plugins)) {
        const name = value.text ?? "";
        if (/^serverless-(offline-(sqs|sns|kinesis)\b|localstack$)/.test(name))
          builder.flag("LOCAL_EMULATOR", value.offset, name);
      }
    }
  }

  #readVariables(environment: Section): void {
    const { builder, value: map } = environment;
    for (const [name, given, offset] of map.entries) {
      const { value } = this.#sections.resolved({ builder, value: given });
      const text = this.#plainText(given);
      const ids = logicalIdsBelow(value);
      const isAddress =
        ids.some((id) => this.#kinds.has(id)) ||
        kindOf(value) !== undefined ||
        /(QUEUE|TOPIC|STREAM)\w*(URL|ARN|NAME)?$/i.test(name);
      const refers =
        ids.length > 0 ||
        (text !== undefined && (kindOfText(text) !== undefined || /^\$\{(cf|ssm)/.test(text))) ||
        /_(QUEUE|TOPIC|STREAM)_NAME$/.test(name);
      if (isAddress && refers) builder.variable(offset, name, this.#addressIn(builder, value));
    }
  }

  #at(...path: readonly string[]): Section {
    return this.#sections.at(this.#sections.root, ...path);
  }

  /** A map, or a list of maps. */
  #listOf(section: Section): readonly Section[] {
    const items = this.#sections.items(section);
    return items.length > 0 ? items : [section];
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
