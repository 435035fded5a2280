import type { Scenario } from "./scenario.ts";

/**
 * The scenarios that are named in `only`, or that measure a figure named there; all of them when nothing is named.
 * @throws Error when a name is neither, with the names there are
 */
export function selectScenarios(scenarios: readonly Scenario[], only: readonly string[]): readonly Scenario[] {
  if (only.length === 0) return scenarios;
  const known = new Set(scenarios.flatMap(names));
  const unknown = only.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(`there is no figure named ${unknown.join(", ")}; there are: ${[...known].join(", ")}`);
  }
  return scenarios.filter((scenario) => names(scenario).some((name) => only.includes(name)));
}

function names({ name, figures }: Scenario): string[] {
  return [name, ...figures.map((figure) => figure.name)];
}
