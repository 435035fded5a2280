/**
 * Delays are made of levels, so that any mixture of delays needs few queues: 1 to 29 seconds are short levels, the
 * multiples of 30 up to 900 are long levels, and any other delay passes through one of each. 59 queues at most, and one
 * hop for every delay that is common (docs/decisions/010-delay-levels.md).
 */
const LONG_STEP_SECONDS = 30;

/** A delay in seconds as a long level and a short one; 0 where it needs none. */
export interface DelayLevels {
  /** A multiple of 30, or 0. */
  readonly longSeconds: number;
  /** Less than 30. */
  readonly shortSeconds: number;
}

/** The levels that make up a delay of 1 to 900 whole seconds. */
export function delayLevels(delaySeconds: number): DelayLevels {
  const shortSeconds = delaySeconds % LONG_STEP_SECONDS;
  return { longSeconds: delaySeconds - shortSeconds, shortSeconds };
}
