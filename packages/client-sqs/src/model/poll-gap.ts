/**
 * How long an application lets pass between two receives of a queue, which tells how it polls. The time for which its
 * deletes wait for the broker is left out: it tells how far the broker is, and a tight loop would pass for a slow one.
 * All times are of `performance.now()`.
 */
export class PollGap {
  #measures = false;
  #gapMs = 0;
  /** From when on the application has the time to itself; undefined while it receives or waits. */
  #sinceMs: number | undefined;
  #waits = 0;

  /** A receive has ended: the gap begins. */
  receiveEnded(nowMs: number): void {
    this.#measures = true;
    this.#gapMs = 0;
    this.#sinceMs = this.#waits === 0 ? nowMs : undefined;
  }

  /** A delete begins to wait for the broker. */
  waitBegan(nowMs: number): void {
    this.#waits++;
    if (this.#sinceMs !== undefined) this.#gapMs += nowMs - this.#sinceMs;
    this.#sinceMs = undefined;
  }

  /** A delete waits no more. */
  waitEnded(nowMs: number): void {
    this.#waits--;
    if (this.#waits === 0 && this.#measures) this.#sinceMs = nowMs;
  }

  /** Whether a delete waits for the broker: its caller cannot be back before it ends. */
  isWaiting(): boolean {
    return this.#waits > 0;
  }

  /** The next receive begins. Returns the gap before it; undefined when none has ended since the last one began. */
  receiveBegan(nowMs: number): number | undefined {
    if (!this.#measures) return undefined;
    const gapMs = this.#gapMs + (this.#sinceMs === undefined ? 0 : nowMs - this.#sinceMs);
    this.#measures = false;
    this.#sinceMs = undefined;
    return gapMs;
  }
}
