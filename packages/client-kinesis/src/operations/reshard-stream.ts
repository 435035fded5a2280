import { validationError } from "../model/errors.ts";
import type { NewShard } from "../model/shard-map.ts";
import type { StreamRecord } from "../model/stream-record.ts";
import type { KinesisContext } from "./context.ts";
import { notActive, throwingAwsErrors } from "./stream-lookup.ts";

/**
 * Closes shards and opens others in their place; resolves to the stream after it.
 * @throws OperationError `ResourceInUseException` when somebody else is changing them, `ResourceNotFoundException`
 */
export async function reshard(
  context: KinesisContext,
  stream: StreamRecord,
  change: { readonly closes: readonly number[]; readonly opens: readonly NewShard[] },
): Promise<StreamRecord> {
  const { kinesis, deadline, keepHours } = context;
  const resharding = kinesis.resharding.reshard(stream, { ...change, keepHours }, deadline);
  const outcome = await throwingAwsErrors(context, stream.name, resharding);
  if (outcome.type === "not-active") throw notActive(context, outcome.stream);
  return outcome.type === "applied" && outcome.stream !== undefined ? outcome.stream : stream;
}

/** Kinesis manages the shards of on-demand streams itself. @throws OperationError `ValidationException` */
export function refuseOnDemand(stream: StreamRecord, operation: string): void {
  if (stream.settings.mode !== "ON_DEMAND") return;
  throw validationError(`Request is invalid. ${operation} is not supported for streams in ON_DEMAND mode.`);
}
