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

/** `Duration.minutes(5)` and plain numbers. */
export function seconds(text: string): string | undefined {
  const duration = /Duration\.(seconds|minutes|hours|days)\((\d+)\)$/.exec(text);
  const units: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
  if (duration !== null) return String(Number(duration[2]) * (units[duration[1] ?? ""] ?? 1));
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
