import type { PutRecordInput, PutRecordOutput } from "@aws-sdk/client-kinesis";
import { RabbitError, type Operation } from "@warrenmq/core/internal";
import { dryRun } from "../model/errors.ts";
import { checkOrdering, validatePutRecord } from "../model/validate/put-records.ts";
import type { KinesisContext } from "./context.ts";
import { putResult } from "./put-result.ts";
import { requireStreamFor } from "./put-target.ts";
import { throwingAwsErrors } from "./stream-lookup.ts";

/** PutRecord: resolves when the broker has stored the record, with the sequence number that readers see. */
export const putRecord: Operation<KinesisContext, PutRecordInput, PutRecordOutput> = {
  status: "supported",
  difference: "Takes what the broker takes; there is no limit of 1,000 records or 1 MiB a second for a shard.",
  async run(context, input) {
    const { kinesis, deadline, batchFrames, accountId } = context;
    const put = validatePutRecord(input);
    const stream = await requireStreamFor(context, put, true);
    checkOrdering(put.sequenceNumberForOrdering, stream.name, accountId, Date.now());
    if (put.dryRun) throw dryRun();
    const [result] = await kinesis.producer.put(stream, put.records, batchFrames, deadline);
    if (result?.type === "stored") return putResult(result);
    const error = result?.error ?? new RabbitError("broker-error", "The record was not put.");
    return throwingAwsErrors(context, stream.name, Promise.reject(error));
  },
};
