import type { Node } from "oxc-parser";
import { propertyOf } from "../engine/ast.ts";
import type { ResourceKind } from "./inventory.ts";

/** Properties of constructs, and AWS's names of the attributes that they set. */
export const ATTRIBUTES: Readonly<Record<string, string>> = {
  visibilityTimeout: "VisibilityTimeout",
  visibilityTimeoutSeconds: "VisibilityTimeout",
  retentionPeriod: "MessageRetentionPeriod",
  messageRetentionSeconds: "MessageRetentionPeriod",
  messageRetentionPeriod: "MessageRetentionPeriod",
  deliveryDelay: "DelaySeconds",
  delaySeconds: "DelaySeconds",
  receiveMessageWaitTime: "ReceiveMessageWaitTimeSeconds",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  contentBasedDeduplication: "ContentBasedDeduplication",
};

const UNITS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

/** `Duration.minutes(5)`, SST's `"5 minutes"`, and plain numbers. */
export function seconds(text: string): string | undefined {
  const [, unit, amount] = /Duration\.(second|minute|hour|day)s\((\d+)\)$/.exec(text) ?? [];
  const [, count, word] = /^["'`](\d+) (second|minute|hour|day)s?["'`]$/.exec(text) ?? [];
  const factor = UNITS[unit ?? word ?? ""];
  if (factor !== undefined) return String(Number(amount ?? count) * factor);
  return /^(\d+|true|false)$/.test(text) ? text : undefined;
}

/** What a variable probably holds, by its name. */
export function kindOfName(name: string, text: string): ResourceKind | undefined {
  if (/queue|dlq/i.test(name)) return "queue";
  if (/topic/i.test(name)) return "topic";
  return /stream/i.test(name) && /aws-kinesis/i.test(text) ? "stream" : undefined;
}

/** The value of the first of several properties that an object has. */
export function firstProperty(object: Node | undefined, names: readonly string[]): Node | undefined {
  for (const name of names) {
    const property = propertyOf(object, name);
    if (property !== undefined) return property.value;
  }
  return undefined;
}

/** The value of a number literal. */
export function numberOf(node: Node | undefined): number | undefined {
  return node?.type === "Literal" && typeof node.value === "number" ? node.value : undefined;
}

/** The kind in `fromQueueArn` and so on. */
export function kindOf(word: string): ResourceKind {
  if (word === "Queue") return "queue";
  return word === "Topic" ? "topic" : "stream";
}
