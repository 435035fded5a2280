const WINDOW_MS = 5_000;
/** With fewer messages in the last 5 to 10 seconds a group is never noisy. */
const LEAST_NOISY = 100;
/** Nor with a smaller share of the messages that had a group. */
const NOISY_SHARE = 0.1;

/**
 * How much each MessageGroupId of a standard queue was sent to lately, and which groups are quiet. A quiet group's messages
 * go ahead of the others where the broker can do that: see docs/decisions/024-fair-queues.md.
 */
export class SendLoad {
  #current = new Map<string, number>();
  #previous: ReadonlyMap<string, number> = new Map();
  #currentTotal = 0;
  #previousTotal = 0;
  #windowStartMs = Number.NEGATIVE_INFINITY;

  /** Counts a message that is sent at `nowMs`; whether its group is quiet. */
  isQuiet(group: string, nowMs: number): boolean {
    if (nowMs - this.#windowStartMs >= WINDOW_MS) this.#nextWindow(nowMs);
    const inWindow = (this.#current.get(group) ?? 0) + 1;
    this.#current.set(group, inWindow);
    this.#currentTotal++;
    const count = inWindow + (this.#previous.get(group) ?? 0);
    return count < LEAST_NOISY || count <= (this.#currentTotal + this.#previousTotal) * NOISY_SHARE;
  }

  #nextWindow(nowMs: number): void {
    const isOver = nowMs - this.#windowStartMs >= 2 * WINDOW_MS;
    this.#previous = isOver ? new Map() : this.#current;
    this.#previousTotal = isOver ? 0 : this.#currentTotal;
    this.#current = new Map();
    this.#currentTotal = 0;
    this.#windowStartMs = nowMs;
  }
}
