import type { PutRecordsInput, PutRecordsOutput, PutRecordsResultEntry } from "@aws-sdk/client-kinesis";
import { RabbitError, type Operation } from "@warrenmq/core/internal";
import type { PutResult } from "../broker/record-producer.ts";
import { dryRun } from "../model/errors.ts";
import { validatePutRecords } from "../model/validate/put-records.ts";
import type { KinesisContext } from "./context.ts";
import { putResult } from "./put-result.ts";
import { requireStreamFor } from "./put-target.ts";
import { throwingAwsErrors } from "./stream-lookup.ts";

/** PutRecords: a result for each record, in their order. The records for one shard share an AMQP message. */
export const putRecords: Operation<KinesisContext, PutRecordsInput, PutRecordsOutput> = {
  status: "supported",
  difference: "Takes what the broker takes; there is no limit of 1,000 records or 1 MiB a second for a shard.",
  async run(context, input) {
    const { kinesis, deadline, batchFrames } = context;
    const put = validatePutRecords(input);
    const stream = await requireStreamFor(context, put, false);
    if (put.dryRun) throw dryRun();
    const results = await kinesis.producer.put(stream, put.records, batchFrames, deadline);
    const [first] = results;
    // Nothing was put at all: the call fails as a whole, with the reason.
    if (first?.type === "failed" && results.every(({ type }) => type === "failed")) {
      return throwingAwsErrors(context, stream.name, Promise.reject(first.error));
    }
    const Records = results.map(describeResult);
    return { FailedRecordCount: results.filter(({ type }) => type === "failed").length, Records };
  },
};

function describeResult(result: PutResult): PutRecordsResultEntry {
  if (result.type === "stored") return putResult(result);
  const { error } = result;
  const isRefused =
    error instanceof RabbitError && (error.code === "connection-blocked" || error.code === "publish-nacked");
  if (isRefused) return { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage: error.message };
  return { ErrorCode: "InternalFailure", ErrorMessage: "Internal Service Failure" };
}
