import type { Compared } from "../method/compare.ts";
import type { Measurement } from "../method/figure.ts";
import type { Measuring } from "../method/scenario.ts";
import type { Round } from "../method/round.ts";
import { median, medianInterval, spread } from "../method/statistics.ts";

/** How much later the subject's 99th percentile is than the baseline's, in microseconds, round by round; beside it the baseline against itself. */
export function addedP99({ subject, baseline, subjects, baselines, again }: Compared): Measurement {
  const bare = (round: number): number => (p99Us(baselines[round]) + p99Us(again[round])) / 2;
  const differences = subjects.map((round, index) => p99Us(round) - bare(index));
  const added = spread(differences);
  return {
    value: added.median,
    spread: added,
    confidence: medianInterval(differences),
    noise: spread(again.map((round, index) => p99Us(round) - p99Us(baselines[index]))),
    details: {
      [subject.name]: { p99Us: median(subjects.map(p99Us)) },
      [baseline.name]: { p99Us: median([...baselines, ...again].map(p99Us)) },
    },
  };
}

function p99Us(round: Round | undefined): number {
  return (round?.latency?.p99Ms ?? Number.NaN) * 1000;
}

/**
 * More rounds, and shorter ones by that factor: a difference of one in a hundred, or of some microseconds, is less than what
 * a broker that flushes does to a round. In most short rounds it does not flush, and the median is one of those.
 */
export function moreRounds(bench: Measuring, shorter: number): Measuring {
  const { rounds, warmUpRounds, roundMs } = bench.effort;
  const effort = {
    ...bench.effort,
    rounds: rounds * 2 * shorter,
    warmUpRounds: warmUpRounds * shorter,
    roundMs: roundMs / shorter,
  };
  return { ...bench, effort };
}
