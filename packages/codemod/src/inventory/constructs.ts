import { keyName, memberName, stringValue, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { ConstructConnections } from "./construct-connections.ts";
import { constructName } from "./construct-name.ts";
import type { ConstructName } from "./construct-name.ts";
import { ConstructResources, RESOURCES } from "./construct-resources.ts";
import { ConstructScope } from "./construct-scope.ts";
import { kindOf } from "./construct-values.ts";
import { SstConstructs } from "./sst-constructs.ts";

const EVENT_SOURCES =
  /^(SqsEventSource|SnsEventSource|KinesisEventSource|KinesisConsumerEventSource|LambdaSubscription|EventSourceMapping|CfnEventSourceMapping|LambdaEventSourceMapping|QueueEventSubscription|TopicEventSubscription)$/;
const DESTINATIONS =
  /^(SqsDestination|SnsDestination|SqsQueue|SnsTopic|KinesisStream|SqsDlq|SnsDlq|SqsSubscription|SnsAction)$/;

/** Reads infrastructure that is written in TypeScript or JavaScript: CDK, CDKTF, Pulumi, SST. What tests make is never deployed. */
export function readConstructs(file: ScriptFile): FileInventory | undefined {
  if (file.isTest || !/aws-cdk|cdktf|@pulumi\/|monocdk|\bsst\b|serverless-stack|\.gen\/providers/.test(file.text))
    return undefined;
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
  readonly #scope: ConstructScope;
  readonly #resources: ConstructResources;
  readonly #connections: ConstructConnections;
  readonly #sst: SstConstructs;

  constructor(file: ScriptFile, builder: InventoryBuilder) {
    this.#file = file;
    this.#builder = builder;
    this.#scope = new ConstructScope(file, builder);
    this.#resources = new ConstructResources(file, builder, this.#scope);
    this.#connections = new ConstructConnections(file, builder, this.#scope);
    this.#sst = new SstConstructs(file, builder, this.#scope);
  }

  readCreation(creation: NodeOf<"NewExpression">): void {
    const name = constructName(this.#file, creation.callee);
    if (name === undefined) return this.#resources.readForeign(creation);
    const kind = name.area === "resource" ? RESOURCES[name.name] : undefined;
    if (kind !== undefined) {
      this.#resources.readResource(creation, kind, name);
      if (name.isSst === true && !name.isPulumi) this.#sst.readCreation(creation, kind);
      return;
    }
    if (EVENT_SOURCES.test(name.name)) return this.#connections.readEventSource(creation, name);
    if (DESTINATIONS.test(name.name) && name.area !== "resource")
      return this.#connections.readDestination(creation, name);
    this.#readOther(creation, name);
  }

  readCall(call: NodeOf<"CallExpression">): void {
    const { callee } = call;
    if (callee.type !== "MemberExpression") return;
    const method = memberName(callee) ?? "";
    const imported = /^from(Queue|Topic|Stream)(Arn|Attributes|Name)$/.exec(method);
    if (imported !== null) return this.#resources.readImported(call, kindOf(imported[1] ?? ""));
    const grant = /^grant(SendMessages|ConsumeMessages|Publish|Read|Write|ReadWrite|Purge)$/.exec(method)?.[1];
    if (grant !== undefined) this.#connections.readGrant(call, callee.object, grant);
    if (method === "addSubscription") this.#connections.readSubscription(call, callee.object);
    if (/^subscribe(Queue|Lambda)?$/.test(method)) this.#connections.readSstSubscription(call, callee.object, method);
    if (/^add(Consumers?|Subscribers)$/.test(method) && /\bsst\b|serverless-stack/.test(this.#file.text))
      this.#sst.readCall(call, callee.object);
    if (method === "subscribe" && this.#scope.resourceOf(callee.object)?.kind !== undefined) {
      this.#builder.flag("LAMBDA_EVENT_SOURCE", call.start, this.#file.textOf(callee).slice(0, 60));
    }
    if (method === "onEvent") this.#connections.readOnEvent(call, callee.object);
    if (method === "addEventSourceMapping") this.#connections.readMapping(call, call.arguments[1], method);
    if (method === "addEnvironment") this.#readAddedVariable(call);
    if (/^metric\w+$/.test(method)) this.#connections.readMetric(call, callee.object);
  }

  /** `environment: { QUEUE_URL: queue.queueUrl }`. */
  readVariable(property: NodeOf<"Property">): void {
    const variable = keyName(property);
    const value = unwrapped(property.value);
    if (variable === undefined || value.type !== "MemberExpression") return;
    const member = memberName(value) ?? "";
    if (!/^(queue|topic|stream)(Url|Arn|Name)$|^(url|arn|id|name|ref|attr(Queue|Topic)?(Arn|Url|Name))$/.test(member))
      return;
    const holder = property.parent?.parent;
    const isEnvironment =
      holder?.type === "Property" &&
      /^(environment|env|variables|environmentVariables|vars)$/.test(keyName(holder) ?? "");
    if (!isEnvironment && !/^[A-Z][A-Z0-9_]*$/.test(variable)) return;
    const target = this.#scope.addressOf(value.object);
    if (target.by === "reference" || target.by === "name") this.#builder.variable(property.start, variable, target);
  }

  /** `fn.addEnvironment("TOPIC_ARN", topic.topicArn)`. */
  #readAddedVariable(call: NodeOf<"CallExpression">): void {
    const [name, value] = call.arguments;
    const variable = stringValue(name);
    const inner = value === undefined ? undefined : unwrapped(value);
    if (variable === undefined || inner?.type !== "MemberExpression") return;
    if (!/^(queue|topic|stream)(Url|Arn|Name)$/.test(memberName(inner) ?? "")) return;
    this.#builder.variable(call.start, variable, this.#scope.addressOf(inner.object));
  }

  #readOther(creation: NodeOf<"NewExpression">, { name, area, isPulumi }: ConstructName): void {
    const props = creation.arguments[isPulumi ? 1 : 2];
    const text = this.#file.textOf(creation);
    switch (name) {
      case "TopicSubscription":
      case "SnsTopicSubscription":
      case "CfnSubscription":
      case "Subscription":
        return area === "resource" ? this.#connections.readSubscriptionResource(creation, props) : undefined;
      case "QueuePolicy":
      case "TopicPolicy":
      case "CfnQueuePolicy":
      case "CfnTopicPolicy":
      case "SqsQueuePolicy":
      case "SnsTopicPolicy":
        return area === "resource" ? this.#builder.flag("IAM_POLICY", creation.start, name) : undefined;
      case "PlatformApplication":
      case "SnsPlatformApplication":
        return area === "resource" ? this.#builder.flag("PUSH", creation.start, name) : undefined;
      case "SmsPreferences":
      case "SnsSmsPreferences":
        return area === "resource" ? this.#builder.flag("SMS", creation.start, name) : undefined;
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
        this.#connections.readReferring(creation, "producer", name);
        return this.#builder.flag("EVENT_TARGET", creation.start, name);
      case "CfnRule":
      case "CfnTopicRule":
      case "CfnEventInvokeConfig":
      case "EventTarget":
      case "BucketNotification":
      case "CloudwatchEventTarget":
      case "S3BucketNotification":
      case "SqsSendMessage":
      case "SnsPublish":
        if (this.#connections.readReferring(creation, "producer", name) || /^S[qn]s/.test(name))
          this.#builder.flag("EVENT_TARGET", creation.start, name);
        return;
      case "AwsIntegration":
        if (/service['"]?\s*:\s*['"`](sqs|sns|kinesis)['"`]/.test(text)) {
          this.#connections.readReferring(creation, "producer", name);
          this.#builder.flag("EVENT_TARGET", creation.start, name);
        }
        return;
      case "CfnAlarm":
        if (
          this.#connections.readReferring(creation, "producer", "alarm action") ||
          /AWS\/(SQS|SNS|Kinesis)/.test(text)
        )
          this.#builder.flag("ALARM", creation.start, name);
        return;
      default:
        if (area === "solutions" && /sqs|sns|kinesis/i.test(name))
          this.#builder.flag("OPAQUE_MODULE", creation.start, name);
    }
  }
}
