import { parseArn, parseSubscriptionResource } from "@warrenmq/core/internal";
import { invalidParameter } from "./errors.ts";
import { optionalText } from "./input.ts";

const ELEMENTS = 6;
const MOST_TOPICS = 1_000;
/** Topics by their ARNs: a publisher says the same one with every message. */
const topicNames = new Map<string, string>();

/** What a subscription's ARN says. */
export interface SubscriptionReference {
  readonly topicName: string;
  readonly id: string;
}

/**
 * The topic that an ARN names. One virtual host has one account and one region, so the name alone counts.
 * @throws OperationError `InvalidParameter`
 */
export function topicNameOf(value: unknown, parameter = "TopicArn"): string {
  const known = typeof value === "string" ? topicNames.get(value) : undefined;
  if (known !== undefined) return known;
  const arn = checkElements(value, parameter);
  const parsed = parseArn(arn);
  if (parsed?.service !== "sns" || /[:/]/.test(parsed.resource)) throw invalidParameter(parameter);
  if (topicNames.size >= MOST_TOPICS) topicNames.clear();
  topicNames.set(arn, parsed.resource);
  return parsed.resource;
}

/** The subscription that an ARN names. @throws OperationError `InvalidParameter` */
export function subscriptionOf(value: unknown): SubscriptionReference {
  const arn = checkElements(value, "SubscriptionArn");
  const parsed = parseArn(arn);
  const name = parsed?.service === "sns" ? parseSubscriptionResource(parsed.resource) : undefined;
  if (name === undefined || !/^[0-9a-f-]{36}$/.test(name.subscriptionId)) throw invalidParameter("SubscriptionId");
  return { topicName: name.topicName, id: name.subscriptionId };
}

function checkElements(value: unknown, parameter: string): string {
  const arn = optionalText(value);
  if (arn === undefined || arn === "") throw invalidParameter(`${parameter} Reason: no value for required parameter`);
  const elements = arn.split(":").length;
  if (elements < ELEMENTS) {
    throw invalidParameter(`${parameter} Reason: An ARN must have at least ${ELEMENTS} elements, not ${elements}`);
  }
  return arn;
}
