const MAX_INDEX = 2_147_483_647;

/** The id of a shard by its place in the order of creation: `shardId-000000000003`. */
export function shardIdOf(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`;
}

/**
 * The place that a shard id names; `undefined` when it names none. Kinesis takes sloppy ids too: `shardId-3`, `3` and
 * `foo-3` are all the shard `shardId-000000000003` (recorded by kinesalite).
 */
export function shardIndexOf(shardId: string): number | undefined {
  const digits = shardId.split("-")[1] || shardId;
  if (!/^\d+$/u.test(digits)) return undefined;
  const index = Number(digits);
  return index <= MAX_INDEX ? index : undefined;
}
