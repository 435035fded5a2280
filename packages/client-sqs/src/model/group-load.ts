/** AWS: a group with fewer messages in flight is never noisy. */
const LEAST_NOISY = 30;
/** AWS: a group is noisy with more than this share of the messages in flight. */
const NOISY_SHARE = 0.1;

/**
 * How many messages of each MessageGroupId of a standard queue are in flight, and which groups are therefore noisy, as AWS's
 * fair queues have it.
 */
export class GroupLoad {
  readonly #inFlight = new Map<string, number>();
  #large = 0;

  /** A message of the group was received. */
  add(group: string): void {
    const count = (this.#inFlight.get(group) ?? 0) + 1;
    this.#inFlight.set(group, count);
    if (count === LEAST_NOISY) this.#large++;
  }

  /** It was deleted, or is visible again. */
  remove(group: string): void {
    const count = this.#inFlight.get(group) ?? 0;
    if (count === LEAST_NOISY) this.#large--;
    if (count > 1) this.#inFlight.set(group, count - 1);
    else this.#inFlight.delete(group);
  }

  /** Whether any group may be noisy; lets a hot path skip the rest. */
  mayBeNoisy(): boolean {
    return this.#large > 0;
  }

  /** Whether the group is noisy among `total` messages in flight. Messages without a group never are. */
  isNoisy(group: string | undefined, total: number): boolean {
    if (group === undefined) return false;
    const count = this.#inFlight.get(group) ?? 0;
    return count >= LEAST_NOISY && count > total * NOISY_SHARE;
  }
}

/** Removes up to `count` items and returns them: those that are not noisy first, otherwise in order. */
export function takeQuietFirst<Item>(items: Item[], count: number, isNoisy: (item: Item) => boolean): Item[] {
  const quiet: Item[] = [];
  const noisy: Item[] = [];
  for (const item of items) (isNoisy(item) ? noisy : quiet).push(item);
  const taken = new Set([...quiet, ...noisy].slice(0, count));
  const left = items.filter((item) => !taken.has(item));
  items.splice(0, items.length, ...left);
  return [...taken];
}
