import { invalidParameterValue } from "@warrenmq/core/queues";

/** The tags of a queue. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

/**
 * Checks tags and gives them merged into those that the queue has: at most 50 in all, keys of 1 to 128 and values of
 * up to 256 characters, no key beginning with `aws:`.
 */
export function validateTags(
  added: readonly (readonly [key: string, value: string])[],
  queueName: string,
  existing: Tags = {},
): Tags {
  for (const [key, value] of added) checkTag(key, value);
  const tags = new Map([...Object.entries(existing), ...added]);
  if (tags.size > MAX_TAGS) throw invalidParameterValue(`Too many tags added for queue ${queueName}.`);
  return Object.fromEntries(tags);
}

/** Checks the length of a key. */
export function checkTagKey(key: string): void {
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH) return;
  throw invalidParameterValue(`Tag keys must be between 1 and ${MAX_KEY_LENGTH} characters in length.`);
}

function checkTag(key: string, value: string): void {
  checkTagKey(key);
  if (key.toLowerCase().startsWith("aws:")) {
    throw invalidParameterValue("Tag keys beginning with aws: are reserved for use by AWS.");
  }
  if (value.length > MAX_VALUE_LENGTH) {
    throw invalidParameterValue(`Tag values must be between 0 and ${MAX_VALUE_LENGTH} characters in length.`);
  }
}
