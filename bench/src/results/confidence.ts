/** Two-sided 95 % quantiles of Student's t distribution by degrees of freedom, from 1 on. */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const T_MANY = 1.96;

/** A ratio and where it lies with 95 % confidence. */
export interface RatioInterval {
  readonly ratio: number;
  /** Without at least two runs on both sides there is none. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * B ÷ A with a confidence interval of 95 %, from repeated runs of each: Welch's t on the logarithms, since speeds and
 * latencies vary by factors. Values must be positive.
 */
export function ratioInterval(a: readonly number[], b: readonly number[]): RatioInterval {
  const [logsA, logsB] = [a.map(Math.log), b.map(Math.log)];
  const difference = mean(logsB) - mean(logsA);
  const ratio = Math.exp(difference);
  if (a.length < 2 || b.length < 2) return { ratio, low: null, high: null };
  const [partA, partB] = [variance(logsA) / a.length, variance(logsB) / b.length];
  const error = Math.sqrt(partA + partB);
  if (error === 0) return { ratio, low: ratio, high: ratio };
  const freedom = (partA + partB) ** 2 / (partA ** 2 / (a.length - 1) + partB ** 2 / (b.length - 1));
  const reach = (T_95[Math.max(1, Math.floor(freedom)) - 1] ?? T_MANY) * error;
  return { ratio, low: Math.exp(difference - reach), high: Math.exp(difference + reach) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
