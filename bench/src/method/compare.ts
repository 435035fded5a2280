import type { Measurement } from "./figure.ts";
import { interleave } from "./interleave.ts";
import type { Metric, Round } from "./round.ts";
import type { Measuring } from "./scenario.ts";
import { median, medianInterval, ratios, spread } from "./statistics.ts";

/** One side of a comparison. */
export interface Side {
  readonly name: string;
  /** Takes one turn, and leaves the broker as it found it: tidying up is not in what it returns. */
  round(): Promise<Round>;
}

/** WarrenMQ, what it is compared with, and by what. */
export interface Comparison {
  readonly subject: Side;
  readonly baseline: Side;
  readonly metric: Metric;
  /** Takes its turn in each round too, and is only shown: for example what no client of this broker can go beyond. */
  readonly beside?: Side;
}

/** What the sides did, round by round. */
export interface Compared extends Comparison {
  readonly subjects: readonly Round[];
  readonly baselines: readonly Round[];
  /** The baseline's second turns. */
  readonly again: readonly Round[];
  readonly besides: readonly Round[];
}

/** Runs subject, baseline, and the baseline a second time in alternating rounds. */
export async function compareSides(bench: Measuring, comparison: Comparison): Promise<Compared> {
  const { subject, baseline, beside } = comparison;
  const sides = [subject, baseline, baseline, ...(beside === undefined ? [] : [beside])].map(
    (side) => () => side.round(),
  );
  const { rounds, warmUpRounds } = bench.effort;
  bench.progress.expect((rounds + warmUpRounds) * sides.length);
  const [subjects = [], baselines = [], again = [], besides = []] = await interleave(sides, {
    rounds,
    warmUpRounds,
    signal: bench.signal,
    onTurn: () => bench.progress.advance(),
  });
  return { ...comparison, subjects, baselines, again, besides };
}

/**
 * The median over the rounds of subject ÷ either turn of the baseline; the noise floor is the one turn of the baseline ÷
 * the other.
 */
export function ratioOf(compared: Compared): Measurement {
  const { subject, baseline, beside, metric, subjects, baselines, again, besides } = compared;
  const [values, baselineValues, againValues] = [subjects.map(metric), baselines.map(metric), again.map(metric)];
  // Each against each, not against the mean of two: with the stalls of a busy machine that would be biased.
  const result = spread([...ratios(values, baselineValues), ...ratios(values, againValues)]);
  return {
    value: result.median,
    spread: result,
    confidence: medianInterval(values.map((value, round) => value / mean(baselineValues[round], againValues[round]))),
    noise: spread(ratios(againValues, baselineValues)),
    details: {
      [subject.name]: summary(subjects),
      [baseline.name]: summary([...baselines, ...again]),
      ...(beside !== undefined && { [beside.name]: summary(besides) }),
    },
  };
}

/** {@link compareSides} and {@link ratioOf}. */
export async function compare(bench: Measuring, comparison: Comparison): Promise<Measurement> {
  return ratioOf(await compareSides(bench, comparison));
}

/** Geometric: of two ratios one in the middle comes out. */
function mean(a = Number.NaN, b = Number.NaN): number {
  return Math.sqrt(a * b);
}

function summary(rounds: readonly Round[]): Readonly<Record<string, number>> {
  const rate = {
    perSecond: median(rounds.map((round) => round.perSecond)),
    cpuUs: median(rounds.map((round) => round.cpuUs)),
  };
  const timed = rounds.flatMap(({ latency }) => latency ?? []);
  if (timed.length === 0) return rate;
  return { ...rate, p50Ms: median(timed.map(({ p50Ms }) => p50Ms)), p99Ms: median(timed.map(({ p99Ms }) => p99Ms)) };
}
