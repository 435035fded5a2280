import type { Compared } from "../method/compare.ts";
import type { Measurement } from "../method/figure.ts";
import type { Round } from "../method/round.ts";
import { median, spread } from "../method/statistics.ts";

/** How much later the subject's 99th percentile is than the baseline's, in microseconds, round by round; beside it the baseline against itself. */
export function addedP99({ subject, baseline, subjects, baselines, again }: Compared): Measurement {
  const differences = subjects.flatMap((round, index) =>
    [baselines[index], again[index]].map((other) => p99Us(round) - p99Us(other)),
  );
  const added = spread(differences);
  return {
    value: added.median,
    spread: added,
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
