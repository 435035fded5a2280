import { missingParameter } from "@warrenmq/core/queues";
import { optionalString } from "../json-types.ts";

/**
 * A string parameter that must be there and not be empty.
 * @throws OperationError `MissingParameter`: `The request must contain the parameter QueueUrl.`
 */
export function requireString(value: unknown, parameter: string): string {
  const text = optionalString(value);
  if (text === undefined || text === "") throw missingParameter(parameter);
  return text;
}

/** The `QueueUrl` of a request, which is all that DeleteQueue, PurgeQueue and ListQueueTags take. */
export function requireQueueUrl(input: { readonly QueueUrl?: unknown }): string {
  return requireString(input.QueueUrl, "QueueUrl");
}
