import { parseJsonMap } from "@warrenmq/core/queues";
import { invalidParameter } from "./errors.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

/** How delays grow between the fastest and the slowest retry. */
export type BackoffFunction = "linear" | "arithmetic" | "geometric" | "exponential";

/** How often and when a delivery over HTTP is tried again: AWS's `healthyRetryPolicy`. Delays in seconds. */
export interface RetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  /** All retries: without delay, with the least, growing, and with the greatest delay, in this order. */
  readonly numRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly numMaxDelayRetries: number;
  readonly backoffFunction: BackoffFunction;
}

/** What a subscription over HTTP may be given. */
export interface DeliveryPolicy {
  readonly retry: RetryPolicy;
  /** Deliveries per second; `undefined` for no limit. */
  readonly maxReceivesPerSecond: number | undefined;
  readonly contentType: string;
}

/** AWS's defaults. Source: "Creating an HTTP/S delivery policy", SNS guide. */
export const DEFAULT_RETRY: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: "linear",
};

/** The content type of deliveries, unless `headerContentType` says otherwise. */
export const DEFAULT_CONTENT_TYPE = "text/plain; charset=UTF-8";

const MAX_DELAY_SECONDS = 3_600;
const MAX_RETRIES = 100;
/** AWS: "The total policy retry time for an HTTP/S endpoint can't exceed 3,600 seconds. This is a hard limit." */
const MAX_TOTAL_SECONDS = 3_600;
const BACKOFFS: ReadonlySet<unknown> = new Set(["linear", "arithmetic", "geometric", "exponential"]);
const CONTENT_TYPES: ReadonlySet<unknown> = new Set([
  "application/json",
  "application/xml",
  "application/octet-stream",
  "text/plain",
  "text/html",
  "text/css",
  "text/csv",
  "text/xml",
  "image/png",
]);

/** Checks a DeliveryPolicy attribute of a topic (`scope` "http") or of a subscription. @throws OperationError `InvalidParameter` */
export function checkDeliveryPolicy(text: string, scope: "topic" | "subscription"): void {
  const policy = parseJsonMap(text);
  if (policy === undefined) throw invalidParameter("DeliveryPolicy: failed to parse JSON.");
  parsePolicy(scope === "topic" ? objectAt(policy, "http") : policy, scope);
}

/** The policy that holds for a subscription: its own, else its topic's, else AWS's default. Both were checked. */
export function effectivePolicy(topicPolicy: string | undefined, own: string | undefined): DeliveryPolicy {
  const topic = topicFields(topicPolicy);
  const overriding = topic.get("disableSubscriptionOverrides") !== true;
  if (own !== undefined && overriding) return parsePolicy(parseJsonMap(own) ?? new Map(), "subscription");
  return parsePolicy(topic, "topic");
}

/** `EffectiveDeliveryPolicy` of a topic. */
export function shownTopicPolicy(text: string | undefined): string {
  const { retry, contentType, maxReceivesPerSecond } = effectivePolicy(text, undefined);
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: retry,
      disableSubscriptionOverrides: topicFields(text).get("disableSubscriptionOverrides") === true,
      ...(maxReceivesPerSecond === undefined ? {} : { defaultThrottlePolicy: { maxReceivesPerSecond } }),
      defaultRequestPolicy: { headerContentType: contentType },
    },
  });
}

/** `EffectiveDeliveryPolicy` of a subscription. */
export function shownSubscriptionPolicy(topicPolicy: string | undefined, own: string | undefined): string {
  const { retry, contentType, maxReceivesPerSecond } = effectivePolicy(topicPolicy, own);
  return JSON.stringify({
    healthyRetryPolicy: retry,
    sicklyRetryPolicy: null,
    throttlePolicy: maxReceivesPerSecond === undefined ? null : { maxReceivesPerSecond },
    requestPolicy: { headerContentType: contentType },
    guaranteed: false,
  });
}

type Fields = ReadonlyMap<string, unknown>;

function topicFields(policy: string | undefined): Fields {
  return objectAt(parseJsonMap(policy ?? "{}") ?? new Map(), "http");
}

function parsePolicy(policy: Fields, scope: "topic" | "subscription"): DeliveryPolicy {
  const prefix = scope === "topic" ? "defaultHealthyRetryPolicy" : "healthyRetryPolicy";
  const throttle = objectAt(policy, scope === "topic" ? "defaultThrottlePolicy" : "throttlePolicy");
  const request = objectAt(policy, scope === "topic" ? "defaultRequestPolicy" : "requestPolicy");
  const contentType = request.get("headerContentType") ?? DEFAULT_CONTENT_TYPE;
  return {
    retry: parseRetry(objectAt(policy, prefix)),
    maxReceivesPerSecond: throttle.has("maxReceivesPerSecond")
      ? integer(throttle, "maxReceivesPerSecond", 1, 1_000_000, 1)
      : undefined,
    contentType: contentTypeOf(contentType),
  };
}

function parseRetry(fields: Fields): RetryPolicy {
  const minDelayTarget = integer(fields, "minDelayTarget", 1, MAX_DELAY_SECONDS, DEFAULT_RETRY.minDelayTarget);
  const maxDelayTarget = integer(fields, "maxDelayTarget", 1, MAX_DELAY_SECONDS, DEFAULT_RETRY.maxDelayTarget);
  const numRetries = integer(fields, "numRetries", 0, MAX_RETRIES, DEFAULT_RETRY.numRetries);
  const phases = {
    numMaxDelayRetries: integer(fields, "numMaxDelayRetries", 0, MAX_RETRIES, 0),
    numNoDelayRetries: integer(fields, "numNoDelayRetries", 0, MAX_RETRIES, 0),
    numMinDelayRetries: integer(fields, "numMinDelayRetries", 0, MAX_RETRIES, 0),
  };
  if (minDelayTarget > maxDelayTarget) {
    throw invalidParameter("DeliveryPolicy: minDelayTarget must be less than or equal to maxDelayTarget");
  }
  if (phases.numMaxDelayRetries + phases.numMinDelayRetries + phases.numNoDelayRetries > numRetries) {
    throw invalidParameter("DeliveryPolicy: The sum of the retries of all phases must not exceed numRetries");
  }
  const retry = { minDelayTarget, maxDelayTarget, numRetries, ...phases, backoffFunction: backoffOf(fields) };
  if (totalRetrySeconds(retry) > MAX_TOTAL_SECONDS) {
    throw invalidParameter(`DeliveryPolicy: all retries together must not take more than ${MAX_TOTAL_SECONDS} seconds`);
  }
  return retry;
}

function totalRetrySeconds(policy: RetryPolicy): number {
  let total = 0;
  for (let retry = 1; retry <= policy.numRetries; retry++) total += retryDelaySeconds(policy, retry) ?? 0;
  return total;
}

function backoffOf(fields: Fields): BackoffFunction {
  const value = fields.get("backoffFunction") ?? DEFAULT_RETRY.backoffFunction;
  if (isBackoff(value)) return value;
  throw invalidParameter("DeliveryPolicy: backoffFunction must be linear, arithmetic, geometric or exponential");
}

function isBackoff(value: unknown): value is BackoffFunction {
  return BACKOFFS.has(value);
}

function contentTypeOf(value: unknown): string {
  const type = typeof value === "string" ? value.split(";")[0]?.trim() : undefined;
  if (typeof value === "string" && CONTENT_TYPES.has(type)) return value;
  throw invalidParameter("DeliveryPolicy: headerContentType is not supported");
}

function integer(fields: Fields, name: string, least: number, most: number, standard: number): number {
  const value = fields.get(name) ?? standard;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidParameter(`DeliveryPolicy: ${name} must be an integer between ${least} and ${most}`);
}

function objectAt(fields: Fields, name: string): Fields {
  const value = fields.get(name);
  if (value === undefined || value === null) return new Map();
  if (typeof value !== "object" || Array.isArray(value))
    throw invalidParameter(`DeliveryPolicy: ${name} must be an object`);
  return new Map<string, unknown>(Object.entries(value));
}
