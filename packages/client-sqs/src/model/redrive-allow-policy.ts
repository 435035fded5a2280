import type { OperationError } from "@warrenmq/core/internal";
import { invalidAttributeValue, invalidValue, parseJsonMap } from "@warrenmq/core/queues";
import { formatRedrivePolicy, type RedrivePolicy } from "./redrive-policy.ts";

/** Which queues may name this one as their dead-letter queue. */
export type RedriveAllowPolicy =
  | { readonly redrivePermission: "allowAll" }
  | { readonly redrivePermission: "denyAll" }
  | { readonly redrivePermission: "byQueue"; readonly sourceQueueArns: readonly string[] };

const PARAMETER = "RedriveAllowPolicy";
const MAX_SOURCES = 10;
const KEYS: ReadonlySet<string> = new Set(["redrivePermission", "sourceQueueArns"]);

/** Reads a RedriveAllowPolicy attribute (the value, not empty). `sourceQueueArns` goes with `byQueue` only, 1 to 10 of them. */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const policy = parseJsonMap(text);
  if (policy === undefined || [...policy.keys()].some((key) => !KEYS.has(key))) throw unsupportedFormat();
  const permission = policy.get("redrivePermission");
  const sources = policy.get("sourceQueueArns");
  if (sources !== undefined && !isStringList(sources)) throw unsupportedFormat();
  if (permission === "byQueue")
    return { redrivePermission: permission, sourceQueueArns: requireSources(sources, text) };
  if (permission !== "allowAll" && permission !== "denyAll") throw unsupportedFormat();
  if (sources !== undefined && sources.length > 0) {
    throw refused(text, "To specify one or more source queue ARNs, you must set redrivePermission to byQueue.");
  }
  return { redrivePermission: permission };
}

function requireSources(sources: readonly string[] | undefined, text: string): readonly string[] {
  if (sources === undefined || sources.length === 0) {
    throw refused(
      text,
      "When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.",
    );
  }
  if (sources.length > MAX_SOURCES) {
    throw refused(text, `The maximum number of source queue ARNs you can specify is ${MAX_SOURCES}.`);
  }
  return sources;
}

function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}

function refused(text: string, reason: string): OperationError {
  return invalidValue(PARAMETER, text, `Amazon SQS can't create the redrive allow policy. ${reason}`);
}

function unsupportedFormat(): OperationError {
  const reason = "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.";
  return invalidAttributeValue(PARAMETER, reason);
}

/** The attribute's value as `GetQueueAttributes` shows it. */
export function formatRedriveAllowPolicy(policy: RedriveAllowPolicy): string {
  return JSON.stringify(policy);
}

/** Whether a queue may use another, with this policy, as its dead-letter queue. No policy allows all. */
export function allowsRedriveFrom(policy: RedriveAllowPolicy | undefined, sourceQueueArn: string): boolean {
  if (policy === undefined || policy.redrivePermission === "allowAll") return true;
  return policy.redrivePermission === "byQueue" && policy.sourceQueueArns.includes(sourceQueueArn);
}

/** What setting a RedrivePolicy answers when the dead-letter queue's RedriveAllowPolicy forbids it. Text not recorded. */
export function redriveNotAllowed(policy: RedrivePolicy): OperationError {
  return invalidValue(
    "RedrivePolicy",
    formatRedrivePolicy(policy),
    "The dead-letter queue's redrive allow policy does not allow this source queue.",
  );
}
