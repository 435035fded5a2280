import { optionalStringList } from "../json-types.ts";
import { checkTagKey, type Tags } from "./tags.ts";

/** Checks an UntagQueue as SQS does, and gives the tags that the queue has after it. Keys that it has not do no harm. */
export function validateUntagQueue(input: { readonly TagKeys?: unknown }, existing: Tags): Tags {
  const keys = optionalStringList(input.TagKeys) ?? [];
  if (keys.length === 0) checkTagKey("");
  for (const key of keys) checkTagKey(key);
  return Object.fromEntries(Object.entries(existing).filter(([key]) => !keys.includes(key)));
}
