import type { NewShard, ShardRecord } from "./shard-map.ts";
import type { StreamRecord } from "./stream-record.ts";

/** A change of shards as its command says it. */
export interface ReshardPlan {
  readonly id: string;
  readonly closes: readonly number[];
  readonly opens: readonly NewShard[];
  readonly keepHours: number;
}

/**
 * The stream when a change of its shards begins: the ones to close take records until their end-of-shard markers, the new
 * ones do not yet. `undefined` when the stream does not allow it: another change is under way, or the shards are not open.
 */
export function applyReshard(stream: StreamRecord, plan: ReshardPlan, at: number): StreamRecord | undefined {
  if (stream.deleting || stream.resharding !== undefined) return undefined;
  const closed = plan.closes.map((index) => stream.shards[index]);
  if (closed.some((shard) => shard?.state !== "open")) return undefined;
  const closing = stream.shards.map((shard): ShardRecord =>
    plan.closes.includes(shard.index) ? { ...shard, state: "closing" } : shard,
  );
  const opening = plan.opens.map(({ startHash, endHash, parents }, place): ShardRecord => {
    // Sequence numbers begin with this time, so those of a child are greater than its parents'. AWS adds a second too.
    const createdAt = Math.max(at, ...parents.map((parent) => stream.shards[parent]?.createdAt ?? 0)) + 1000;
    const index = stream.shards.length + place;
    return { startHash, endHash, index, createdAt, parents, state: "opening", keepHours: plan.keepHours };
  });
  return { ...stream, shards: [...closing, ...opening], resharding: { id: plan.id, at } };
}

/** The stream when the markers are written. Nothing changes for a change of shards that is over already. */
export function finishReshard(stream: StreamRecord, id: string, at: number): StreamRecord {
  if (stream.resharding?.id !== id) return stream;
  const shards = stream.shards.map((shard): ShardRecord => {
    if (shard.state === "closing") return { ...shard, state: "closed", closedAt: Math.max(at, shard.createdAt) };
    return shard.state === "opening" ? { ...shard, state: "open" } : shard;
  });
  return { ...stream, shards, resharding: undefined };
}
