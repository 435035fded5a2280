import { evenRanges } from "./hash-key.ts";

/** A range of hash keys and where it comes from: a shard that is there (its index), or one that an earlier step opens. */
export interface PlannedRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** One step of a change of the number of shards: each range is closed, and others take its keys. */
export interface ScalingStep {
  /** A range that is split gives two; two that are merged give one. */
  readonly changes: readonly { readonly closes: readonly PlannedRange[]; readonly opens: readonly PlannedRange[] }[];
}

/**
 * How UpdateShardCount gets from the shards that are open to `target` even ones: by splits and merges only, as AWS does,
 * so that no shard has more than two parents. Some shards in between live for a moment.
 */
export function planScaling(open: readonly PlannedRange[], target: number): ScalingStep[] {
  const goals = evenRanges(target).map(({ startHash, endHash }) => ({
    start: BigInt(startHash),
    end: BigInt(endHash),
  }));
  const steps: ScalingStep[] = [];
  let ranges = open.toSorted(byStart);
  for (const next of [nextSplits, nextMerges]) {
    for (;;) {
      const { changes, result } = next(ranges, goals);
      if (changes.length === 0) break;
      steps.push({ changes });
      ranges = result;
    }
  }
  return steps;
}

type Round = { readonly changes: ScalingStep["changes"]; readonly result: PlannedRange[] };

/** Splits every range in which a goal begins. */
function nextSplits(ranges: readonly PlannedRange[], goals: readonly PlannedRange[]): Round {
  const changes = [];
  const result: PlannedRange[] = [];
  for (const range of ranges) {
    const goal = goals.find(({ start }) => start > range.start && start <= range.end);
    if (goal === undefined) {
      result.push(range);
      continue;
    }
    const opens = [
      { start: range.start, end: goal.start - 1n },
      { start: goal.start, end: range.end },
    ];
    changes.push({ closes: [range], opens });
    result.push(...opens);
  }
  return { changes, result };
}

/** Merges pairs of neighbours that lie in the same goal. */
function nextMerges(ranges: readonly PlannedRange[], goals: readonly PlannedRange[]): Round {
  const changes = [];
  const result: PlannedRange[] = [];
  for (let index = 0; index < ranges.length; index++) {
    const [left, right] = [ranges[index], ranges[index + 1]];
    if (left === undefined) break;
    const goal = goals.find(({ start, end }) => start <= left.start && left.end <= end);
    if (goal === undefined || right === undefined || right.end > goal.end) {
      result.push(left);
      continue;
    }
    const merged = { start: left.start, end: right.end };
    changes.push({ closes: [left, right], opens: [merged] });
    result.push(merged);
    index++;
  }
  return { changes, result };
}

function byStart(left: PlannedRange, right: PlannedRange): number {
  return left.start < right.start ? -1 : 1;
}
