import type { Scenario } from "../method/scenario.ts";
import { deduplication } from "./deduplication.ts";
import { endToEnd } from "./end-to-end.ts";

/** The suite `fifo`, in the order in which it runs. */
export const fifoScenarios: readonly Scenario[] = [endToEnd, deduplication];
