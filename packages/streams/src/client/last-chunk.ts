import { RabbitError, type Deadline } from "@warrenmq/core/internal";
import type { StreamConnection, SubscriptionListener } from "../connection/stream-connection.ts";
import { chunkPlace } from "../protocol/chunk.ts";
import type { ChunkPlace } from "../protocol/chunk.ts";

/**
 * The last chunk of a stream that the connection's node has; `undefined` when the stream is empty. No command tells this on all versions:
 * a subscription to `last` with the credit of one chunk does. The broker sends that chunk at once, so what has not come before the answer
 * to the end of the subscription does not exist.
 */
export async function lastChunk(
  connection: StreamConnection,
  stream: string,
  deadline: Deadline,
): Promise<ChunkPlace | undefined> {
  let place: ChunkPlace | undefined;
  let lost: RabbitError | undefined;
  const listener: SubscriptionListener = {
    stream,
    onChunk: ({ chunk }) => (place ??= chunkPlace(chunk)),
    onConsumerUpdate: () => undefined,
    onDetached: (reason) => (lost = reason),
  };
  const subscription = { offset: { type: "last" }, credit: 1, properties: {} } as const;
  const subscriptionId = await connection.subscribe(listener, subscription, deadline);
  await connection.unsubscribe(subscriptionId, deadline);
  if (lost !== undefined) throw new RabbitError("connection-lost", "Lost the connection.", { cause: lost });
  return place;
}
