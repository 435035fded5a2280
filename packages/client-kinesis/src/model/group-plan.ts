import { isReadable, type GroupState, type Lease } from "./group-state.ts";

/**
 * The lease that a worker should take next, or `undefined` when it has its share. First those that nobody reads, then one of
 * the worker that has most, as long as that has more than its share.
 * @param alive the workers that live, `worker` among them
 */
export function nextLease(state: GroupState, worker: string, alive: ReadonlySet<string>): Lease | undefined {
  const readable = [...state.values()].filter((lease) => isReadable(state, lease));
  const held = new Map<string, Lease[]>([...alive].map((one) => [one, []]));
  const free: Lease[] = [];
  for (const lease of readable) (held.get(lease.owner ?? "") ?? free).push(lease);
  const mine = held.get(worker)?.length ?? 0;
  const share = Math.ceil(readable.length / Math.max(1, alive.size));
  if (free.length > 0) return mine < share ? free[0] : undefined;
  const richest = [...held.values()].toSorted((left, right) => right.length - left.length)[0] ?? [];
  // One more than mine would only change places.
  return mine < share && richest.length > mine + 1 ? richest.at(-1) : undefined;
}
