import type { BackoffFunction, RetryPolicy } from "./delivery-policy.ts";

/**
 * How long to wait before a retry, in seconds; `undefined` when there are none left. The phases are AWS's: first the
 * retries without delay, then those with the least, then the growing ones, at last those with the greatest delay.
 * @param retry 1 for the first retry
 */
export function retryDelaySeconds(policy: RetryPolicy, retry: number): number | undefined {
  if (retry > policy.numRetries) return undefined;
  if (retry <= policy.numNoDelayRetries) return 0;
  const afterImmediate = retry - policy.numNoDelayRetries;
  if (afterImmediate <= policy.numMinDelayRetries) return policy.minDelayTarget;
  if (retry > policy.numRetries - policy.numMaxDelayRetries) return policy.maxDelayTarget;
  const steps = policy.numRetries - policy.numNoDelayRetries - policy.numMinDelayRetries - policy.numMaxDelayRetries;
  return growingDelay(policy, afterImmediate - policy.numMinDelayRetries, steps);
}

/** From the least delay at the first step to the greatest at the last. */
function growingDelay(
  { minDelayTarget, maxDelayTarget, backoffFunction }: RetryPolicy,
  step: number,
  steps: number,
): number {
  if (steps === 1) return minDelayTarget;
  const share = GROWTH[backoffFunction]((step - 1) / (steps - 1), steps);
  return Math.round(minDelayTarget + (maxDelayTarget - minDelayTarget) * share);
}

/** The share of the way that is gone, by function; AWS shows their shapes, not their formulas. */
const GROWTH: Readonly<Record<BackoffFunction, (progress: number, steps: number) => number>> = {
  linear: (progress) => progress,
  arithmetic: (progress, steps) => (progress * (progress * (steps - 1) + 1)) / steps,
  geometric: (progress) => (4 ** progress - 1) / 3,
  exponential: (progress, steps) => (2 ** (progress * (steps - 1)) - 1) / (2 ** (steps - 1) - 1),
};
