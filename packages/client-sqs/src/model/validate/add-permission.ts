import { OperationError } from "@warrenmq/core/internal";
import { invalidValue, missingParameter, type PermissionGrant } from "@warrenmq/core/queues";
import { optionalStringList } from "../json-types.ts";
import { requireString } from "./required.ts";

const LABEL = /^[A-Za-z0-9_-]{1,80}$/;
const ACCOUNT_ID = /^\d{12}$/;
const MAX_ACTIONS = 7;
const ACTIONS: ReadonlySet<string> = new Set([
  "*",
  "SendMessage",
  "ReceiveMessage",
  "DeleteMessage",
  "ChangeMessageVisibility",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
]);

/** The members of an AddPermission other than its QueueUrl. */
export interface AddPermissionParameters {
  readonly Label?: unknown;
  readonly AWSAccountIds?: unknown;
  readonly Actions?: unknown;
}

/** Checks an AddPermission as SQS does; whether the label is free is seen by `addPermission`. */
export function validateAddPermission(input: AddPermissionParameters): PermissionGrant {
  const label = validateLabel(input.Label);
  const actions = optionalStringList(input.Actions) ?? [];
  const accountIds = optionalStringList(input.AWSAccountIds) ?? [];
  if (actions.length === 0) throw missingParameter("Actions");
  if (actions.length > MAX_ACTIONS) {
    throw new OperationError("OverLimit", `${actions.length} Actions were found, maximum allowed is ${MAX_ACTIONS}.`);
  }
  const notGrantable = actions.find((action) => !ACTIONS.has(action));
  if (notGrantable !== undefined) {
    throw invalidValue("ActionName", `SQS:${notGrantable}`, "Only the queue owner is allowed to invoke this action.");
  }
  if (accountIds.length === 0 || !accountIds.every((id) => ACCOUNT_ID.test(id))) {
    throw invalidValue("PrincipalId", `[${accountIds.join(", ")}]`, "Unable to verify.");
  }
  return { label, accountIds, actions };
}

/** The `Label` of AddPermission and RemovePermission: 1 to 80 letters, digits, hyphens and underscores. */
export function validateLabel(value: unknown): string {
  const label = requireString(value, "Label");
  if (LABEL.test(label)) return label;
  throw invalidValue(
    "Label",
    label,
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
  );
}
