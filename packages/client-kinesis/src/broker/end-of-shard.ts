import { pause, RabbitError, remainingMs, type Deadline } from "@warrenmq/core/internal";
import type { ShardMessage, StreamTransport } from "./stream-transport.ts";

const RETRY_PAUSE_MS = 50;

/**
 * Writes an end-of-shard marker and resolves when a marker is in the stream. A second one does no harm: the first counts.
 * @throws RabbitError `not-found`, or why the broker cannot be reached.
 */
export async function writeEndOfShard(transport: StreamTransport, stream: string, deadline: Deadline): Promise<void> {
  const id = crypto.randomUUID();
  const marker: ShardMessage = {
    kind: "end",
    id,
    partitionKey: undefined,
    arrivedAt: Date.now(),
    content: Buffer.alloc(0),
  };
  for (;;) {
    try {
      return await transport.publish(stream, marker, deadline);
    } catch (error) {
      const again =
        error instanceof RabbitError && (error.code === "connection-lost" || error.code === "publish-nacked");
      if (!again || remainingMs(deadline) <= RETRY_PAUSE_MS) throw error;
      await pause(RETRY_PAUSE_MS);
    }
  }
}
