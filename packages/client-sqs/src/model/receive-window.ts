/**
 * How much credit a queue's consumers should have, and how long they outlive the call that needed them. Pure: the
 * broker side asks, and acts.
 */

/** A loop that comes back within this time is hot: its next call is all but certain. */
const HOT_GAP_MS = 25;
/** The most that a hot loop may have delivered ahead of its calls, and what it starts with. */
const MOST_AHEAD = 200;
const FIRST_AHEAD = 10;
const FIRST_LINGER_MS = 20;
const SHORTEST_LINGER_MS = 2;
/** A hot loop's process is busy: its next call may come late, and cancelling its consumers would cost it its window. */
const HOT_LINGER_MS = 50;
const LONGEST_LINGER_MS = 250;
/** Weight of the newest gap in the average. */
const NEWEST = 0.5;

/** What is known of how the application polls. */
export interface Rhythm {
  /** Smoothed time in milliseconds from the end of a receive to the start of the next; undefined before the second. */
  readonly gapMs: number | undefined;
  /** Credit beyond the demand: what the broker may have on its way while a hot loop works on its last batch. */
  readonly ahead: number;
}

/** Nothing known yet. */
export const UNKNOWN_RHYTHM: Rhythm = { gapMs: undefined, ahead: 0 };

/** The rhythm at the start of a receive, `gapMs` after the last one ended. */
export function withGap({ gapMs: average, ahead }: Rhythm, gapMs: number): Rhythm {
  const sample = Math.min(gapMs, 2 * LONGEST_LINGER_MS);
  const smoothed = average === undefined ? sample : average * (1 - NEWEST) + sample * NEWEST;
  return { gapMs: smoothed, ahead: smoothed < HOT_GAP_MS ? ahead : 0 };
}

/** How a receive ended. */
export interface Outcome {
  /** Whether it had to wait, because not enough was there when it came. */
  readonly waited: boolean;
  readonly taken: number;
  readonly max: number;
}

/**
 * The rhythm at the end of a receive. A hot loop that had to wait for a full batch is waiting for round trips, not for
 * messages: it gets more credit ahead, until it need not wait or {@link MOST_AHEAD} is reached. (measured on 3.10.8, where
 * an acknowledgement takes 5 ms to become a delivery: 0.31 of a plain consumer's rate with one demand ahead.)
 */
export function withOutcome(rhythm: Rhythm, { waited, taken, max }: Outcome): Rhythm {
  if (taken === 0) return { ...rhythm, ahead: 0 };
  if (!isHot(rhythm) || !waited || taken < max) return rhythm;
  return { ...rhythm, ahead: Math.min(MOST_AHEAD, Math.max(FIRST_AHEAD, rhythm.ahead * 2)) };
}

/** Whether the application polls in a tight loop. */
export function isHot({ gapMs }: Rhythm): boolean {
  return gapMs !== undefined && gapMs < HOT_GAP_MS;
}

/** How long consumers are kept after the last receive, in milliseconds. */
export function lingerMs(rhythm: Rhythm): number {
  const { gapMs } = rhythm;
  if (gapMs === undefined) return FIRST_LINGER_MS;
  if (gapMs > LONGEST_LINGER_MS) return SHORTEST_LINGER_MS;
  return Math.min(LONGEST_LINGER_MS, Math.max(isHot(rhythm) ? HOT_LINGER_MS : SHORTEST_LINGER_MS, gapMs * 3));
}

/** What the consumers of a queue have on their hands. */
export interface WindowUse {
  /** Messages that waiting receives may still take. */
  readonly demand: number;
  /** Messages delivered here and not handed out yet. */
  readonly buffered: number;
  /** Messages that the broker may still push to live consumers. */
  readonly freeCredit: number;
}

/**
 * The credit to add, 0 if there is enough. Outside hot loops exactly the demand, so that nothing is held that nobody
 * asked for.
 */
export function missingCredit({ demand, buffered, freeCredit }: WindowUse, { ahead }: Rhythm): number {
  if (demand === 0) return 0;
  const missing = demand + ahead - buffered - freeCredit;
  // Each top-up costs a consumer: wait until half the lead is used up.
  return missing <= ahead / 2 ? 0 : missing;
}
