import { missingParameter } from "@warrenmq/core/queues";
import { optionalStringEntries } from "../json-types.ts";
import { parseSetAttributes, type QueueAttributes } from "../queue-attributes.ts";

/** Checks a SetQueueAttributes as SQS does, and gives the attributes that the queue has after it. */
export function validateSetQueueAttributes(
  input: { readonly Attributes?: unknown },
  current: QueueAttributes,
): QueueAttributes {
  const requested = optionalStringEntries(input.Attributes) ?? [];
  if (requested.length === 0) throw missingParameter("Attribute.Name");
  return parseSetAttributes(current, requested);
}
