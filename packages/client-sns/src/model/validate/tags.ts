import { OperationError } from "@warrenmq/core/internal";
import { invalidParameter } from "../errors.ts";
import { optionalEntries, optionalList, optionalText } from "../input.ts";
import type { TextMap } from "../sns-registry.ts";

const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

/** The `Tags` of a request. @throws OperationError `InvalidParameter`, `TagLimitExceeded` */
export function validateTags(value: unknown, existing: TextMap = {}): TextMap {
  const added = optionalList(value).map(tagOf);
  if (new Set(added.map(([key]) => key)).size < added.length) {
    throw invalidParameter("Duplicated keys are not allowed.");
  }
  const tags = Object.fromEntries(added);
  if (Object.keys({ ...existing, ...tags }).length > MAX_TAGS) {
    throw new OperationError(
      "TagLimitExceededException",
      `Could not complete request: tag quota of per resource exceeded`,
    );
  }
  return tags;
}

function tagOf(member: unknown): readonly [key: string, value: string] {
  const fields = new Map(optionalEntries(member));
  const key = optionalText(fields.get("Key")) ?? "";
  const value = optionalText(fields.get("Value")) ?? "";
  if (key.length < 1 || key.length > MAX_KEY_LENGTH || key.toLowerCase().startsWith("aws:")) {
    throw invalidParameter("Tags Reason: a tag's key has 1 to 128 characters and does not begin with aws:");
  }
  if (value.length > MAX_VALUE_LENGTH) throw invalidParameter("Tags Reason: a tag's value has at most 256 characters");
  return [key, value];
}
