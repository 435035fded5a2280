import { deadlineIn, type Deadline } from "@warrenmq/core/internal";
import { newMark, ShardWriter } from "./shard-writer.ts";
import type { ReadFrom, StreamTransport } from "./stream-transport.ts";

/** Some round trips to the broker; whoever cannot write now must not wait long. */
const MARK_MS = 1_000;

/** Writes a mark to a stream and resolves to its offset when it has been read back. @throws RabbitError */
export async function markEnd(transport: StreamTransport, stream: string, deadline: Deadline): Promise<number> {
  const writer = new ShardWriter({ stream, transport, onAttached: anyShard });
  try {
    const { offset } = await writer.append(newMark(), deadline);
    return offset;
  } finally {
    writer.close();
  }
}

/**
 * Where to begin instead of at a time, so that nothing is missed. The broker looks for a chunk of that time, and when it finds
 * none, begins behind the last chunk: but one that is stored between the two is never sent (`init_offset_reader` of osiris, seen on
 * RabbitMQ 3.10.8 and 4.3.6). Behind a mark that this node has, there is always a chunk to be found. Where none can be written,
 * reading begins at the first message.
 */
export async function sureStart(
  transport: StreamTransport,
  stream: string,
  from: ReadFrom,
  deadline: Deadline,
): Promise<ReadFrom> {
  if (from.type !== "time") return from;
  try {
    await markEnd(transport, stream, Math.min(deadline, deadlineIn(MARK_MS)));
    return from;
  } catch {
    return { type: "first" };
  }
}

/** A mark may be written to a closed shard too. */
function anyShard(): Promise<void> {
  return Promise.resolve();
}
