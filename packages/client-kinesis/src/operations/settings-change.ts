import type { StreamSettings, StreamRecord } from "../model/stream-record.ts";
import { changeStream } from "./change-stream.ts";
import type { KinesisContext } from "./context.ts";

/** Changes settings of a stream in the registry; resolves to the stream after it. */
export async function changeSettings(
  context: KinesisContext,
  stream: StreamRecord,
  settings: Partial<StreamSettings>,
): Promise<StreamRecord> {
  const { name, incarnation } = stream;
  const outcome = await changeStream(context, { type: "update-stream", name, incarnation, settings });
  return outcome.type === "applied" && outcome.stream !== undefined ? outcome.stream : stream;
}
