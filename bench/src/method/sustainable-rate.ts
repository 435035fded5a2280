/** How one rate went. */
export interface RateTrial {
  readonly perSecond: number;
  readonly sustained: boolean;
  /** Why it was not. */
  readonly why: string | null;
}

/** What a search needs. */
export interface RateSearch {
  /** A rate that is certainly too high, or just possible: what a closed loop reached. */
  readonly ceiling: number;
  /** How near the highest sustained and the lowest unsustained rate must come, as a share. */
  readonly precision: number;
  readonly mostTrials: number;
  /** Loads the target at that rate. */
  readonly attempt: (perSecond: number) => Promise<RateTrial>;
}

/** Where the search begins: what a closed loop reaches leaves no room for a hiccup. */
const FIRST_SHARE = 0.8;

/**
 * Searches the highest rate that is sustained: from the first rate on it halves down until one is, then bisects between the
 * best that was sustained and the least that was not. @returns 0 when none was
 */
export async function findSustainableRate(search: RateSearch): Promise<{ best: number; trials: RateTrial[] }> {
  const trials: RateTrial[] = [];
  let [best, worst] = [0, search.ceiling];
  let next = search.ceiling * FIRST_SHARE;
  while (trials.length < search.mostTrials && (best === 0 || worst / best > 1 + search.precision)) {
    const trial = await search.attempt(next);
    trials.push(trial);
    if (trial.sustained) best = Math.max(best, next);
    else worst = Math.min(worst, next);
    next = best === 0 ? worst / 2 : (best + worst) / 2;
  }
  return { best, trials };
}
