import type { Scenario } from "../method/scenario.ts";
import { outstanding } from "./outstanding.ts";
import { redrive } from "./redrive.ts";
import { startUp } from "./start-up.ts";

/** The suite `delay`, in the order in which it runs. */
export const delayScenarios: readonly Scenario[] = [redrive, startUp, outstanding];
