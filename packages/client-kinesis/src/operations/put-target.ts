import type { StreamRecord } from "../model/stream-record.ts";
import { checkAgainstStream, type ValidPut } from "../model/validate/put-records.ts";
import type { KinesisContext } from "./context.ts";
import { requireKnownStream, requireStream } from "./stream-lookup.ts";

/**
 * The stream that takes these records.
 * @throws OperationError `ResourceNotFoundException`; `ValidationException` when the stream does not take them
 */
export async function requireStreamFor(context: KinesisContext, put: ValidPut, single: boolean): Promise<StreamRecord> {
  const known = await requireKnownStream(context, put.streamName);
  try {
    checkAgainstStream(put, known.settings, single);
    return known;
  } catch {
    // Another process may have changed the stream a moment ago.
    const stream = await requireStream(context, put.streamName);
    checkAgainstStream(put, stream.settings, single);
    return stream;
  }
}
