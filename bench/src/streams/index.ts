import type { Scenario } from "../method/scenario.ts";
import { consumeScenario } from "./consume.ts";
import { publishScenario } from "./publish.ts";

/** The suite `streams`, in the order in which it runs. Each scenario has a broker of its own, with the stream plugin. */
export const streamsScenarios: readonly Scenario[] = [
  publishScenario(200),
  publishScenario(1024),
  consumeScenario(200),
  consumeScenario(1024),
];
