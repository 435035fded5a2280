import { randomNumbers, weightedChoice } from "./random.ts";
import type { KeyDistribution } from "./workload.ts";

/** Draws the number of a record's key. */
export function keyChoice({ count, distribution, exponent }: KeyDistribution, seed: number): () => number {
  const random = randomNumbers(seed);
  if (distribution === "uniform") return () => Math.floor(random() * count);
  return weightedChoice(
    Array.from({ length: count }, (_, index) => 1 / (index + 1) ** exponent),
    random,
  );
}

/** What a key is called on the wire. */
export function keyName(key: number): string {
  return `key-${key}`;
}
