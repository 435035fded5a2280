import { median } from "./statistics.ts";

const FIRST_MINUTE_SECONDS = 60;

/** Of a soak shorter than three minutes, its first third stands for the first minute. */
export function firstMinute(durationSeconds: number): number {
  return Math.min(FIRST_MINUTE_SECONDS, Math.max(1, Math.floor(durationSeconds / 3)));
}

/** How far the samples (one a second) rise above the median of the first `seconds` later on. */
export function growthAfter(samples: readonly number[], seconds: number): number {
  return Math.max(...samples.slice(seconds)) - median(samples.slice(0, seconds));
}

/** What is shown of the samples behind a growth. */
export function courseOf(samples: readonly number[]): Readonly<Record<string, number>> {
  return { first: samples[0] ?? Number.NaN, last: samples.at(-1) ?? Number.NaN, highest: Math.max(...samples) };
}
