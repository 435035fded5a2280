import type { Node } from "oxc-parser";
import { dottedPath, keyName, memberName, propertyOf, stringValue, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { isMessagingAddress } from "./address.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { actorName } from "./code.ts";
import { codeAddress } from "./code-address.ts";
import { constructName } from "./construct-name.ts";
import type { ConstructName } from "./construct-name.ts";
import { addressOfText } from "./address.ts";
import type { Address, ResourceKind } from "./inventory.ts";
import { ATTRIBUTES, firstProperty, kindOf, kindOfName, numberOf, seconds } from "./construct-values.ts";

const RESOURCES: Readonly<Record<string, ResourceKind>> = {
  Queue: "queue",
  CfnQueue: "queue",
  SqsQueue: "queue",
  Topic: "topic",
  CfnTopic: "topic",
  SnsTopic: "topic",
  Stream: "stream",
  CfnStream: "stream",
  KinesisStream: "stream",
};

const EVENT_SOURCES =
  /^(SqsEventSource|SnsEventSource|KinesisEventSource|KinesisConsumerEventSource|LambdaSubscription|EventSourceMapping|CfnEventSourceMapping|LambdaEventSourceMapping|QueueEventSubscription|TopicEventSubscription)$/;
const DESTINATIONS =
  /^(SqsDestination|SnsDestination|SqsQueue|SnsTopic|KinesisStream|SqsDlq|SnsDlq|SqsSubscription|SnsAction)$/;

/** Reads infrastructure that is written in TypeScript or JavaScript: CDK, CDKTF, Pulumi, SST. */
export function readConstructs(file: ScriptFile): FileInventory | undefined {
  if (!/aws-cdk|cdktf|@pulumi\/|monocdk|\bsst\b|\.gen\/providers/.test(file.text)) return undefined;
  const source = /@pulumi\//.test(file.text) ? "pulumi" : /cdktf|\.gen\/providers/.test(file.text) ? "cdktf" : "cdk";
  const builder = new InventoryBuilder(file.name, source, file.lines, file.name);
  const reader = new Constructs(file, builder);
  for (const creation of file.tree.ofType("NewExpression")) reader.readCreation(creation);
  for (const call of file.tree.ofType("CallExpression")) reader.readCall(call);
  for (const property of file.tree.ofType("Property")) reader.readVariable(property);
  return builder.result;
}

class Constructs {
  readonly #file: ScriptFile;
  readonly #builder: InventoryBuilder;
  /** What the variables and fields of this file hold. */
  readonly #kinds = new Map<string, ResourceKind>();

  constructor(file: ScriptFile, builder: InventoryBuilder) {
    this.#file = file;
    this.#builder = builder;
  }

  readCreation(creation: NodeOf<"NewExpression">): void {
    const name = constructName(this.#file, creation.callee);
    if (name === undefined) return this.#readForeign(creation);
    const kind = name.area === "resource" ? RESOURCES[name.name] : undefined;
    if (kind !== undefined) return this.#readResource(creation, kind, name);
    if (EVENT_SOURCES.test(name.name)) return this.#readEventSource(creation, name);
    if (DESTINATIONS.test(name.name) && name.area !== "resource") return this.#readDestination(creation, name);
    this.#readOther(creation, name);
  }

  readCall(call: NodeOf<"CallExpression">): void {
    const { callee } = call;
    if (callee.type !== "MemberExpression") return;
    const method = memberName(callee) ?? "";
    const imported = /^from(Queue|Topic|Stream)(Arn|Attributes|Name)$/.exec(method);
    if (imported !== null) return this.#readImported(call, kindOf(imported[1] ?? ""));
    const grant = /^grant(SendMessages|ConsumeMessages|Publish|Read|Write|ReadWrite|Purge)$/.exec(method)?.[1];
    if (grant !== undefined) this.#readGrant(call, callee.object, grant);
    if (method === "addSubscription") this.#readSubscription(call, callee.object);
    if (/^subscribe(Queue|Lambda)?$/.test(method)) this.#readSstSubscription(call, callee.object, method);
    if (method === "subscribe" && this.#resourceOf(callee.object)?.kind !== undefined) {
      this.#builder.flag("LAMBDA_EVENT_SOURCE", call.start, this.#file.textOf(callee).slice(0, 60));
    }
    if (method === "onEvent" && this.#resourceOf(callee.object) !== undefined) {
      this.#builder.flag("LAMBDA_EVENT_SOURCE", call.start, this.#file.textOf(callee).slice(0, 60));
    }
    if (method === "addEnvironment") this.#readAddedVariable(call);
    if (/^metric\w+$/.test(method)) this.#readMetric(call, callee.object);
  }

  /** `environment: { QUEUE_URL: queue.queueUrl }`. */
  readVariable(property: NodeOf<"Property">): void {
    const variable = keyName(property);
    const value = unwrapped(property.value);
    if (variable === undefined || value.type !== "MemberExpression") return;
    const member = memberName(value) ?? "";
    if (!/^(queue|topic|stream)(Url|Arn|Name)$|^(url|arn|id|name)$/.test(member)) return;
    const holder = property.parent?.parent;
    const isEnvironment =
      holder?.type === "Property" &&
      /^(environment|env|variables|environmentVariables|vars)$/.test(keyName(holder) ?? "");
    if (!isEnvironment && !/^[A-Z][A-Z0-9_]*$/.test(variable)) return;
    const target = this.#addressOf(value.object);
    if (target.by === "reference" || target.by === "name") this.#builder.variable(property.start, variable, target);
  }

  /** `fn.addEnvironment("TOPIC_ARN", topic.topicArn)`. */
  #readAddedVariable(call: NodeOf<"CallExpression">): void {
    const [name, value] = call.arguments;
    const variable = stringValue(name);
    const inner = value === undefined ? undefined : unwrapped(value);
    if (variable === undefined || inner?.type !== "MemberExpression") return;
    if (!/^(queue|topic|stream)(Url|Arn|Name)$/.test(memberName(inner) ?? "")) return;
    this.#builder.variable(call.start, variable, this.#addressOf(inner.object));
  }

  #readResource(creation: NodeOf<"NewExpression">, kind: ResourceKind, name: ConstructName): void {
    const [, second, third] = creation.arguments;
    const props = name.isPulumi ? second : third;
    const idNode = name.isPulumi ? creation.arguments[0] : second;
    const id = stringValue(idNode) ?? this.#textOf(idNode)?.replaceAll(/[`'"]/g, "") ?? name.name;
    const object = props === undefined ? undefined : unwrapped(props);
    const realName = stringValue(firstProperty(object, [`${kind}Name`, "name"]));
    const dead = firstProperty(object, ["deadLetterQueue"]);
    const deadQueue = dead === undefined ? undefined : (propertyOf(unwrapped(dead), "queue")?.value ?? undefined);
    const count = numberOf(propertyOf(dead === undefined ? undefined : unwrapped(dead), "maxReceiveCount")?.value);
    const shards = numberOf(firstProperty(object, ["shardCount"]));
    const redrive = firstProperty(object, ["redrivePolicy"]);
    const holder = this.#holderOf(creation) ?? id;
    this.#kinds.set(holder, kind);
    const fifoText = this.#textOf(firstProperty(object, ["fifo", "fifoQueue", "fifoTopic"]));
    this.#builder.resource(creation.start, {
      kind,
      reference: holder,
      ...(realName === undefined ? {} : { name: realName }),
      fifo: fifoText === "true" || realName?.endsWith(".fifo") === true,
      attributes: this.#attributesOf(object),
      ...(deadQueue === undefined ? {} : { deadLetterTarget: this.#addressOf(deadQueue) }),
      ...(redrive === undefined ? {} : this.#redriveOf(redrive)),
      ...(count === undefined ? {} : { maxReceiveCount: count }),
      ...(shards === undefined ? {} : { shards }),
      isReference: false,
    });
  }

  /** `redrivePolicy: JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: 3 })`. */
  #redriveOf(value: Node): { deadLetterTarget?: Address; maxReceiveCount?: number } {
    const text = this.#file.textOf(value);
    const target = /deadLetterTargetArn['"]?\s*:\s*([\w.]+?)(?:\.(?:arn|queueArn|attrArn))?\s*[,}\n]/.exec(text)?.[1];
    const count = /maxReceiveCount['"]?\s*:\s*(\d+)/.exec(text)?.[1];
    return {
      ...(target === undefined
        ? {}
        : { deadLetterTarget: { by: "reference", reference: this.#builder.scoped(target.replace(/^this\./, "")) } }),
      ...(count === undefined ? {} : { maxReceiveCount: Number(count) }),
    };
  }

  #readImported(call: NodeOf<"CallExpression">, kind: ResourceKind): void {
    const [, , value] = call.arguments;
    const target = codeAddress(this.#file, value);
    const id = stringValue(call.arguments[1]) ?? "";
    this.#builder.resource(call.start, {
      kind,
      reference: this.#holderOf(call) ?? id,
      ...(target.by === "name" ? { name: target.name } : {}),
      fifo: false,
      attributes: {},
      isReference: true,
    });
  }

  #readEventSource(creation: NodeOf<"NewExpression">, { name, isPulumi }: ConstructName): void {
    const isMapping = /Mapping|EventSubscription/.test(name);
    const props = creation.arguments[isPulumi ? 1 : 2];
    const source = isMapping
      ? firstProperty(props === undefined ? undefined : unwrapped(props), [
          "eventSourceArn",
          "eventSource",
          "queue",
          "topic",
        ])
      : creation.arguments[0];
    const target = this.#addressOf(source);
    if (name === "LambdaSubscription") {
      this.#builder.flag("LAMBDA_EVENT_SOURCE", creation.start, "a topic starts a function");
      return;
    }
    if (isMapping && /dynamodb|table|kafka|msk/i.test(this.#textOf(source) ?? "")) return;
    const kind = /Sqs|Queue/.test(name)
      ? "queue"
      : /Sns|Topic/.test(name)
        ? "topic"
        : /Kinesis/.test(name)
          ? "stream"
          : (this.#resourceOf(source)?.kind ?? "queue");
    this.#builder.actor(creation.start, {
      role: "consumer",
      kind,
      target,
      operation: name,
      actor: actorName(this.#file, creation),
    });
    const options = creation.arguments[1];
    const details = /(?:batchSize)\s*:\s*(\d+)/.exec(options === undefined ? "" : this.#file.textOf(options))?.[1];
    const partial = options !== undefined && /reportBatchItemFailures\s*:\s*true/.test(this.#file.textOf(options));
    this.#builder.flag(
      "LAMBDA_EVENT_SOURCE",
      creation.start,
      [
        name,
        ...(details === undefined ? [] : [`batch size ${details}`]),
        ...(partial ? ["partial failures"] : []),
      ].join(", "),
    );
  }

  #readDestination(creation: NodeOf<"NewExpression">, { name }: ConstructName): void {
    if (name === "SqsSubscription") return; // With its topic.
    const target = this.#addressOf(creation.arguments[0]);
    const kind: ResourceKind = /Sns/.test(name) ? "topic" : /Kinesis/.test(name) ? "stream" : "queue";
    this.#builder.actor(creation.start, {
      role: "producer",
      kind,
      target,
      operation: name,
      actor: actorName(this.#file, creation),
    });
    this.#builder.flag(name === "SnsAction" ? "ALARM" : "EVENT_TARGET", creation.start, name);
  }

  /** `topic.addSubscription(new SqsSubscription(queue, { … }))`. */
  #readSubscription(call: NodeOf<"CallExpression">, topic: Node): void {
    const [argument] = call.arguments;
    const creation = argument === undefined ? undefined : unwrapped(argument);
    if (creation?.type !== "NewExpression") return;
    const kind = (dottedPath(creation.callee) ?? "").split(".").at(-1) ?? "";
    const protocol = {
      SqsSubscription: "sqs",
      LambdaSubscription: "lambda",
      EmailSubscription: "email",
      SmsSubscription: "sms",
      UrlSubscription: "https",
    }[kind];
    if (protocol === undefined) return;
    const options = creation.arguments[1];
    const filter = propertyOf(options, "filterPolicy")?.value;
    const dead = propertyOf(options, "deadLetterQueue")?.value;
    this.#builder.subscription(call.start, {
      topic: this.#addressOf(topic),
      protocol,
      endpoint:
        protocol === "sqs" ? this.#addressOf(creation.arguments[0]) : codeAddress(this.#file, creation.arguments[0]),
      ...(filter === undefined ? {} : { filterPolicy: this.#file.textOf(filter) }),
      rawMessageDelivery: this.#textOf(propertyOf(options, "rawMessageDelivery")?.value) === "true",
      ...(dead === undefined ? {} : { deadLetterTarget: this.#addressOf(dead) }),
    });
    if (protocol === "email" || protocol === "sms")
      this.#builder.flag("SUBSCRIPTION_PROTOCOL", creation.start, `protocol ${protocol}`);
  }

  /** SST: `queue.subscribe("src/worker.handler")`, `topic.subscribeQueue("name", queue.arn)`. */
  #readSstSubscription(call: NodeOf<"CallExpression">, object: Node, method: string): void {
    const resource = this.#resourceOf(object);
    if (resource === undefined || !/\bsst\b/.test(this.#file.text)) return;
    if (method === "subscribeQueue") {
      this.#builder.subscription(call.start, {
        topic: resource.address,
        protocol: "sqs",
        endpoint: this.#addressOf(call.arguments[1]),
        rawMessageDelivery: false,
      });
      return;
    }
    const handler = call.arguments.map((argument) => stringValue(argument)).find((text) => text?.includes("."));
    this.#builder.actor(call.start, {
      role: "consumer",
      kind: resource.kind,
      target: resource.address,
      operation: "subscriber",
      actor: handler ?? actorName(this.#file, call),
    });
  }

  #readGrant(call: NodeOf<"CallExpression">, object: Node, grant: string): void {
    const resource = this.#resourceOf(object);
    if (resource === undefined) return;
    const role = /Consume|^Read$/.test(grant) ? "consumer" : /Send|Publish|^Write$/.test(grant) ? "producer" : "admin";
    const [grantee] = call.arguments;
    this.#builder.actor(call.start, {
      role,
      kind: resource.kind,
      target: resource.address,
      operation: `grant${grant}`,
      actor: grantee === undefined ? this.#file.name : this.#file.textOf(grantee).slice(0, 60),
    });
    this.#builder.flag("IAM_POLICY", call.start, this.#file.textOf(call.callee).slice(0, 60));
  }

  #readMetric(call: NodeOf<"CallExpression">, object: Node): void {
    if (this.#resourceOf(object) !== undefined)
      this.#builder.flag("ALARM", call.start, this.#file.textOf(call.callee).slice(0, 60));
  }

  #readOther(creation: NodeOf<"NewExpression">, { name, area, isPulumi }: ConstructName): void {
    const props = creation.arguments[isPulumi ? 1 : 2];
    const text = this.#file.textOf(creation);
    switch (name) {
      case "TopicSubscription":
      case "SnsTopicSubscription":
      case "CfnSubscription":
      case "Subscription":
        return area === "resource" ? this.#readSubscriptionResource(creation, props) : undefined;
      case "QueuePolicy":
      case "TopicPolicy":
      case "CfnQueuePolicy":
      case "CfnTopicPolicy":
      case "SqsQueuePolicy":
      case "SnsTopicPolicy":
        return area === "resource" ? this.#builder.flag("IAM_POLICY", creation.start, name) : undefined;
      case "StreamConsumer":
      case "CfnStreamConsumer":
      case "KinesisStreamConsumer":
        return this.#builder.flag("KINESIS_EFO", creation.start, name);
      case "PolicyStatement":
        if (/['"`](sqs|sns|kinesis):[\w*]+['"`]/i.test(text))
          this.#builder.flag("IAM_POLICY", creation.start, /(sqs|sns|kinesis):[\w*]+/i.exec(text)?.[0] ?? name);
        return;
      case "CfnPipe":
      case "CfnSchedule":
        return this.#builder.flag("EVENT_TARGET", creation.start, name);
      default:
        if (area === "solutions" && /sqs|sns|kinesis/i.test(name))
          this.#builder.flag("OPAQUE_MODULE", creation.start, name);
    }
  }

  #readSubscriptionResource(creation: NodeOf<"NewExpression">, props: Node | undefined): void {
    const object = props === undefined ? undefined : unwrapped(props);
    const protocol = stringValue(propertyOf(object, "protocol")?.value) ?? "unknown";
    this.#builder.subscription(creation.start, {
      topic: this.#addressOf(firstProperty(object, ["topicArn", "topic"])),
      protocol,
      endpoint: this.#addressOf(propertyOf(object, "endpoint")?.value),
      rawMessageDelivery: this.#textOf(propertyOf(object, "rawMessageDelivery")?.value) === "true",
    });
    if (protocol === "lambda") this.#builder.flag("LAMBDA_EVENT_SOURCE", creation.start, "a topic starts a function");
    else if (!/^(sqs|https?|unknown)$/.test(protocol))
      this.#builder.flag("SUBSCRIPTION_PROTOCOL", creation.start, `protocol ${protocol}`);
  }

  /** Constructs of the project's own, or of others, whose name says what they make. */
  #readForeign(creation: NodeOf<"NewExpression">): void {
    const name = (dottedPath(creation.callee) ?? "").split(".").at(-1) ?? "";
    const [scope, id] = creation.arguments;
    const isConstruct =
      scope !== undefined &&
      /^(this|stack|scope|app|parent)$/.test(this.#file.textOf(scope)) &&
      stringValue(id) !== undefined;
    if (isConstruct && /(Sqs|Sns|Kinesis|Queue|Topic)/.test(name) && !RESOURCES[name])
      this.#builder.flag("OPAQUE_MODULE", creation.start, name);
  }

  #attributesOf(object: Node | undefined): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [theirs, ours] of Object.entries(ATTRIBUTES)) {
      const value = firstProperty(object, [theirs]);
      const text = value === undefined ? undefined : seconds(this.#file.textOf(value));
      if (text !== undefined) found[ours] = text;
    }
    return found;
  }

  /** What a variable, field or `x.queueArn` refers to. */
  #addressOf(node: Node | undefined): Address {
    if (node === undefined) return { by: "unknown", text: "" };
    const text = stringValue(unwrapped(node));
    if (text !== undefined) return isMessagingAddress(text) ? addressOfText(text) : { by: "unknown", text };
    const path = dottedPath(node)?.replace(
      /\.(queueArn|topicArn|streamArn|queueUrl|queueName|topicName|streamName|arn|url|id|name|attrArn|ref|attrTopicArn)$/,
      "",
    );
    if (path === undefined) return { by: "unknown", text: this.#file.textOf(node).slice(0, 60) };
    return { by: "reference", reference: this.#builder.scoped(path.replace(/^this\./, "")) };
  }

  #resourceOf(node: Node | undefined): { kind: ResourceKind; address: Address } | undefined {
    if (node === undefined) return undefined;
    const path = dottedPath(node) ?? "";
    const last = path.split(".").at(-1) ?? "";
    const address = this.#addressOf(node);
    const declared = this.#kinds.get(path.replace(/^this\./, ""));
    const kind = declared ?? kindOfName(last, this.#file.text);
    return kind === undefined ? undefined : { kind, address };
  }

  /** The variable or field that a construct is put into. */
  #holderOf(node: Node): string | undefined {
    let outer: Node | null | undefined = node.parent;
    while (outer !== null && outer !== undefined && unwrapped(outer) === node) outer = outer.parent;
    if (outer?.type === "VariableDeclarator" && outer.id.type === "Identifier") return outer.id.name;
    if (outer?.type === "AssignmentExpression") return dottedPath(outer.left)?.replace(/^this\./, "");
    return outer?.type === "PropertyDefinition" ? keyName(outer) : undefined;
  }

  #textOf(node: Node | undefined): string | undefined {
    return node === undefined ? undefined : this.#file.textOf(node);
  }
}
