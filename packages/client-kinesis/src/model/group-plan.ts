import { isReadable, type GroupState, type Lease } from "./group-state.ts";

/** What a worker should do next to have its share of the shards. */
export type NextLease = { readonly type: "take" | "ask"; readonly lease: Lease };

/**
 * The lease that a worker should get next, or `undefined` when it has its share. It takes those that nobody reads; then it
 * asks the worker that has most for one, as long as that has more than its share.
 * @param alive the workers that live, `worker` among them
 */
export function nextLease(state: GroupState, worker: string, alive: ReadonlySet<string>): NextLease | undefined {
  const readable = [...state.values()].filter((lease) => isReadable(state, lease));
  const held = new Map<string, Lease[]>([...alive].map((one) => [one, []]));
  const free: Lease[] = [];
  for (const lease of readable) (held.get(holderOf(lease, alive)) ?? free).push(lease);
  const mine = held.get(worker)?.length ?? 0;
  const share = Math.ceil(readable.length / Math.max(1, alive.size));
  if (mine >= share) return undefined;
  const [unread] = free;
  if (unread !== undefined) return { type: "take", lease: unread };
  const richest = [...held.values()].toSorted((left, right) => right.length - left.length)[0] ?? [];
  // One more than mine would only change places.
  const wanted = richest.length > mine + 1 ? richest.findLast(({ askedBy }) => askedBy === undefined) : undefined;
  return wanted && { type: "ask", lease: wanted };
}

/** The worker that has a lease, or is about to get it. When its owner has died, nobody has it, whoever has asked. */
function holderOf({ owner = "", askedBy = "" }: Lease, alive: ReadonlySet<string>): string {
  return alive.has(owner) && alive.has(askedBy) ? askedBy : owner;
}
