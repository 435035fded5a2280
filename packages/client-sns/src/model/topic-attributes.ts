import { parseJsonMap } from "@warrenmq/core/queues";
import { checkDeliveryPolicy } from "./delivery-policy.ts";
import { invalidParameter } from "./errors.ts";
import type { TextMap } from "./sns-registry.ts";

type Parser = (name: string, value: string) => string;

/** One topic attribute that can be written. */
interface AttributeRule {
  readonly parse: Parser;
  /** FIFO topics only. */
  readonly fifo?: true;
  /** An empty value removes it. */
  readonly removable?: true;
}

const MAX_POLICY_BYTES = 30_720;
const MAX_NAME_LENGTH = 100;
const MAX_ARCHIVE_DAYS = 365;

const PLAIN: AttributeRule = { parse: (_name, value) => value, removable: true };
const FEEDBACK: readonly (readonly [string, AttributeRule])[] = [
  "HTTP",
  "Firehose",
  "Lambda",
  "Application",
  "SQS",
].flatMap((protocol) =>
  ["SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"].map(
    (attribute) => [protocol + attribute, PLAIN] as const,
  ),
);

const RULES: ReadonlyMap<string, AttributeRule> = new Map<string, AttributeRule>([
  ["DeliveryPolicy", { parse: deliveryPolicy, removable: true }],
  ["DisplayName", { parse: displayName, removable: true }],
  ["Policy", { parse: policy, removable: true }],
  ["TracingConfig", { parse: oneOf("Active", "PassThrough") }],
  ["KmsMasterKeyId", PLAIN],
  ["SignatureVersion", { parse: oneOf("1", "2") }],
  ["MaximumMessageSize", { parse: messageSize }],
  ["FifoTopic", { parse: boolean, fifo: true }],
  ["ContentBasedDeduplication", { parse: boolean, fifo: true }],
  ["FifoThroughputScope", { parse: oneOf("Topic", "MessageGroup"), fifo: true }],
  ["ArchivePolicy", { parse: archivePolicy, fifo: true, removable: true }],
  ...FEEDBACK,
]);

/** What a topic is that was not told otherwise. */
const DEFAULTS: TextMap = {
  ArchivePolicy: "{}",
  ContentBasedDeduplication: "false",
  DisplayName: "",
  FifoThroughputScope: "Topic",
  MaximumMessageSize: "262144",
  SignatureVersion: "1",
  TracingConfig: "PassThrough",
};

/**
 * Reads the attributes of CreateTopic.
 * @throws OperationError `InvalidParameter`
 */
export function parseTopicAttributes(requested: readonly (readonly [string, string])[], fifo: boolean): TextMap {
  const attributes: Record<string, string> = {};
  for (const [name, value] of requested) {
    const rule = ruleOf(name, fifo, "Attributes Reason: ");
    if (value === "" && rule.removable === true) continue;
    attributes[name] = rule.parse(name, value);
  }
  return attributes;
}

/** Reads one attribute for SetTopicAttributes; `undefined` removes it. @throws OperationError `InvalidParameter` */
export function parseTopicAttribute(name: string, value: string, fifo: boolean): string | undefined {
  const rule = name === "FifoTopic" ? undefined : ruleOf(name, fifo, "");
  if (rule === undefined) throw invalidParameter("AttributeName");
  return value === "" && rule.removable === true ? undefined : rule.parse(name, value);
}

/** Whether CreateTopic with these attributes means the topic that exists: what is not given does not differ. */
export function sameAttributes(existing: TextMap, requested: TextMap): boolean {
  return Object.entries(requested).every(([name, value]) => (existing[name] ?? DEFAULTS[name]) === value);
}

/** For how many days the topic keeps its messages; `undefined` when it does not. */
export function archiveDays(attributes: TextMap): number | undefined {
  const text = attributes["ArchivePolicy"];
  const days = text === undefined ? undefined : parseJsonMap(text)?.get("MessageRetentionPeriod");
  return days === undefined ? undefined : Number(days);
}

function ruleOf(name: string, fifo: boolean, prefix: string): AttributeRule {
  const rule = RULES.get(name);
  if (rule === undefined || (rule.fifo === true && !fifo))
    throw invalidParameter(`${prefix}Invalid attribute name: ${name}`);
  return rule;
}

function oneOf(...allowed: readonly string[]): Parser {
  return (name, value) => {
    if (allowed.includes(value)) return value;
    throw invalidParameter(`${name} Reason: must be one of ${allowed.join(", ")}`);
  };
}

/** AWS takes `True` as well. */
function boolean(name: string, value: string): string {
  const lower = value.toLowerCase();
  if (lower === "true" || lower === "false") return lower;
  throw invalidParameter(`${name}: Invalid value [${value}]. Must be true or false.`);
}

function displayName(_name: string, value: string): string {
  if (value.length <= MAX_NAME_LENGTH) return value;
  throw invalidParameter("DisplayName Reason: must be at most 100 characters long");
}

function policy(_name: string, value: string): string {
  if (parseJsonMap(value) !== undefined && Buffer.byteLength(value) <= MAX_POLICY_BYTES) return value;
  throw invalidParameter("Policy Error: null");
}

function deliveryPolicy(_name: string, value: string): string {
  checkDeliveryPolicy(value, "topic");
  return value;
}

function messageSize(_name: string, value: string): string {
  if (/^\d{4,7}$/.test(value) && Number(value) >= 1_024 && Number(value) <= 1_048_576) return value;
  throw invalidParameter("MaximumMessageSize Reason: must be between 1024 and 1048576");
}

function archivePolicy(_name: string, value: string): string {
  const parsed = parseJsonMap(value);
  if (parsed?.size === 0) return "{}";
  const days = Number(parsed?.get("MessageRetentionPeriod"));
  if (Number.isInteger(days) && days >= 1 && days <= MAX_ARCHIVE_DAYS) {
    return JSON.stringify({ MessageRetentionPeriod: String(days) });
  }
  throw invalidParameter(`ArchivePolicy: MessageRetentionPeriod must be between 1 and ${MAX_ARCHIVE_DAYS}`);
}
