import { BitSet } from "./bit-set.ts";
import type { LedgerState } from "./ledger.ts";

/** What one producer has sent. */
export interface Sent {
  readonly producer: number;
  /** Its records have the numbers from 0 up to this one. */
  readonly count: number;
  /** Those that the target did not confirm, as ranges [from, to): they may have been stored or not. */
  readonly failed: readonly (readonly [number, number])[];
}

/** The fate of every record of a run. Over several groups of consumers (a fan-out) everything is counted for each. */
export interface Account {
  readonly sent: number;
  readonly confirmed: number;
  /** Sends that the target answered with an error, or not in time. */
  readonly failed: number;
  /** Different records that came. */
  readonly received: number;
  /** Confirmed, and never received. */
  readonly lost: number;
  /** Received more than once: how often beyond the first time. */
  readonly duplicated: number;
  /** Received after a later record of the same producer and key. */
  readonly outOfOrder: number;
  /** Not of this run. */
  readonly foreign: number;
}

/** Adds up what all producers sent and all groups of consumers saw. */
export function addUp(sent: readonly Sent[], ledgers: readonly LedgerState[], groups: number): Account {
  const failedOf = new Map(sent.map(({ producer, failed }) => [producer, failed]));
  const sentCount = sum(sent.map(({ count }) => count));
  const failed = sum(sent.map(({ failed: ranges }) => sum(ranges.map(([from, to]) => to - from))));
  let [received, lost, duplicated, outOfOrder, foreign] = [0, 0, 0, 0, 0];
  for (let group = 0; group < groups; group++) {
    const parts = ledgers.filter((ledger) => ledger.group === group);
    const seen = new Map<number, BitSet>();
    for (const part of parts) {
      duplicated += part.duplicated;
      outOfOrder += part.outOfOrder;
      foreign += part.foreign;
      for (const { producer, pieces } of part.seen) {
        const theirs = BitSet.decode(pieces);
        const ours = seen.get(producer);
        // The same record in two processes.
        if (ours === undefined) seen.set(producer, theirs);
        else duplicated += ours.addAll(theirs);
      }
    }
    for (const set of seen.values()) received += set.size;
    for (const { producer, count } of sent) lost += missing(count, failedOf.get(producer) ?? [], seen.get(producer));
  }
  return {
    sent: sentCount * groups,
    confirmed: (sentCount - failed) * groups,
    failed: failed * groups,
    received,
    lost,
    duplicated,
    outOfOrder,
    foreign,
  };
}

/** How many of the numbers below `count` are in none of the ranges and not in the set. */
function missing(count: number, failed: readonly (readonly [number, number])[], seen: BitSet | undefined): number {
  const confirmed = count - sum(failed.map(([from, to]) => to - from));
  if (seen === undefined) return confirmed;
  let stored = 0;
  for (const [from, to] of failed) for (let number = from; number < to; number++) if (seen.has(number)) stored++;
  return confirmed - (seen.size - stored);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
