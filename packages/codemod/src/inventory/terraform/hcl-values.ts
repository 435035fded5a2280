import type { HclBlock, HclExpression } from "./hcl-file.ts";
import type { ResourceKind } from "../inventory.ts";

/** The value of a string without interpolation. */
export function literal(expression: HclExpression | undefined): string | undefined {
  return /^\s*"([^"$]*)"\s*$/.exec(expression?.text ?? "")?.[1];
}

/** `jsonencode({ kind = ["retail"] })` as JSON, where it has literals alone; else as it is written. */
export function jsonOf(text: string): string {
  const inner = /^\s*jsonencode\(([\s\S]*)\)\s*$/.exec(text)?.[1];
  if (inner === undefined) return text;
  const json = inner
    .trim()
    .replaceAll(/^([ \t]*(?:[{[,][ \t]*)?)"?([\w-]+)"?[ \t]*=(?!=)/gm, '$1"$2":')
    .replaceAll(/([{,]\s*)"?([\w-]+)"?\s*=(?!=)/g, '$1"$2":')
    .replaceAll(/(["\]}\w])[ \t]*\n(\s*["[{\w])/g, "$1,\n$2")
    .replaceAll(/,(\s*[}\]])/g, "$1");
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return text;
  }
}

/** The text of every expression in a block and below. */
export function everything(block: HclBlock): string {
  return [
    ...[...block.attributes.values()].map(({ text }) => text),
    ...block.blocks.map((inner) => everything(inner)),
  ].join("\n");
}

/** `{ QUEUE_URL = aws_sqs_queue.orders.url }`, also inside merge(…). */
export function objectEntries(expression: HclExpression | undefined): (readonly [string, HclExpression])[] {
  if (expression === undefined) return [];
  return [...expression.text.matchAll(/\b(\w+)["']?\s*[=:]\s*([^\n,}]+)/g)].map(
    (match) => [match[1] ?? "", { text: match[2] ?? "", offset: expression.offset + match.index }] as const,
  );
}

/** What an expression refers to, by its words. */
export function kindOf(text: string): ResourceKind {
  if (/sns_topic|:sns:/.test(text)) return "topic";
  return /kinesis/.test(text) ? "stream" : "queue";
}

const ATTRIBUTES: Readonly<Record<ResourceKind, Readonly<Record<string, string>>>> = {
  queue: {
    visibility_timeout_seconds: "VisibilityTimeout",
    message_retention_seconds: "MessageRetentionPeriod",
    max_message_size: "MaximumMessageSize",
    delay_seconds: "DelaySeconds",
    receive_wait_time_seconds: "ReceiveMessageWaitTimeSeconds",
    content_based_deduplication: "ContentBasedDeduplication",
    deduplication_scope: "DeduplicationScope",
    fifo_throughput_limit: "FifoThroughputLimit",
  },
  topic: { content_based_deduplication: "ContentBasedDeduplication", display_name: "DisplayName" },
  stream: { retention_period: "RetentionPeriodHours" },
};

/** A resource's attributes under AWS's names, as far as they are literals. */
export function attributesOf(block: HclBlock, kind: ResourceKind): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [theirs, ours] of Object.entries(ATTRIBUTES[kind])) {
    const value = /^"?([\w.-]+)"?$/.exec(block.attributes.get(theirs)?.text.trim() ?? "")?.[1];
    if (value !== undefined && !/^(var|local|each)\./.test(value)) found[ours] = value;
  }
  return found;
}

/** Every expression in a block and below. */
export function expressionsOf(block: HclBlock): readonly HclExpression[] {
  return [...block.attributes.values(), ...block.blocks.flatMap((inner) => expressionsOf(inner))];
}
