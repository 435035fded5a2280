import type { Node } from "oxc-parser";
import { stringValue } from "../engine/ast.ts";
import type { Rule } from "./rule.ts";

/** What aws-sdk v2 has in `error.code`, and the `name` of the same error in v3. */
export const V2_ERROR_NAMES: ReadonlyMap<string, string> = new Map([
  ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"],
  ["AWS.SimpleQueueService.QueueDoesNotExist", "QueueDoesNotExist"],
  ["AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"],
  ["AWS.SimpleQueueService.QueueNameExists", "QueueNameExists"],
  ["AWS.SimpleQueueService.PurgeQueueInProgress", "PurgeQueueInProgress"],
  ["AWS.SimpleQueueService.MessageNotInflight", "MessageNotInflight"],
  ["AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "TooManyEntriesInBatchRequest"],
  ["AWS.SimpleQueueService.EmptyBatchRequest", "EmptyBatchRequest"],
  ["AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "BatchEntryIdsNotDistinct"],
  ["AWS.SimpleQueueService.BatchRequestTooLong", "BatchRequestTooLong"],
  ["AWS.SimpleQueueService.InvalidBatchEntryId", "InvalidBatchEntryId"],
  ["AWS.SimpleQueueService.UnsupportedOperation", "UnsupportedOperation"],
  ["QueueAlreadyExists", "QueueNameExists"],
  ["OverLimit", "OverLimit"],
  ["ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"],
  ["InvalidMessageContents", "InvalidMessageContents"],
  ["ResourceNotFoundException", "ResourceNotFoundException"],
  ["ResourceInUseException", "ResourceInUseException"],
  ["ProvisionedThroughputExceededException", "ProvisionedThroughputExceededException"],
  ["ExpiredIteratorException", "ExpiredIteratorException"],
  ["LimitExceededException", "LimitExceededException"],
  ["InvalidArgumentException", "InvalidArgumentException"],
  ["NotFound", "NotFoundException"],
  ["InvalidParameter", "InvalidParameterException"],
  ["EndpointDisabled", "EndpointDisabledException"],
  ["AuthorizationError", "AuthorizationErrorException"],
]);

/** Reports comparisons with the error codes that only aws-sdk v2, or AWS's query protocol, uses. */
export const errorCodes: Rule = {
  title: "errors that are recognised by their v2 code are reported",
  applies: (text) => text.includes("AWS.SimpleQueueService."),
  check: (file) => {
    for (const literal of file.tree.ofType("Literal")) {
      const value = stringValue(literal);
      if (value === undefined || !value.startsWith("AWS.SimpleQueueService.") || !isCompared(literal)) continue;
      file.flag(
        "ERROR_CODE",
        literal,
        `${value}: ${V2_ERROR_NAMES.get(value) ?? "another name"} in v3`,
        file.isTest ? "info" : undefined,
      );
    }
  },
};

function isCompared(literal: Node): boolean {
  const type = literal.parent?.type;
  return (
    type === "BinaryExpression" || type === "SwitchCase" || type === "ArrayExpression" || type === "CallExpression"
  );
}
