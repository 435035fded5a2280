import type { LocalScenario, Scenario } from "../method/scenario.ts";
import { driveStream } from "./drive-stream.ts";
import { openLoop } from "./open-loop.ts";
import { overheadTail, overheadThroughput } from "./overhead.ts";
import { quickVerdict } from "./quick-verdict.ts";

/** The suite `harness`: what the harness itself costs and can do. */
export const harnessScenarios: readonly (Scenario | LocalScenario)[] = [
  overheadThroughput,
  overheadTail,
  openLoop,
  driveStream,
  quickVerdict,
];
