import type { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { failedFigure, judge } from "./figure.ts";
import type { Figure } from "./figure.ts";
import type { Measuring, Scenario } from "./scenario.ts";
import { StrayErrors } from "./stray-errors.ts";

/** How a list of scenarios is run. */
export interface RunScenariosOptions {
  /** Called with the figures of a scenario when they are there. */
  readonly onFigures: (figures: readonly Figure[]) => void | Promise<void>;
  /** Seconds for all of them: no scenario begins later. */
  readonly totalSeconds?: number;
  /** Where errors come that nobody catches. */
  readonly strayErrors?: EventEmitter;
  /** How long a scenario that has failed may tidy up. */
  readonly tidyMs?: number;
}

/** Seconds that a scenario may take, unless it says otherwise itself: several times what they take. */
export const SCENARIO_SECONDS = 600;
const TIDY_MS = 20_000;

/**
 * Measures one scenario after the other, and reports its figures as soon as they are there. A scenario that throws, takes
 * too long, or leaves an error that nobody catches gives failed figures, and the others run all the same; when the user
 * interrupts, what has been measured is returned.
 */
export async function runScenarios<On extends Measuring>(
  bench: On,
  scenarios: readonly Scenario<On>[],
  options: RunScenariosOptions,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const endMs = performance.now() + (options.totalSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  let trouble = new AbortController();
  // For the whole run: an error of a connection may come after the scenario that opened it.
  using _ = new StrayErrors((error) => trouble.abort(error), options.strayErrors);
  for (const [index, scenario] of scenarios.entries()) {
    trouble = new AbortController();
    const isLate = performance.now() >= endMs;
    if (!isLate) bench.progress.begin(`[${index + 1}/${scenarios.length}] ${scenario.name}`);
    const measured = isLate ? failed(scenario, TOO_LATE) : await measure(bench, scenario, trouble, options);
    if (bench.signal.aborted) break;
    await options.onFigures(measured);
    figures.push(...measured);
  }
  return figures;
}

const TOO_LATE = "not measured: the time for the whole run was over";

async function measure<On extends Measuring>(
  bench: On,
  scenario: Scenario<On>,
  trouble: AbortController,
  { tidyMs = TIDY_MS }: RunScenariosOptions,
): Promise<Figure[]> {
  const signal = AbortSignal.any([bench.signal, trouble.signal]);
  const seconds = scenario.limitSeconds ?? SCENARIO_SECONDS;
  const limit = setTimeout(() => trouble.abort(new Error(`it took longer than ${seconds} s`)), seconds * 1000);
  const measuring = (async () => scenario.measure({ ...bench, signal }))();
  try {
    const measurements = await Promise.race([measuring, rejection(signal)]);
    return scenario.figures.map((spec) => {
      const measurement = measurements[spec.name];
      return measurement === undefined ? failedFigure(spec, "not measured") : judge(spec, measurement);
    });
  } catch (error) {
    trouble.abort(error);
    await tidied(measuring, tidyMs);
    return failed(scenario, error);
  } finally {
    clearTimeout(limit);
    bench.progress.end();
  }
}

/** What a scenario has on the broker, and its load, must be gone when the next one measures; but it may be stuck. */
async function tidied(measuring: Promise<unknown>, tidyMs: number): Promise<void> {
  const waiting = new AbortController();
  const ended = measuring.catch(() => undefined).then(() => waiting.abort());
  await Promise.race([ended, sleep(tidyMs, undefined, { signal: waiting.signal }).catch(() => undefined)]);
}

function failed<On extends Measuring>({ figures }: Scenario<On>, error: unknown): Figure[] {
  return figures.map((spec) => failedFigure(spec, error));
}

/** Rejects with the signal's reason when it fires. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
