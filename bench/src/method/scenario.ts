import type { Broker } from "@warrenmq/testing";
import type { Progress } from "../report/progress.ts";
import type { FigureSpec, Measurement, NotMeasured } from "./figure.ts";

/** How long to measure. */
export interface Effort {
  /** Whether it is good for a look only. */
  readonly isQuick: boolean;
  readonly rounds: number;
  readonly warmUpRounds: number;
  /** One side's turn in a round. */
  readonly roundMs: number;
  /** Messages that a round takes from a filled queue. */
  readonly backlog: number;
  /** Messages that are delayed at once. */
  readonly outstanding: number;
  /** Calls of a round that needs no broker. */
  readonly localCalls: number;
  /** How long something is watched that is to do nothing. */
  readonly idleMs: number;
}

/** What every scenario runs on. */
export interface Bench {
  readonly broker: Broker;
  readonly effort: Effort;
  readonly progress: Progress;
  /** Fires when the user interrupts the run. */
  readonly signal: AbortSignal;
}

/** The part of a {@link Bench} that measuring needs whatever is measured. */
export type Measuring = Pick<Bench, "effort" | "progress" | "signal">;

/** One thing that is measured, and the figures that come of it. */
export interface Scenario<On extends Measuring = Bench> {
  readonly name: string;
  readonly figures: readonly FigureSpec[];
  /** Seconds that it may take, where the usual limit is too short. */
  readonly limitSeconds?: number;
  /** Measures every figure, by name. Leaves nothing behind on the broker, also when it fails. */
  measure(bench: On): Promise<Readonly<Record<string, Measurement | NotMeasured>>>;
}

/** A scenario that measures something without a broker. */
export interface LocalScenario extends Scenario<Measuring> {
  readonly needsBroker: false;
}

/** Whether a scenario runs without a broker. */
export function isLocal(scenario: Scenario | LocalScenario): scenario is LocalScenario {
  return "needsBroker" in scenario;
}
