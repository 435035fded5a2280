import { failedFigure, judge } from "./figure.ts";
import type { Figure } from "./figure.ts";
import type { Measuring, Scenario } from "./scenario.ts";

/**
 * Measures one scenario after the other, and reports each figure as soon as it is there. A scenario that fails, be it by an
 * error that it did not catch, gives failed figures, and the others run all the same; when the user interrupts, what has been measured is returned.
 */
export async function runScenarios<On extends Measuring>(
  bench: On,
  scenarios: readonly Scenario<On>[],
  onFigure: (figure: Figure) => void,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const scenario of scenarios) {
    bench.progress.begin(scenario.name);
    const measured = await measure(bench, scenario);
    bench.progress.end();
    if (bench.signal.aborted) return figures;
    measured.forEach(onFigure);
    figures.push(...measured);
  }
  return figures;
}

async function measure<On extends Measuring>(bench: On, scenario: Scenario<On>): Promise<Figure[]> {
  try {
    const measurements = await untilUncaught(() => scenario.measure(bench));
    return scenario.figures.map((spec) => {
      const measurement = measurements[spec.name];
      return measurement === undefined ? failedFigure(spec, "not measured") : judge(spec, measurement);
    });
  } catch (error) {
    return scenario.figures.map((spec) => failedFigure(spec, error));
  }
}

/** What a library throws out of an event handler would end the process: here it ends the work. */
async function untilUncaught<T>(work: () => Promise<T>): Promise<T> {
  let onUncaught: (error: Error) => void = ignore;
  const uncaught = new Promise<never>((_resolve, reject) => (onUncaught = reject));
  process.on("uncaughtException", onUncaught);
  try {
    return await Promise.race([work(), uncaught]);
  } finally {
    process.off("uncaughtException", onUncaught);
  }
}

function ignore(): void {
  return undefined;
}
