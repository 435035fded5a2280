import { OperationError } from "@warrenmq/core/internal";
import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { missingParameter } from "@warrenmq/core/queues";
import { optionalEntries, optionalList, optionalString } from "../json-types.ts";

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** One entry of a batch request with its checked `Id`; the other members are still as given. */
export interface BatchEntry {
  readonly id: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** The outcome of checking a batch: what may be done, and what goes to `Failed` at once. */
export interface ValidBatch<T> {
  readonly valid: readonly T[];
  readonly failed: readonly BatchResultErrorEntry[];
}

/**
 * The rules of every batch, whose violation fails the whole call: 1 to 10 entries, proper and distinct Ids.
 * @param entryType the name of the entry's shape, which AWS's messages contain
 */
export function validateEntries(value: unknown, entryType: string): readonly BatchEntry[] {
  const list = optionalList(value) ?? [];
  if (list.length === 0) {
    throw new OperationError("EmptyBatchRequest", `There should be at least one ${entryType} in the request.`);
  }
  if (list.length > MAX_ENTRIES) {
    throw new OperationError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${list.length}.`,
    );
  }
  const entries = list.map((member, index) => readEntry(member, `${entryType}.${index + 1}`));
  checkDistinct(entries);
  return entries;
}

function readEntry(member: unknown, path: string): BatchEntry {
  const members = Object.fromEntries(optionalEntries(member) ?? []);
  const id = optionalString(members["Id"]);
  if (id === undefined) throw missingParameter(`${path}.Id`);
  if (!ENTRY_ID.test(id)) {
    throw new OperationError(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  }
  return { id, members };
}

function checkDistinct(entries: readonly BatchEntry[]): void {
  const seen = new Set<string>();
  for (const { id } of entries) {
    if (seen.has(id)) throw new OperationError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
    seen.add(id);
  }
}

/** Checks each entry by itself: what `validate` throws makes that entry fail and leaves the others alone. */
export function validateEach<T>(entries: readonly BatchEntry[], validate: (entry: BatchEntry) => T): ValidBatch<T> {
  const valid: T[] = [];
  const failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      valid.push(validate(entry));
    } catch (error) {
      // A value of a wrong type is no matter of one entry: AWS could not read the request at all.
      if (!(error instanceof OperationError) || error.name === "SerializationException") throw error;
      failed.push(failedEntry(entry.id, error));
    }
  }
  return { valid, failed };
}

/** An entry of `Failed`. `SenderFault` tells whether the caller can mend it. */
export function failedEntry(id: string, error: OperationError): BatchResultErrorEntry {
  return { Id: id, SenderFault: error.fault === "client", Code: error.name, Message: error.message };
}
