import { dirname } from "node:path";
import { addressOfText, kindOfText } from "./address.ts";
import type { InventoryBuilder } from "./builder.ts";
import { handlerOf, mappingDetails } from "./function-details.ts";
import { addressOf, handedOn, logicalIdsBelow } from "./intrinsic.ts";
import type { Address, ResourceKind } from "./inventory.ts";
import { RESOURCES } from "./template-kinds.ts";
import type { Entries } from "./template-kinds.ts";
import type { YamlValue } from "./yaml-value.ts";
import { words } from "../engine/words.ts";

const ATTRIBUTES = words(`
  VisibilityTimeout MessageRetentionPeriod MaximumMessageSize DelaySeconds
  ReceiveMessageWaitTimeSeconds ContentBasedDeduplication DeduplicationScope FifoThroughputLimit
  DisplayName RetentionPeriodHours
`);

/** What is known of a template beside the resources that are read. */
export interface TemplateContext {
  /** Of its resources in every file. */
  readonly kinds: ReadonlyMap<string, ResourceKind>;
  /** What all functions have. */
  readonly globals?: YamlValue;
  /** The text of a value, as far as it is known. */
  readonly resolved?: (value: YamlValue) => string | undefined;
  /** Whether a value is an address that the template gets from outside. */
  readonly carriesAddress?: (value: YamlValue) => boolean;
}

/** Reads resources. One without properties has none of interest. */
export function readResources(builder: InventoryBuilder, resources: Entries, context: TemplateContext): void {
  const reader = new Template(builder, context);
  for (const [id, value, offset] of resources) reader.read(id, value, offset);
}

/** The text of a value, if it is one. */
function plainText(value: YamlValue): string | undefined {
  return value.tag?.startsWith("!") === true ? undefined : value.text;
}

class Template {
  readonly #builder: InventoryBuilder;
  readonly #kinds: ReadonlyMap<string, ResourceKind>;
  readonly #resolved: (value: YamlValue) => string | undefined;
  readonly #carriesAddress: (value: YamlValue) => boolean;

  constructor(builder: InventoryBuilder, { kinds, globals, ...context }: TemplateContext) {
    this.#builder = builder;
    this.#kinds = kinds;
    this.#resolved = context.resolved ?? plainText;
    this.#carriesAddress = context.carriesAddress ?? (() => false);
    if (globals !== undefined) this.#readVariables(globals);
  }

  read(id: string, value: YamlValue, offset: number): void {
    const type = value.at("Type").text ?? "";
    const properties = value.at("Properties");
    const kind = RESOURCES[type];
    if (kind !== undefined) return this.#readResource(id, kind, properties, offset);
    switch (type) {
      case "AWS::SNS::Subscription":
        return this.#readSubscription(properties, addressOf(properties.at("TopicArn"), this.#scoped), offset);
      case "AWS::SQS::QueuePolicy":
      case "AWS::SQS::QueueInlinePolicy":
      case "AWS::SNS::TopicPolicy":
      case "AWS::SNS::TopicInlinePolicy":
      case "AWS::Kinesis::ResourcePolicy":
        return this.#builder.flag("IAM_POLICY", offset, `${id} (${type})`);
      case "AWS::Kinesis::StreamConsumer":
        return this.#builder.flag("KINESIS_EFO", offset, id);
      case "AWS::Lambda::EventSourceMapping":
        return this.#readMapping(id, properties, offset);
      case "AWS::Lambda::Function":
      case "AWS::Serverless::Function":
        return this.#readFunction(id, value, offset);
      case "AWS::SSM::Parameter":
        return this.#readParameter(properties, offset);
      case "AWS::StepFunctions::StateMachine":
      case "AWS::Serverless::StateMachine":
        this.#flagStatements(properties, id, offset);
        return this.#readLoose(id, "AWS::StepFunctions::StateMachine", properties, offset);
      case "AWS::CloudWatch::Alarm":
        return this.#readAlarm(id, properties, offset);
      default:
        return this.#readLoose(id, type, properties, offset);
    }
  }

  readonly #scoped = (reference: string): string => this.#builder.scoped(reference);

  #readResource(id: string, kind: ResourceKind, properties: YamlValue, offset: number): void {
    const nameKey = { queue: "QueueName", topic: "TopicName", stream: "Name" }[kind];
    const name = this.#resolved(properties.at(nameKey));
    const isPlain = name !== undefined && /^[\w.-]+$/.test(name);
    const redrive = properties.at("RedrivePolicy");
    const target = redrive.at("deadLetterTargetArn");
    const count = Number(redrive.at("maxReceiveCount").text);
    const shards = Number(properties.at("ShardCount").text);
    this.#builder.resource(offset, {
      kind,
      reference: id,
      ...(isPlain ? { name } : {}),
      fifo:
        properties.at("FifoQueue").text === "true" ||
        properties.at("FifoTopic").text === "true" ||
        (name ?? "").endsWith(".fifo"),
      attributes: Object.fromEntries(
        properties.entries.flatMap(([key, value]) =>
          ATTRIBUTES.has(key) && value.text !== undefined && value.tag?.startsWith("!") !== true
            ? [[key, value.text]]
            : [],
        ),
      ),
      ...(target.isEmpty ? {} : { deadLetterTarget: addressOf(target, this.#scoped) }),
      ...(Number.isInteger(count) ? { maxReceiveCount: count } : {}),
      ...(Number.isInteger(shards) && shards > 0 ? { shards } : {}),
      isReference: false,
    });
    for (const subscription of properties.at("Subscription").items) {
      this.#readSubscription(subscription, { by: "reference", reference: this.#scoped(id) }, subscription.offset);
    }
  }

  #readSubscription(properties: YamlValue, topic: Address, offset: number): void {
    const protocol = properties.at("Protocol").text ?? "unknown";
    const filter = properties.at("FilterPolicy");
    const redrive = properties.at("RedrivePolicy", "deadLetterTargetArn");
    const endpoint = addressOf(properties.at("Endpoint"), this.#scoped);
    this.#builder.subscription(offset, {
      topic,
      protocol,
      endpoint,
      ...(filter.isEmpty ? {} : { filterPolicy: filter.json }),
      rawMessageDelivery: properties.at("RawMessageDelivery").text === "true",
      ...(redrive.isEmpty ? {} : { deadLetterTarget: addressOf(redrive, this.#scoped) }),
    });
    if (protocol === "lambda") this.#builder.flag("LAMBDA_EVENT_SOURCE", offset, "a topic starts a function");
    else if (!/^(sqs|https?|unknown)$/.test(protocol))
      this.#builder.flag("SUBSCRIPTION_PROTOCOL", offset, `protocol ${protocol}`);
  }

  #readMapping(id: string, properties: YamlValue, offset: number): void {
    const source = properties.at("EventSourceArn");
    const isOther = /dynamodb|kafka|mq|StreamArn/i.test(source.json) && !this.#refersToMessaging(source);
    if (isOther) return;
    this.#consumer(source, "event source mapping", logicalIdsBelow(properties.at("FunctionName"))[0] ?? id, offset);
    this.#builder.flag("LAMBDA_EVENT_SOURCE", offset, [id, ...mappingDetails(properties)].join(", "));
  }

  #readFunction(id: string, value: YamlValue, offset: number): void {
    const properties = value.at("Properties");
    this.#readVariables(properties);
    const handler = handlerOf(value);
    for (const [name, event, at] of properties.at("Events").entries) this.#readEvent(id, name, event, at, handler);
    for (const key of ["DeadLetterConfig", "DeadLetterQueue"]) {
      const target = properties.at(key, "TargetArn");
      if (!target.isEmpty) this.#target(target, "producer", "dead letters of a function", id, offset);
    }
    const policies = properties.at("Policies");
    const templates = policies.items.flatMap((item) => item.entries.map(([name]) => name));
    for (const name of templates) {
      if (/^(SQS|SNS|Kinesis)\w*Policy$/.test(name))
        this.#builder.flag("IAM_POLICY", policies.offset, `${id}: ${name}`);
    }
    this.#flagStatements(policies, id, policies.offset);
  }

  /** An event of a SAM function. */
  #readEvent(id: string, name: string, event: YamlValue, offset: number, handler: string): void {
    const type = event.at("Type").text;
    const properties = event.at("Properties");
    const key = { SQS: "Queue", SNS: "Topic", Kinesis: "Stream" }[type ?? ""];
    if (key === undefined) return;
    this.#consumer(properties.at(key), `${type} event`, id, offset, handler);
    this.#builder.flag("LAMBDA_EVENT_SOURCE", offset, [`${id}: ${name}`, ...mappingDetails(properties)].join(", "));
  }

  #readAlarm(id: string, properties: YamlValue, offset: number): void {
    const namespace = properties.at("Namespace").text ?? "";
    if (/^AWS\/(SQS|SNS|Kinesis)$/.test(namespace)) this.#builder.flag("ALARM", offset, `${id} on ${namespace}`);
    for (const key of ["AlarmActions", "OKActions", "InsufficientDataActions"]) {
      for (const action of properties.at(key).items) {
        if (!this.#refersToMessaging(action)) continue;
        this.#builder.flag("ALARM", offset, `${id} notifies a topic`);
        this.#actor(action, "producer", "alarm action", id, offset);
      }
    }
  }

  #readLoose(id: string, type: string, properties: YamlValue, offset: number): void {
    if (type.startsWith("AWS::IAM::")) return this.#flagStatements(properties, id, offset);
    if (/^AWS::(KinesisFirehose|KinesisAnalytics|KinesisAnalyticsV2|KinesisVideo)::/.test(type)) {
      this.#builder.flag("ADJACENT", offset, `${id} (${type})`);
      if (this.#refersToMessaging(properties)) this.#actor(properties, "consumer", type, id, offset);
      return;
    }
    if (type === "AWS::Serverless::Connector") return this.#builder.flag("IAM_POLICY", offset, `${id} (${type})`);
    this.#readPairs(properties);
    if (
      !/^AWS::(Events|Pipes|Scheduler|S3|IoT|ApiGateway\w*|StepFunctions|SES|DynamoDB|Lambda|RDS|AutoScaling|Budgets|CodeStarNotifications|Logs|Chatbot|Config|CodePipeline|CloudFormation)::/.test(
        type,
      )
    )
      return;
    const sends = /states:::(sqs|sns):|:sqs:path\//.exec(properties.json)?.[0];
    if (!this.#refersToMessaging(properties) && sends !== undefined)
      return this.#builder.flag("EVENT_TARGET", offset, `${id} (${type})`);
    if (
      !this.#refersToMessaging(properties) ||
      type === "AWS::Lambda::Permission" ||
      type === "AWS::CloudFormation::Stack"
    )
      return;
    this.#target(properties, "producer", type, id, offset);
  }

  /** `${ssm:/orders/queue}` of another stack. */
  #readParameter(properties: YamlValue, offset: number): void {
    const name = properties.at("Name").text;
    if (name !== undefined && this.#refersToMessaging(properties.at("Value")))
      this.#builder.variable(offset, handedOn(`ssm ${name}`), addressOf(properties.at("Value"), this.#scoped));
  }

  /** Environment variables that carry the address of a queue, topic or stream. */
  #readVariables(properties: YamlValue): void {
    for (const [name, value, offset] of properties.at("Environment", "Variables").entries) {
      const isMessaging =
        this.#refersToMessaging(value) ||
        this.#carriesAddress(value) ||
        (value.text !== undefined && kindOfText(value.text) !== undefined);
      if (isMessaging) this.#builder.variable(offset, name, addressOf(value, this.#scoped));
    }
  }

  /** `Environment: [{ Name: …, Value: … }]` of ECS tasks, App Runner services, Batch jobs. */
  #readPairs(value: YamlValue): void {
    for (const item of value.items) {
      const name = item.at("Name").text;
      const [own, given] = [item.at("Value"), item.at("ValueFrom")];
      const address = own.isEmpty ? given : own;
      if (name !== undefined && /^[A-Z][A-Z0-9_]+$/.test(name) && this.#refersToMessaging(address))
        this.#builder.variable(item.offset, name, addressOf(address, this.#scoped));
      else this.#readPairs(item);
    }
    for (const [, inner] of value.entries) this.#readPairs(inner);
  }

  #target(value: YamlValue, role: "producer", operation: string, actor: string, offset: number): void {
    this.#builder.flag("EVENT_TARGET", offset, `${actor} (${operation})`);
    this.#actor(value, role, operation, actor, offset);
  }

  #consumer(value: YamlValue, operation: string, actor: string, offset: number, handler = ""): void {
    const address = addressOf(value, this.#scoped);
    const kind =
      this.#kindOf(value) ??
      (/kinesis|stream/i.test(operation + value.json)
        ? "stream"
        : /sns|topic/i.test(operation + value.json)
          ? "topic"
          : "queue");
    this.#builder.actor(offset, { role: "consumer", kind, target: address, operation, actor });
    this.#builder.eventSource(offset, dirname(this.#builder.file), handler, kind, address);
  }

  #actor(value: YamlValue, role: "producer" | "consumer", operation: string, actor: string, offset: number): void {
    for (const id of new Set(logicalIdsBelow(value))) {
      const kind = this.#kinds.get(id);
      if (kind !== undefined)
        this.#builder.actor(offset, {
          role,
          kind,
          target: { by: "reference", reference: this.#scoped(id) },
          operation,
          actor,
        });
    }
    for (const { text } of value.scalars) {
      const kind = text === undefined ? undefined : kindOfText(text);
      if (text !== undefined && kind !== undefined)
        this.#builder.actor(offset, { role, kind, target: addressOfText(text), operation, actor });
    }
  }

  #kindOf(value: YamlValue): ResourceKind | undefined {
    const ids = logicalIdsBelow(value);
    return ids.map((id) => this.#kinds.get(id)).find((kind) => kind !== undefined) ?? kindOfText(value.text ?? "");
  }

  #refersToMessaging(value: YamlValue): boolean {
    if (logicalIdsBelow(value).some((id) => this.#kinds.get(id) !== undefined)) return true;
    return value.scalars.some(({ text }) => text !== undefined && kindOfText(text) !== undefined);
  }

  /** Statements that allow something on queues, topics or streams, wherever they stand. */
  #flagStatements(value: YamlValue, id: string, offset: number): void {
    const hit = value.scalars.find(({ text }) => /^(sqs|sns|kinesis):[\w*]+$/i.test(text ?? ""));
    if (hit !== undefined) this.#builder.flag("IAM_POLICY", offset, `${id}: ${hit.text}`);
  }
}
