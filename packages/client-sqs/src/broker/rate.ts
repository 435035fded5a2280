import { pause } from "@warrenmq/core/internal";

/** Spreads work evenly over time: at most so many pieces a second. */
export class Rate {
  readonly #perSecond: number | undefined;
  #nextSlotMs = 0;

  /** @param perSecond `undefined`: no limit */
  constructor(perSecond: number | undefined) {
    this.#perSecond = perSecond;
  }

  /** Waits for the turn of the next piece of work. */
  async slot(): Promise<void> {
    if (this.#perSecond === undefined) return;
    const now = performance.now();
    const slotMs = Math.max(now, this.#nextSlotMs);
    this.#nextSlotMs = slotMs + 1_000 / this.#perSecond;
    if (slotMs > now) await pause(slotMs - now);
  }
}
