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

/** The mean of each round's two values. */
export function means(values: readonly number[], others: readonly number[]): number[] {
  return pairwise(values, others, (value, other) => (value + other) / 2);
}

/**
 * The ratio of each round's two values. Rounds of both sides alternate, so what slows the machine down for a while
 * stands on both sides of a ratio and cancels out; it would not in a ratio of two medians.
 * @throws Error when the sides have not run equally often
 */
export function ratios(numerators: readonly number[], denominators: readonly number[]): number[] {
  return pairwise(numerators, denominators, (numerator, denominator) => numerator / denominator);
}

function pairwise(
  values: readonly number[],
  others: readonly number[],
  combine: (value: number, other: number) => number,
): number[] {
  if (values.length !== others.length) throw new Error("both sides must have run the same number of rounds");
  return values.map((value, round) => combine(value, others[round] ?? Number.NaN));
}
