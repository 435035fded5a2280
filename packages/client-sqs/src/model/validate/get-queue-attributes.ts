import { optionalStringList } from "../json-types.ts";
import { validateAttributeNames } from "../queue-attribute-selection.ts";

/** The names that a GetQueueAttributes asks for, for `selectAttributes`. None: SQS answers without attributes. */
export function validateGetQueueAttributes(input: { readonly AttributeNames?: unknown }): readonly string[] {
  const names = optionalStringList(input.AttributeNames) ?? [];
  validateAttributeNames(names);
  return names;
}
