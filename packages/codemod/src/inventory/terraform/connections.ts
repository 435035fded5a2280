import type { InventoryBuilder } from "../builder.ts";
import type { Address, ResourceKind } from "../inventory.ts";
import type { EnvironmentVariables } from "./environment.ts";
import { namesModule, type Expressions, type Place } from "./expressions.ts";
import { FunctionCode } from "./function-code.ts";
import type { HclBlock, HclExpression } from "./hcl-file.ts";
import { everything, expressionsOf, jsonOf, kindOf, literal } from "./hcl-values.ts";
import { deadLetterTarget } from "./redrive.ts";

/** Types of resources by which a service of AWS sends to a queue, topic or stream, or reads from it. */
const TARGETS =
  /^aws_(cloudwatch_event_target|scheduler_schedule|pipes_pipe|s3_bucket_notification|api_gateway_integration|apigatewayv2_integration|iot_topic_rule|sfn_state_machine|ses_\w+|sesv2_\w+|dynamodb_kinesis_streaming_destination|lambda_function_event_invoke_config|db_event_subscription|autoscaling_notification|codestarnotifications\w*|budgets_budget|cloudwatch_log_subscription_filter|backup_vault_notifications|elasticache_\w+|config_delivery_channel|codecommit_trigger|inspector\w*|chatbot\w*|autoscaling_lifecycle_hook|dms_event_subscription|redshift_event_subscription|neptune_event_subscription|glacier_vault|s3tables\w*|transfer_workflow|ce_anomaly_subscription)$/;

/** Reads what joins queues, topics and streams with each other and with everything else. */
export class Connections {
  readonly #builder: InventoryBuilder;
  readonly #expressions: Expressions;
  readonly #place: Place;
  readonly #variables: EnvironmentVariables;

  constructor(builder: InventoryBuilder, expressions: Expressions, place: Place, variables: EnvironmentVariables) {
    this.#builder = builder;
    this.#expressions = expressions;
    this.#place = place;
    this.#variables = variables;
  }

  read(block: HclBlock): void {
    const [type = "", name = ""] = block.labels;
    const reference = `${type}.${name}`;
    if (block.type === "data" && type === "aws_iam_policy_document") this.#flagPolicy(block, reference);
    if (block.type === "module") return this.#readModule(block, type);
    if (block.type !== "resource") return;
    switch (type) {
      case "aws_sns_topic_subscription":
        return this.#readSubscription(block);
      case "aws_lambda_event_source_mapping":
        return this.#readEventSource(block, reference);
      case "aws_sqs_queue_policy":
      case "aws_sns_topic_policy":
      case "aws_kinesis_resource_policy":
        return this.#builder.flag("IAM_POLICY", block.offset, reference);
      case "aws_sns_sms_preferences":
        return this.#builder.flag("SMS", block.offset, reference);
      case "aws_sns_platform_application":
        return this.#builder.flag("PUSH", block.offset, reference);
      case "aws_kinesis_stream_consumer":
        return this.#builder.flag("KINESIS_EFO", block.offset, reference);
      case "aws_kinesis_firehose_delivery_stream":
      case "aws_kinesis_analytics_application":
      case "aws_kinesisanalyticsv2_application":
      case "aws_kinesis_video_stream":
        this.#actors(block, [...expressionsOf(block)], "consumer", type, reference);
        return this.#builder.flag("ADJACENT", block.offset, reference);
      case "aws_lambda_permission":
        if (/"sns\.amazonaws\.com"/.test(block.attributes.get("principal")?.text ?? ""))
          this.#builder.flag("IAM_POLICY", block.offset, reference);
        return;
      case "aws_lambda_function":
        return this.#readFunction(block, name);
      case "aws_cloudwatch_metric_alarm":
      case "aws_cloudwatch_composite_alarm":
        return this.#readAlarm(block, reference);
      default:
        return this.#readOther(block, type, reference);
    }
  }

  /** `event_source_mapping = { jobs = { event_source_arn = … } }` of the module terraform-aws-modules/lambda. */
  #readModule(block: HclBlock, name: string): void {
    const mapping = block.attributes.get("event_source_mapping");
    const at = { ...block, offset: mapping?.offset ?? 0 };
    if (mapping === undefined || !this.#actors(at, [mapping], "consumer", "event source mapping", name)) return;
    for (const [, source = ""] of mapping.text.matchAll(/\bevent_source_arn"?\s*[=:]\s*([^\n,}]+)/g))
      this.#handOn(at, source, `module.${name}.lambda_function_arn`);
    this.#builder.flag("LAMBDA_EVENT_SOURCE", mapping.offset, `module.${name}`);
  }

  #readSubscription(block: HclBlock): void {
    const at = (name: string): string => block.attributes.get(name)?.text ?? "";
    const protocol = this.#expressions.text(this.#place, at("protocol")) ?? "unknown";
    const filter = block.attributes.get("filter_policy")?.text;
    const redrive = deadLetterTarget(block.attributes.get("redrive_policy")?.text);
    const topics = this.#expressions.addresses(this.#place, at("topic_arn"), block, "topic");
    const endpoints =
      protocol === "sqs"
        ? this.#expressions.addresses(this.#place, at("endpoint"), block, "queue")
        : [this.#expressions.address(this.#place, at("endpoint"), block)];
    for (const [topic, endpoint] of pairs(topics, endpoints)) {
      this.#builder.subscription(block.offset, {
        topic,
        protocol,
        endpoint,
        ...(filter === undefined ? {} : { filterPolicy: jsonOf(filter) }),
        rawMessageDelivery: this.#expressions.text(this.#place, at("raw_message_delivery")) === "true",
        ...(redrive === undefined
          ? {}
          : { deadLetterTarget: this.#expressions.address(this.#place, redrive, block, "queue") }),
      });
    }
    if (protocol === "lambda") {
      this.#handOn(block, at("topic_arn"), at("endpoint"), "topic");
      this.#builder.flag("LAMBDA_EVENT_SOURCE", block.offset, `a topic starts ${at("endpoint")}`);
    } else if (!/^(sqs|https?|unknown)$/.test(protocol))
      this.#builder.flag("SUBSCRIPTION_PROTOCOL", block.offset, `protocol ${protocol}`);
  }

  #readEventSource(block: HclBlock, reference: string): void {
    const source = block.attributes.get("event_source_arn")?.text ?? "";
    const targets = this.#expressions.addresses(this.#place, source, block);
    const isKnown = targets.some(({ by }) => by !== "unknown");
    if (!block.attributes.has("event_source_arn")) return; // Kafka and the like.
    if (/aws_dynamodb|aws_msk|kafka|aws_mq|aws_docdb|:dynamodb:/.test(source)) return;
    if (!isKnown && /dynamo|table|msk|kafka|docdb/i.test(source)) return;
    const batch = block.attributes.get("batch_size")?.text;
    const details = [
      batch === undefined ? "" : `batch size ${batch}`,
      block.attributes.has("function_response_types") ? "partial failures" : "",
      block.blocks.some(({ type }) => type === "filter_criteria") ? "filter" : "",
    ].filter((part) => part !== "");
    for (const target of targets) {
      this.#builder.actor(block.offset, {
        role: "consumer",
        kind: kindOf(target.by === "reference" ? target.reference : source),
        target,
        operation: "event source mapping",
        actor: functionName(block.attributes.get("function_name")?.text) ?? reference,
      });
    }
    this.#handOn(block, source, block.attributes.get("function_name")?.text ?? "");
    this.#builder.flag("LAMBDA_EVENT_SOURCE", block.offset, [reference, ...details].join(", "));
  }

  /** Tells the code of a function where its events come from. */
  #handOn(block: HclBlock, source: string, lambda: string, kind?: ResourceKind): void {
    const code = new FunctionCode(this.#expressions);
    for (const place of code.placesOf(this.#place)) {
      for (const handler of code.handlersOf(place, lambda)) {
        for (const target of this.#expressions.addresses(place, source, block, kind)) {
          const known = kind ?? kindOf(target.by === "reference" ? target.reference : source);
          this.#builder.eventSource(block.offset, "", handler, known, target);
        }
      }
    }
  }

  #readFunction(block: HclBlock, name: string): void {
    this.#variables.readFunction(block);
    for (const { type, attributes } of block.blocks) {
      const target = type === "dead_letter_config" ? attributes.get("target_arn") : undefined;
      if (target === undefined) continue;
      if (this.#actors({ ...block, offset: target.offset }, [target], "producer", "dead letters of a function", name))
        this.#builder.flag("EVENT_TARGET", target.offset, `failed invocations of ${name}`);
    }
  }

  #readAlarm(block: HclBlock, reference: string): void {
    const namespace = literal(block.attributes.get("namespace")) ?? "";
    const isOnMessaging =
      /^AWS\/(SQS|SNS|Kinesis)$/.test(namespace) || /"AWS\/(SQS|SNS|Kinesis)"/.test(everything(block));
    if (isOnMessaging)
      this.#builder.flag("ALARM", block.offset, namespace === "" ? reference : `${reference} on ${namespace}`);
    const actions = ["alarm_actions", "ok_actions", "insufficient_data_actions"].flatMap((name) => {
      const action = block.attributes.get(name);
      return action === undefined ? [] : [action];
    });
    const isNotified = this.#actors(block, actions, "producer", "alarm action", reference);
    if (!isOnMessaging && (isNotified || actions.some(({ text }) => /sns|topic/i.test(text))))
      this.#builder.flag("ALARM", block.offset, `${reference} notifies a topic`);
  }

  /** Types that are told by what they refer to. */
  #readOther(block: HclBlock, type: string, reference: string): void {
    if (/^aws_iam_(policy|role_policy|user_policy|group_policy)$/.test(type)) return this.#flagPolicy(block, reference);
    this.#variables.readAnywhere(block);
    if (type.startsWith("aws_appautoscaling")) {
      if (this.#refersTo(block) || /"AWS\/(SQS|Kinesis)"/.test(everything(block)))
        this.#builder.flag("ALARM", block.offset, reference);
      return;
    }
    if (!TARGETS.test(type)) return;
    const isTarget =
      type === "aws_pipes_pipe" ? this.#readPipe(block, reference) : this.#readTarget(block, type, reference);
    const isTold = /\b(sqs|sns):(sendMessage|publish)\b/.test(everything(block)) || this.#isNamedSo(block, type);
    if (isTarget || isTold) this.#builder.flag("EVENT_TARGET", block.offset, reference);
  }

  #readTarget(block: HclBlock, type: string, reference: string): boolean {
    return this.#actors(block, expressionsOf(block), "producer", type, reference);
  }

  /** A pipe reads from its source and writes to its target. */
  #readPipe(block: HclBlock, reference: string): boolean {
    const at = (name: string): readonly HclExpression[] => {
      const found = block.attributes.get(name);
      return found === undefined ? [] : [found];
    };
    const isSource = this.#actors(block, at("source"), "consumer", "aws_pipes_pipe", reference);
    return this.#actors(block, at("target"), "producer", "aws_pipes_pipe", reference) || isSource;
  }

  /** `arn = var.orders_queue_arn`, which nobody gives a value here. */
  #isNamedSo(block: HclBlock, type: string): boolean {
    const arn = block.attributes.get("arn")?.text ?? "";
    return type === "aws_cloudwatch_event_target" && /^var\.\w*(queue|topic|sqs|sns|kinesis)/i.test(arn);
  }

  #refersTo(block: HclBlock): boolean {
    return expressionsOf(block).some(({ text }) => this.#referred(block, text).length > 0);
  }

  #flagPolicy(block: HclBlock, reference: string): void {
    if (/["'](sqs|sns|kinesis):[\w*]+["']/i.test(everything(block)))
      this.#builder.flag("IAM_POLICY", block.offset, reference);
  }

  /** Whether there were any. */
  #actors(
    block: HclBlock,
    expressions: readonly HclExpression[],
    role: "producer" | "consumer",
    operation: string,
    actor: string,
  ): boolean {
    const targets = expressions.flatMap(({ text }) => this.#referred(block, text));
    for (const target of new Map(targets.map((each) => [JSON.stringify(each), each])).values()) {
      const kind = kindOf(target.by === "reference" ? target.reference : JSON.stringify(target));
      this.#builder.actor(block.offset, { role, kind, target, operation, actor });
    }
    return targets.length > 0;
  }

  /** Modules that are not known stand for anything: only those count whose name says what they make. */
  #referred(block: HclBlock, text: string): readonly Address[] {
    return this.#expressions
      .referred(this.#place, text, block)
      .filter(
        (address) =>
          address.by !== "reference" ||
          !namesModule(address.reference) ||
          /sqs|sns|kinesis|queue|topic|dlq/i.test(address.reference),
      );
  }
}

/** Every topic with every queue; those of one object each with its own. */
function pairs(topics: readonly Address[], endpoints: readonly Address[]): (readonly [Address, Address])[] {
  if (topics.length > 1 && topics.length === endpoints.length)
    return topics.flatMap((topic, index) =>
      endpoints.slice(index, index + 1).map((endpoint) => [topic, endpoint] as const),
    );
  return topics.flatMap((topic) => endpoints.map((endpoint) => [topic, endpoint] as const));
}

/** `worker` of `aws_lambda_function.worker.arn`. */
function functionName(text: string | undefined): string | undefined {
  return /aws_lambda_(?:function|alias)\.([\w-]+)/.exec(text ?? "")?.[1] ?? text?.replaceAll('"', "");
}
