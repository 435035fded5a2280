import type { Broker, Deadline } from "@warrenmq/core/internal";
import { shardIdOf } from "../model/shard-id.ts";
import type { ShardRecord } from "../model/shard-map.ts";

/** The broker removes whole segments: smaller ones free the disk sooner. */
const SEGMENT_BYTES = 100_000_000;

/**
 * The stream queue of a shard: `clicks.shardId-000000000000`. No SQS queue has such a name, and no two shards have the same,
 * because the id has a fixed length.
 */
export function shardQueue(streamName: string, shardIndex: number): string {
  return `${streamName}.${shardIdOf(shardIndex)}`;
}

/** Declares the stream queue of a shard; nothing happens when it is there. */
export async function declareShard(
  broker: Broker,
  streamName: string,
  { index, keepHours }: Pick<ShardRecord, "index" | "keepHours">,
  deadline: Deadline,
): Promise<void> {
  const name = shardQueue(streamName, index);
  await broker.channels.use(`declare the stream "${name}"`, deadline, (channel) =>
    channel.assertQueue(name, {
      durable: true,
      arguments: {
        "x-queue-type": "stream",
        "x-max-age": `${keepHours}h`,
        "x-stream-max-segment-size-bytes": SEGMENT_BYTES,
        "x-queue-leader-locator": "balanced",
      },
    }),
  );
}

/** Deletes the stream queue of a shard with all its records; nothing happens when there is none. */
export async function deleteShard(broker: Broker, name: string, index: number, deadline: Deadline): Promise<void> {
  const queue = shardQueue(name, index);
  await broker.channels.use(`delete the stream "${queue}"`, deadline, (channel) => channel.deleteQueue(queue));
}
