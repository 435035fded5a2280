import { codemodScenarios } from "./codemod/index.ts";
import { delayScenarios } from "./delay/index.ts";
import { fifoScenarios } from "./fifo/index.ts";
import { harnessScenarios } from "./harness/index.ts";
import { kinesisScenarios } from "./kinesis/index.ts";
import type { Scenario } from "./method/scenario.ts";
import { snsScenarios } from "./sns/index.ts";
import { sqsScenarios } from "./sqs/index.ts";
import { soak } from "./sqs/soak.ts";
import { streamsScenarios } from "./streams/index.ts";
import { SUITE_NAMES } from "./suite-names.ts";
import type { SuiteName } from "./suite-names.ts";

const SUITES: Readonly<Record<SuiteName, readonly Scenario[]>> = {
  sqs: sqsScenarios,
  sns: snsScenarios,
  kinesis: kinesisScenarios,
  fifo: fifoScenarios,
  delay: delayScenarios,
  streams: streamsScenarios,
  codemod: codemodScenarios,
  harness: harnessScenarios,
};

/** The suite that a figure is of. */
export function suiteOfFigure(name: string): SuiteName {
  const found = SUITE_NAMES.find((suite) =>
    SUITES[suite].some(({ figures }) => figures.some((figure) => figure.name === name)),
  );
  // The soak belongs to no suite's list: it runs only when it is asked for.
  return found ?? "sqs";
}

/** The scenarios of some suites, in the order in which they run; the soak comes last, and only when it has a duration. */
export function suiteScenarios(suites: readonly SuiteName[], soakSeconds: number | undefined): Scenario[] {
  const scenarios = suites.flatMap((suite) => SUITES[suite]);
  return soakSeconds === undefined ? scenarios : [...scenarios, soak(soakSeconds)];
}
