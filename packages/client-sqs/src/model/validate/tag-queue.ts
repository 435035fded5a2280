import { missingParameter } from "@warrenmq/core/queues";
import { optionalStringEntries } from "../json-types.ts";
import { validateTags, type Tags } from "./tags.ts";

/** Checks a TagQueue as SQS does, and gives the tags that the queue has after it. */
export function validateTagQueue(input: { readonly Tags?: unknown }, queueName: string, existing: Tags): Tags {
  const added = optionalStringEntries(input.Tags) ?? [];
  if (added.length === 0) throw missingParameter("Tags");
  return validateTags(added, queueName, existing);
}
