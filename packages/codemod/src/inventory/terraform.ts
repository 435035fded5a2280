import { dirname } from "node:path";
import { TextLines } from "../engine/text-lines.ts";
import { addressOfText, kindOfText } from "./address.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import type { HclBlock, HclExpression, HclReader } from "./hcl-file.ts";
import type { Address, ResourceKind } from "./inventory.ts";
import { attributesOf, everything, jsonOf, kindOf, literal, objectEntries } from "./hcl-values.ts";

const RESOURCES: Readonly<Record<string, ResourceKind>> = {
  aws_sqs_queue: "queue",
  aws_sns_topic: "topic",
  aws_kinesis_stream: "stream",
};

const REFERENCE = /\b((?:data\.)?aws_(?:sqs_queue|sns_topic|kinesis_stream)\.[\w-]+)/;
const MODULE_REFERENCE = /\bmodule\.([\w-]+)\.[\w-]*/;

/** Reads what a Terraform or OpenTofu file says about messaging. */
export function readTerraform(file: string, text: string, reader: HclReader): FileInventory {
  const builder = new InventoryBuilder(file, "terraform", new TextLines(text), dirname(file));
  for (const block of reader.read(text, builder.notParsed)) new Terraform(builder).read(block);
  return builder.result;
}

class Terraform {
  readonly #builder: InventoryBuilder;

  constructor(builder: InventoryBuilder) {
    this.#builder = builder;
  }

  read(block: HclBlock): void {
    const [type = "", name = ""] = block.labels;
    if (block.type === "module") return this.#readModule(block, type);
    if (block.type === "data") return this.#readData(block, type, name);
    if (block.type !== "resource") return;
    const kind = RESOURCES[type];
    if (kind !== undefined) return this.#readResource(block, kind, `${type}.${name}`);
    this.#readOther(block, type, name);
  }

  #readResource(block: HclBlock, kind: ResourceKind, reference: string): void {
    const name = literal(block.attributes.get("name"));
    const redrive = block.attributes.get("redrive_policy")?.text;
    const target = deadLetterTarget(redrive);
    const count = maxReceiveCount(redrive);
    const shards = Number(block.attributes.get("shard_count")?.text);
    this.#builder.resource(block.offset, {
      kind,
      reference,
      ...(name === undefined ? {} : { name }),
      fifo: /true/.test(block.attributes.get(`fifo_${kind}`)?.text ?? "") || name?.endsWith(".fifo") === true,
      attributes: attributesOf(block, kind),
      ...(target === undefined ? {} : { deadLetterTarget: this.#addressIn(block, target) }),
      ...(count === undefined ? {} : { maxReceiveCount: Number(count) }),
      ...(Number.isInteger(shards) ? { shards } : {}),
      isReference: false,
    });
    const policy = block.attributes.get("policy");
    if (policy !== undefined) this.#builder.flag("IAM_POLICY", policy.offset, `the policy of ${reference}`);
  }

  #readData(block: HclBlock, type: string, name: string): void {
    const kind = RESOURCES[type];
    if (kind !== undefined) {
      const realName = literal(block.attributes.get("name"));
      const reference = `data.${type}.${name}`;
      this.#builder.resource(block.offset, {
        kind,
        reference,
        ...(realName === undefined ? {} : { name: realName }),
        fifo: false,
        attributes: {},
        isReference: true,
      });
    } else if (type === "aws_iam_policy_document") this.#flagPolicy(block, `${type}.${name}`);
  }

  #readModule(block: HclBlock, name: string): void {
    const source = literal(block.attributes.get("source")) ?? "";
    const isLocal = source.startsWith(".");
    const words = `${name} ${source}`;
    this.#readLooseVariables(block);
    if (!/(^|[^a-z])(sqs|sns|kinesis|queues?|topics?|dlq)([^a-z]|$)/i.test(words)) return;
    if (!isLocal) this.#builder.flag("OPAQUE_MODULE", block.offset, `module.${name} from ${source}`);
    const kind: ResourceKind = /sns|topic/i.test(words) ? "topic" : /kinesis/i.test(words) ? "stream" : "queue";
    const real = literal(block.attributes.get("name")) ?? literal(block.attributes.get(`${kind}_name`));
    this.#builder.resource(block.offset, {
      kind,
      reference: `module.${name}`,
      ...(real === undefined ? {} : { name: real }),
      fifo: /true/.test(block.attributes.get("fifo_queue")?.text ?? ""),
      attributes: {},
      // The resource itself stands in the module's own folder.
      isReference: isLocal,
    });
  }

  #readOther(block: HclBlock, type: string, name: string): void {
    const reference = `${type}.${name}`;
    switch (type) {
      case "aws_sns_topic_subscription":
        return this.#readSubscription(block);
      case "aws_lambda_event_source_mapping":
        return this.#readEventSource(block, reference);
      case "aws_sqs_queue_policy":
      case "aws_sns_topic_policy":
      case "aws_kinesis_resource_policy":
        return this.#builder.flag("IAM_POLICY", block.offset, reference);
      case "aws_sqs_queue_redrive_policy":
        return this.#readRedrive(block);
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
        this.#actors(block, "consumer", type, reference);
        return this.#builder.flag("ADJACENT", block.offset, reference);
      case "aws_lambda_permission":
        if (/"sns\.amazonaws\.com"/.test(block.attributes.get("principal")?.text ?? "")) {
          this.#builder.flag("IAM_POLICY", block.offset, reference);
        }
        return;
      case "aws_lambda_function":
        return this.#readFunction(block, name);
      case "aws_cloudwatch_metric_alarm":
      case "aws_cloudwatch_composite_alarm":
        return this.#readAlarm(block, reference);
      default:
        return this.#readLoose(block, type, reference);
    }
  }

  #readSubscription(block: HclBlock): void {
    const protocol = literal(block.attributes.get("protocol")) ?? "unknown";
    const endpoint = block.attributes.get("endpoint")?.text ?? "";
    const filter = block.attributes.get("filter_policy")?.text;
    const redrive = deadLetterTarget(block.attributes.get("redrive_policy")?.text);
    this.#builder.subscription(block.offset, {
      topic: this.#addressIn(block, block.attributes.get("topic_arn")?.text ?? ""),
      protocol,
      endpoint: this.#addressIn(block, endpoint),
      ...(filter === undefined ? {} : { filterPolicy: jsonOf(filter) }),
      rawMessageDelivery: /true/.test(block.attributes.get("raw_message_delivery")?.text ?? ""),
      ...(redrive === undefined ? {} : { deadLetterTarget: this.#address(redrive) }),
    });
    if (protocol === "lambda") this.#builder.flag("LAMBDA_EVENT_SOURCE", block.offset, `a topic starts ${endpoint}`);
    else if (!/^(sqs|https?|unknown)$/.test(protocol))
      this.#builder.flag("SUBSCRIPTION_PROTOCOL", block.offset, `protocol ${protocol}`);
  }

  #readEventSource(block: HclBlock, reference: string): void {
    const source = block.attributes.get("event_source_arn")?.text ?? "";
    if (/dynamodb|msk|kafka|aws_mq|docdb/.test(source)) return;
    const target = this.#addressIn(block, source);
    const batch = block.attributes.get("batch_size")?.text;
    const details = [
      batch === undefined ? "" : `batch size ${batch}`,
      block.attributes.has("function_response_types") ? "partial failures" : "",
      block.blocks.some(({ type }) => type === "filter_criteria") ? "filter" : "",
    ].filter((part) => part !== "");
    this.#builder.actor(block.offset, {
      role: "consumer",
      kind: kindOf(source),
      target,
      operation: "event source mapping",
      actor: functionName(block.attributes.get("function_name")?.text) ?? reference,
    });
    this.#builder.flag("LAMBDA_EVENT_SOURCE", block.offset, [reference, ...details].join(", "));
  }

  #readRedrive(block: HclBlock): void {
    const policy = block.attributes.get("redrive_policy")?.text;
    const target = deadLetterTarget(policy);
    const queue = block.attributes.get("queue_url")?.text ?? "";
    if (target === undefined) return;
    const count = maxReceiveCount(policy);
    this.#builder.resource(block.offset, {
      kind: "queue",
      reference: REFERENCE.exec(queue)?.[1] ?? queue,
      fifo: false,
      attributes: {},
      deadLetterTarget: this.#address(target),
      ...(count === undefined ? {} : { maxReceiveCount: Number(count) }),
      isReference: true,
    });
  }

  #readFunction(block: HclBlock, name: string): void {
    for (const { type, blocks, attributes } of block.blocks) {
      if (type === "environment") {
        const variables = [
          ...blocks.filter((inner) => inner.type === "variables").flatMap((inner) => [...inner.attributes]),
          ...objectEntries(attributes.get("variables")),
        ];
        for (const [key, value] of variables) this.#readVariable(key, value);
      }
      if (type === "dead_letter_config") {
        const target = attributes.get("target_arn");
        if (target === undefined || !REFERENCE.test(target.text)) continue;
        this.#builder.actor(target.offset, {
          role: "producer",
          kind: kindOf(target.text),
          target: this.#address(target.text),
          operation: "dead letters of a function",
          actor: name,
        });
        this.#builder.flag("EVENT_TARGET", target.offset, `failed invocations of ${name}`);
      }
    }
  }

  /** Environment variables in whatever form: of ECS tasks, of modules for functions and services, of Kubernetes. */
  #readLooseVariables(block: HclBlock): void {
    for (const expression of expressionsOf(block)) {
      const plain = expression.text.matchAll(/"?\b([A-Z][A-Z0-9_]+)"?\s*[=:]\s*([^\n,}]+)/g);
      const paired = expression.text.matchAll(
        /\bname"?\s*[=:]\s*"([A-Z][A-Z0-9_]+)"[\s,]*"?value(?:From)?"?\s*[=:]\s*([^\n,}]+)/g,
      );
      for (const match of [...plain, ...paired])
        this.#readVariable(match[1] ?? "", { text: match[2] ?? "", offset: expression.offset });
    }
  }

  #readVariable(variable: string, value: HclExpression): void {
    const address = this.#address(value.text);
    const isMessaging =
      REFERENCE.test(value.text) ||
      (MODULE_REFERENCE.test(value.text) && /queue|topic|stream|sqs|sns|kinesis/i.test(variable + value.text));
    const text = literal(value);
    if (isMessaging || (text !== undefined && kindOfText(text) !== undefined))
      this.#builder.variable(value.offset, variable, address);
  }

  #readAlarm(block: HclBlock, reference: string): void {
    const namespace = literal(block.attributes.get("namespace")) ?? "";
    const text = [...block.attributes.values()].map((value) => value.text).join("\n");
    const isOnMessaging = /^AWS\/(SQS|SNS|Kinesis)$/.test(namespace);
    if (isOnMessaging) this.#builder.flag("ALARM", block.offset, `${reference} on ${namespace}`);
    const actions = ["alarm_actions", "ok_actions", "insufficient_data_actions"]
      .map((name) => block.attributes.get(name)?.text ?? "")
      .join();
    if (!/aws_sns_topic\./.test(text) && !/sns|topic/i.test(actions)) return;
    if (!isOnMessaging) this.#builder.flag("ALARM", block.offset, `${reference} notifies a topic`);
    this.#actors(block, "producer", "alarm action", reference);
  }

  /** Types that are told by what they refer to. */
  #readLoose(block: HclBlock, type: string, reference: string): void {
    if (/^aws_iam_(policy|role_policy|user_policy|group_policy)$/.test(type)) return this.#flagPolicy(block, reference);
    const text = everything(block);
    if (!REFERENCE.test(text)) {
      if (MODULE_REFERENCE.test(text)) this.#readLooseVariables(block);
      if (/\b(sqs|sns):(sendMessage|publish)\b/.test(text) && type === "aws_sfn_state_machine")
        this.#builder.flag("EVENT_TARGET", block.offset, reference);
      return;
    }
    this.#readLooseVariables(block);
    if (
      /^aws_(cloudwatch_event_target|scheduler_schedule|pipes_pipe|s3_bucket_notification|api_gateway_integration|apigatewayv2_integration|iot_topic_rule|sfn_state_machine|ses_\w+|sesv2_\w+|dynamodb_kinesis_streaming_destination|lambda_function_event_invoke_config|db_event_subscription|autoscaling_notification|codestarnotifications\w*|budgets_budget|cloudwatch_log_subscription_filter|backup_vault_notifications|elasticache_\w+|config_delivery_channel|codecommit_trigger|inspector\w*|chatbot\w*|autoscaling_lifecycle_hook|dms_event_subscription|redshift_event_subscription|neptune_event_subscription)$/.test(
        type,
      )
    ) {
      this.#builder.flag("EVENT_TARGET", block.offset, reference);
      this.#actors(
        block,
        type === "aws_pipes_pipe" && REFERENCE.test(block.attributes.get("source")?.text ?? "")
          ? "consumer"
          : "producer",
        type,
        reference,
      );
    } else if (type.startsWith("aws_appautoscaling")) this.#builder.flag("ALARM", block.offset, reference);
  }

  #flagPolicy(block: HclBlock, reference: string): void {
    if (/["'](sqs|sns|kinesis):[\w*]+["']/i.test(everything(block)))
      this.#builder.flag("IAM_POLICY", block.offset, reference);
  }

  #actors(block: HclBlock, role: "producer" | "consumer", operation: string, actor: string): void {
    const references = new Set([...everything(block).matchAll(new RegExp(REFERENCE, "g"))].map((match) => match[0]));
    for (const reference of references) {
      this.#builder.actor(block.offset, {
        role,
        kind: kindOf(reference),
        target: this.#address(reference),
        operation,
        actor,
      });
    }
  }

  /** `each.value.arn` means what the block is repeated over. */
  #addressIn(block: HclBlock, text: string): Address {
    const repeated = /\beach\.(key|value)\b/.test(text) ? block.attributes.get("for_each")?.text : undefined;
    return this.#address(repeated !== undefined && REFERENCE.test(repeated) ? repeated : text);
  }

  #address(text: string): Address {
    const plain = /^\s*"([^"$]*)"\s*$/.exec(text)?.[1];
    if (plain !== undefined) return addressOfText(plain);
    const reference = REFERENCE.exec(text)?.[1];
    if (reference !== undefined) return { by: "reference", reference: this.#builder.scoped(reference) };
    const module = MODULE_REFERENCE.exec(text)?.[1];
    if (module !== undefined) return { by: "reference", reference: this.#builder.scoped(`module.${module}`) };
    return { by: "unknown", text: text.trim().slice(0, 120) };
  }
}

/** The queue in a redrive policy, written as an object, as JSON or as JSON in a string. */
function deadLetterTarget(policy: string | undefined): string | undefined {
  return /deadLetterTargetArn\\?"?\s*[=:]\s*([^\n,}]+)/.exec(policy ?? "")?.[1];
}

function maxReceiveCount(policy: string | undefined): string | undefined {
  return /maxReceiveCount\\?"?\s*[=:]\s*\\?"?(\d+)/.exec(policy ?? "")?.[1];
}

/** `worker` of `aws_lambda_function.worker.arn`. */
function functionName(text: string | undefined): string | undefined {
  return /^aws_lambda_(?:function|alias)\.([\w-]+)/.exec(text ?? "")?.[1] ?? text;
}

function expressionsOf(block: HclBlock): readonly HclExpression[] {
  return [...block.attributes.values(), ...block.blocks.flatMap((inner) => expressionsOf(inner))];
}
