import { validateEach, validateEntries, type ValidBatch } from "./batch.ts";
import { validateChangeMessageVisibility, type ValidVisibilityChange } from "./change-message-visibility.ts";

/** An entry of a ChangeMessageVisibilityBatch that may be carried out. */
export interface ValidVisibilityEntry extends ValidVisibilityChange {
  readonly id: string;
}

/** Checks a ChangeMessageVisibilityBatch as SQS does. */
export function validateChangeMessageVisibilityBatch(input: {
  readonly Entries?: unknown;
}): ValidBatch<ValidVisibilityEntry> {
  const entries = validateEntries(input.Entries, "ChangeMessageVisibilityBatchRequestEntry");
  return validateEach(entries, ({ id, members }) => ({ id, ...validateChangeMessageVisibility(members) }));
}
