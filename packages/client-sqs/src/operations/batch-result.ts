import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { OperationError } from "@warrenmq/core/internal";
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

/** Does `work` for each valid entry; what it throws fails that entry alone. */
export function settleEach<Entry extends { readonly id: string }>(
  { valid, failed }: ValidBatch<Entry>,
  work: (entry: Entry) => void,
): BatchResult<{ Id: string }> {
  const successful: { Id: string }[] = [];
  const failures = [...failed];
  for (const entry of valid) {
    try {
      work(entry);
      successful.push({ Id: entry.id });
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      failures.push(failedEntry(entry.id, error));
    }
  }
  return batchResult(successful, failures);
}
