import { validateEach, validateEntries, type ValidBatch } from "./batch.ts";
import { requireString } from "./required.ts";

/** An entry of a DeleteMessageBatch that may be carried out. */
export interface ValidDeleteEntry {
  readonly id: string;
  readonly receiptHandle: string;
}

/** Checks a DeleteMessageBatch as SQS does. */
export function validateDeleteMessageBatch(input: { readonly Entries?: unknown }): ValidBatch<ValidDeleteEntry> {
  const entries = validateEntries(input.Entries, "DeleteMessageBatchRequestEntry");
  return validateEach(entries, ({ id, members }) => ({
    id,
    receiptHandle: requireString(members["ReceiptHandle"], "ReceiptHandle"),
  }));
}
