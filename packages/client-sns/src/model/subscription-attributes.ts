import { parseArn } from "@warrenmq/core/internal";
import { parseJsonMap } from "@warrenmq/core/queues";
import { checkDeliveryPolicy } from "./delivery-policy.ts";
import { invalidParameter } from "./errors.ts";
import { checkFilterPolicy, NestedPolicyError, type FilterPolicyScope } from "./filter-policy/filter-policy.ts";
import { PolicyError } from "./filter-policy/policy.ts";
import { jsonComplaint } from "./json-complaint.ts";
import { parseReplayPolicy } from "./replay-policy.ts";
import type { Protocol, TextMap } from "./sns-registry.ts";

/** What decides which attributes a subscription may have. */
export interface SubscriptionKind {
  readonly fifoTopic: boolean;
  readonly protocol: Protocol;
  /** Whether its endpoint is a FIFO queue. */
  readonly fifoQueue: boolean;
}

const NAMES: ReadonlySet<string> = new Set([
  "DeliveryPolicy",
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "ReplayPolicy",
  "SubscriptionRoleArn",
]);
/** An empty value of the others removes them. */
const NEVER_EMPTY: ReadonlySet<string> = new Set(["FilterPolicyScope", "RawMessageDelivery"]);
const MAX_FILTER_BYTES = 262_144;

/**
 * Reads the attributes of Subscribe.
 * @throws OperationError `InvalidParameter`, its text with AWS's `Attributes Reason: ` in front
 */
export function parseSubscriptionAttributes(
  requested: readonly (readonly [string, string])[],
  kind: SubscriptionKind,
): TextMap {
  const attributes: Record<string, string> = {};
  for (const [name, value] of requested) {
    if (!NAMES.has(name)) throw invalidParameter(`Attributes Reason: Invalid attribute name: ${name}`);
    if (value !== "" || NEVER_EMPTY.has(name)) attributes[name] = value;
  }
  return check(attributes, Object.keys(attributes), kind, "Attributes Reason: ");
}

/**
 * Reads one attribute for SetSubscriptionAttributes and gives all that the subscription has after it. An empty policy is
 * removed.
 * @throws OperationError `InvalidParameter`
 */
export function changeSubscriptionAttribute(
  current: TextMap,
  name: string,
  value: string,
  kind: SubscriptionKind,
): TextMap {
  if (!NAMES.has(name)) throw invalidParameter("AttributeName");
  const { [name]: _before, ...others } = current;
  if (value === "" && !NEVER_EMPTY.has(name)) return name === "FilterPolicy" ? withoutScope(others) : others;
  return check({ ...others, [name]: value }, [name], kind, "");
}

function withoutScope({ FilterPolicyScope: _scope, ...others }: TextMap): TextMap {
  return others;
}

/** Checks the attributes that were given, and completes them as AWS shows them. */
function check(attributes: TextMap, given: readonly string[], kind: SubscriptionKind, prefix: string): TextMap {
  const checked: Record<string, string> = { ...attributes };
  const scope = scopeOf(checked["FilterPolicyScope"]);
  for (const name of given) {
    const value = checked[name] ?? "";
    if (name === "RawMessageDelivery") checked[name] = rawDelivery(value, prefix);
    if (name === "DeliveryPolicy") checkDeliveryPolicy(value, "subscription");
    if (name === "RedrivePolicy") redriveQueue(value, kind);
    if (name === "ReplayPolicy") parseReplayPolicy(value, kind.fifoTopic);
  }
  const filter = checked["FilterPolicy"];
  if (filter === undefined) return checked;
  checkFilter(filter, scope, prefix);
  return { ...checked, FilterPolicyScope: scope };
}

function scopeOf(value: string | undefined): FilterPolicyScope {
  if (value === undefined || value === "MessageAttributes") return "MessageAttributes";
  if (value === "MessageBody") return value;
  throw invalidParameter(
    `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
  );
}

function checkFilter(text: string, scope: FilterPolicyScope, prefix: string): void {
  if (Buffer.byteLength(text) > MAX_FILTER_BYTES)
    throw invalidParameter(`${prefix}FilterPolicy: Filter policy is too long`);
  try {
    checkFilterPolicy(text, scope);
  } catch (error) {
    if (error instanceof NestedPolicyError) throw invalidParameter(error.message);
    if (error instanceof PolicyError) throw invalidParameter(`${prefix}FilterPolicy: ${error.message}`);
    throw error;
  }
}

function rawDelivery(value: string, prefix: string): string {
  const lower = value.toLowerCase();
  if (lower === "true" || lower === "false") return lower;
  throw invalidParameter(`${prefix}RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
}

/**
 * The name of the dead-letter queue that a RedrivePolicy names.
 * @throws OperationError `InvalidParameter`
 */
function redriveQueue(text: string, { fifoTopic, fifoQueue }: SubscriptionKind): string {
  const complaint = jsonComplaint(text);
  if (complaint !== undefined) throw invalidParameter(`RedrivePolicy: ${complaint}`);
  const name = deadLetterQueue({ RedrivePolicy: text });
  if (name === undefined) throw invalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  if (fifoTopic && fifoQueue && !name.endsWith(".fifo")) {
    throw invalidParameter("RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.");
  }
  return name;
}

/** The name of a subscription's dead-letter queue, if it has one. */
export function deadLetterQueue(attributes: TextMap): string | undefined {
  const target = parseJsonMap(attributes["RedrivePolicy"] ?? "")?.get("deadLetterTargetArn");
  const arn = typeof target === "string" ? parseArn(target) : undefined;
  return arn?.service === "sqs" ? arn.resource : undefined;
}
