/** Messages that become due within the same tenth of a second are counted together: a queue has at most 9,000 entries. */
const GRAIN_MS = 100;

/**
 * Counts messages that are delayed: each until its time has come. It holds no message and no timer, so 100,000 delayed
 * messages cost as little as their due times are many.
 */
export class DueTimes {
  readonly #counts = new Map<number, number>();

  /** Counts a message until `dueMs`. Times are of one clock, in milliseconds. */
  add(dueMs: number): void {
    const grain = Math.ceil(dueMs / GRAIN_MS);
    this.#counts.set(grain, (this.#counts.get(grain) ?? 0) + 1);
  }

  /** How many are still to come at `nowMs`. */
  outstanding(nowMs: number): number {
    let outstanding = 0;
    for (const [grain, count] of this.#counts) {
      if (grain * GRAIN_MS > nowMs) outstanding += count;
      else this.#counts.delete(grain);
    }
    return outstanding;
  }
}
