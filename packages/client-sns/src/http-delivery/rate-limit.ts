/** Spaces deliveries out, so that there are no more than so many in a second. */
export class RateLimit {
  #nextAtMs = 0;

  /**
   * How long the next delivery has to wait; it has its place by that.
   * @param perSecond the limit; `undefined` for none
   */
  delayMs(perSecond: number | undefined, nowMs: number): number {
    if (perSecond === undefined) return 0;
    const atMs = Math.max(nowMs, this.#nextAtMs);
    this.#nextAtMs = atMs + 1_000 / perSecond;
    return atMs - nowMs;
  }
}
