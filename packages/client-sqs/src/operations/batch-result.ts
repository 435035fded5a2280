import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { OperationError, RabbitError } from "@warrenmq/core/internal";
import { failedEntry, type ValidBatch } from "../model/validate/batch.ts";

/** The answer to a batch. */
export interface BatchResult<Entry> {
  Successful: Entry[] | undefined;
  Failed: BatchResultErrorEntry[] | undefined;
}

/** The answer to a batch: AWS leaves a list out when it would be empty. */
export function batchResult<Entry>(successful: Entry[], failed: BatchResultErrorEntry[]): BatchResult<Entry> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK's type names both members; an absent one must not be there
  const result = {} as BatchResult<Entry>;
  if (successful.length > 0) result.Successful = successful;
  if (failed.length > 0) result.Failed = failed;
  return result;
}

/**
 * Does `work` for all valid entries at once. What it throws fails that entry alone, also when another process or the
 * broker does not answer: the others may have been done.
 */
export async function settleEach<Entry extends { readonly id: string }>(
  { valid, failed }: ValidBatch<Entry>,
  work: (entry: Entry) => undefined | Promise<void>,
): Promise<BatchResult<{ Id: string }>> {
  const attempts = valid.map((entry) => attempt(entry, work));
  const failures: Failure[] = [];
  for (const outcome of attempts) failures.push(await outcome);
  const successful = valid.filter((_entry, index) => failures[index] === undefined).map(({ id }) => ({ Id: id }));
  return batchResult(successful, [...failed, ...failures.filter((failure) => failure !== undefined)]);
}

/** Why an entry failed; `undefined` when it did not. */
type Failure = BatchResultErrorEntry | undefined;

/** Without a promise where the work is done at once. */
function attempt<Entry extends { readonly id: string }>(
  entry: Entry,
  work: (entry: Entry) => undefined | Promise<void>,
): Failure | Promise<Failure> {
  try {
    return work(entry)?.then(
      () => undefined,
      (error: unknown) => failureOf(entry.id, error),
    );
  } catch (error) {
    return failureOf(entry.id, error);
  }
}

function failureOf(id: string, error: unknown): BatchResultErrorEntry {
  if (error instanceof OperationError) return failedEntry(id, error);
  if (!(error instanceof RabbitError)) throw error;
  return { Id: id, SenderFault: false, Code: "ServiceUnavailable", Message: error.message };
}
