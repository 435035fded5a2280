import type { Effort } from "./scenario.ts";

/** The effort of an ordinary run, or of a quick one, which is good for a look and not for a decision. */
export function effort(quick: boolean, rounds: number | undefined): Effort {
  const chosen = quick ? QUICK : FULL;
  return rounds === undefined ? chosen : { ...chosen, rounds };
}

const FULL: Effort = {
  rounds: 7,
  warmUpRounds: 1,
  roundMs: 2_000,
  backlog: 30_000,
  localCalls: 20_000,
  idleMs: 10_000,
};

const QUICK: Effort = {
  rounds: 5,
  warmUpRounds: 1,
  roundMs: 500,
  backlog: 5_000,
  localCalls: 5_000,
  idleMs: 3_000,
};
