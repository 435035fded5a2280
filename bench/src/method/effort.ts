import type { Effort } from "./scenario.ts";

/** The effort of an ordinary run, or of a quick one, which is good for a look and not for a decision. */
export function effort(quick: boolean, rounds: number | undefined): Effort {
  const chosen = quick ? QUICK : FULL;
  return rounds === undefined ? chosen : { ...chosen, rounds };
}

// Many short rounds: the sooner the sides change places, the more of what else the machine does hits both.
const FULL: Effort = {
  isQuick: false,
  rounds: 21,
  warmUpRounds: 12,
  roundMs: 400,
  backlog: 15_000,
  outstanding: 100_000,
  localCalls: 20_000,
  idleMs: 10_000,
};

const QUICK: Effort = {
  isQuick: true,
  rounds: 5,
  warmUpRounds: 1,
  roundMs: 300,
  backlog: 5_000,
  outstanding: 10_000,
  localCalls: 5_000,
  idleMs: 3_000,
};
