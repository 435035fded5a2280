/** How rounds are run. */
export interface Rounds {
  /** Rounds that count. */
  readonly rounds: number;
  /** Rounds before them that do not: compilers and caches are cold. */
  readonly warmUpRounds: number;
  readonly signal: AbortSignal;
  /** Called after each turn of a side. */
  readonly onTurn: () => void;
}

/**
 * The order in which the sides take their turns in a round: a different one comes first each time, and every second
 * time around the order is reversed, so that no side always runs behind the same other.
 */
export function turnOrder<Side>(sides: readonly Side[], round: number): Side[] {
  const first = round % sides.length;
  const rotated = [...sides.slice(first), ...sides.slice(0, first)];
  return Math.floor(round / sides.length) % 2 === 0 ? rotated : rotated.toReversed();
}

/** Runs every side once a round, and returns what each measured in the rounds that count. Rejects when the signal fires. */
export async function interleave<Result>(
  sides: readonly (() => Promise<Result>)[],
  { rounds, warmUpRounds, signal, onTurn }: Rounds,
): Promise<Result[][]> {
  const results = sides.map((): Result[] => []);
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const side of turnOrder([...sides.keys()], round + warmUpRounds)) {
      signal.throwIfAborted();
      const result = await sides[side]?.();
      if (result !== undefined && round >= 0) results[side]?.push(result);
      onTurn();
    }
  }
  return results;
}
