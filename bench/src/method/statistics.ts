/** The middle of several rounds, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The middle value; of an even number of values the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  if (!Number.isInteger(middle)) return upper;
  return ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Median, smallest and largest. All are NaN when there are no values. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) return { median: Number.NaN, min: Number.NaN, max: Number.NaN };
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * The ratio of each round's two values. Rounds of both sides alternate, so what slows the machine down for a while
 * stands on both sides of a ratio and cancels out; it would not in a ratio of two medians.
 * @throws Error when the sides have not run equally often
 */
export function ratios(numerators: readonly number[], denominators: readonly number[]): number[] {
  if (numerators.length !== denominators.length) throw new Error("both sides must have run the same number of rounds");
  return numerators.map((numerator, round) => numerator / (denominators[round] ?? Number.NaN));
}

/** Where a median lies with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the median of what the values are drawn from lies with 95 % confidence, whatever their distribution: by the ranks
 * of the binomial distribution. Of fewer than six values it lies anywhere between them, with less confidence.
 */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = values.toSorted((a, b) => a - b);
  const reach = (Z_95 * Math.sqrt(sorted.length)) / 2;
  const low = Math.max(0, Math.floor(sorted.length / 2 - reach));
  const high = Math.min(sorted.length - 1, Math.ceil(sorted.length / 2 + reach) - 1);
  return { low: sorted[low] ?? Number.NaN, high: sorted[high] ?? Number.NaN };
}

const Z_95 = 1.96;
