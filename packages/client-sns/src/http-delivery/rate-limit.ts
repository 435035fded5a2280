import { pause } from "@warrenmq/core/internal";

/** Where a rate limit has the time from, in milliseconds. */
export interface Clock {
  now(): number;
  /** Resolves so many milliseconds later, or after that. */
  pause(ms: number): Promise<void>;
}

const SYSTEM_CLOCK: Clock = { now: () => performance.now(), pause };
/** A timer is no more exact than this: deliveries that are nearer to each other go together. */
const TIMER_MS = 1;

/**
 * Spaces deliveries out, so that there are no more than so many in a second. The distance counts from when the one
 * before really went: what a busy process is late with does not come in a burst.
 */
export class RateLimit {
  readonly #clock: Clock;
  #nextAtMs = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock = SYSTEM_CLOCK) {
    this.#clock = clock;
  }

  /** Resolves when the next delivery may go. Callers get their turns in the order of their calls. */
  turn(perSecond: number): Promise<void> {
    this.#last = this.#last.then(() => this.#wait(1_000 / perSecond));
    return this.#last;
  }

  async #wait(distanceMs: number): Promise<void> {
    let now = this.#clock.now();
    while (this.#nextAtMs - now >= TIMER_MS) {
      await this.#clock.pause(this.#nextAtMs - now);
      now = this.#clock.now();
    }
    this.#nextAtMs = Math.max(now, this.#nextAtMs) + distanceMs;
  }
}
