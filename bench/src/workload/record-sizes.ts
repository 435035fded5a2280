import { randomNumbers, weightedChoice } from "./random.ts";
import type { RecordShape } from "./workload.ts";

/** Where the bytes of records come from. */
export interface RecordSource {
  /** The size in bytes of the next record. */
  nextSize(): number;
  /** The bytes of the next record behind its header, for a record of that size: a user's own, where there are samples. */
  content(sample: number): Buffer | undefined;
  /** The number of the sample that the last size was that of. */
  readonly sample: number;
  /** Whether all records have one size, and no content of their own. */
  readonly isFixed: boolean;
  /** The mean size in bytes of a record. */
  readonly meanBytes: number;
  /** The largest. */
  readonly maxBytes: number;
}

/** Draws sizes as the workload says. */
export function recordSource(shape: RecordShape, samples: readonly Buffer[], seed: number): RecordSource {
  const random = randomNumbers(seed);
  if (shape.type === "fixed") return drawn([shape.bytes], () => 0, shape.bytes);
  if (shape.type === "histogram") {
    const sizes = shape.buckets.map(({ bytes }) => bytes);
    const weights = shape.buckets.map(({ weight }) => weight);
    return drawn(sizes, weightedChoice(weights, random), meanOf(sizes, weights));
  }
  const sizes = samples.map(({ length }) => length);
  const choose = (): number => Math.floor(random() * samples.length);
  return drawn(sizes, choose, meanOf(sizes, Array<number>(sizes.length).fill(1)), samples);
}

function drawn(
  sizes: readonly number[],
  choose: () => number,
  meanBytes: number,
  samples: readonly Buffer[] = [],
): RecordSource {
  let sample = 0;
  return {
    nextSize: () => sizes[(sample = choose())] ?? 0,
    content: (index) => samples[index],
    get sample() {
      return sample;
    },
    isFixed: sizes.length === 1 && samples.length === 0,
    meanBytes,
    maxBytes: Math.max(...sizes),
  };
}

function meanOf(sizes: readonly number[], weights: readonly number[]): number {
  let [bytes, weight] = [0, 0];
  for (const [index, size] of sizes.entries()) {
    bytes += size * (weights[index] ?? 0);
    weight += weights[index] ?? 0;
  }
  return bytes / weight;
}
