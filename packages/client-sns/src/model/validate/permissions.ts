import { invalidParameter } from "../errors.ts";
import { optionalText, textList } from "../input.ts";
import type { Grant } from "../topic-policy.ts";

const LABEL = /^[A-Za-z0-9_-]{1,80}$/;
const ACTIONS: ReadonlySet<string> = new Set([
  "*",
  "AddPermission",
  "DeleteTopic",
  "GetDataProtectionPolicy",
  "GetTopicAttributes",
  "ListSubscriptionsByTopic",
  "ListTagsForResource",
  "Publish",
  "PutDataProtectionPolicy",
  "Receive",
  "RemovePermission",
  "SetTopicAttributes",
  "Subscribe",
]);

/** The grant of an AddPermission. @throws OperationError `InvalidParameter` */
export function validateAddPermission(input: {
  readonly Label?: unknown;
  readonly AWSAccountId?: unknown;
  readonly ActionName?: unknown;
}): Omit<Grant, "topicArn"> {
  const accountIds = textList(input.AWSAccountId);
  const actions = textList(input.ActionName);
  if (accountIds.length === 0 || accountIds.some((id) => !/^(?:\d{12}|\*)$/.test(id)))
    throw invalidParameter("AWSAccountId");
  if (actions.length === 0) throw invalidParameter("ActionName");
  if (actions.some((action) => !ACTIONS.has(action)))
    throw invalidParameter("Policy statement action out of service scope!");
  return { label: validateLabel(input), accountIds, actions };
}

/** The label of a statement. @throws OperationError `InvalidParameter` */
export function validateLabel(input: { readonly Label?: unknown }): string {
  const label = optionalText(input.Label) ?? "";
  if (!LABEL.test(label)) throw invalidParameter("Label");
  return label;
}
