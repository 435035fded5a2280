import { codemodScenarios } from "./codemod/index.ts";
import { delayScenarios } from "./delay/index.ts";
import { fifoScenarios } from "./fifo/index.ts";
import { harnessScenarios } from "./harness/index.ts";
import { kinesisScenarios } from "./kinesis/index.ts";
import { streamSoak } from "./kinesis/stream/many-shards.ts";
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

/** They belong to no suite's list: they run only when they are asked for, by their duration in seconds. */
const SOAKS: Readonly<Partial<Record<SuiteName, (seconds: number) => Scenario>>> = { sqs: soak, kinesis: streamSoak };

/** The suite that a figure is of. */
export function suiteOfFigure(name: string): SuiteName {
  const found = SUITE_NAMES.find((suite) =>
    [...SUITES[suite], ...soaks([suite], 1)].some(({ figures }) => figures.some((figure) => figure.name === name)),
  );
  if (found === undefined) throw new Error(`no suite has a figure '${name}'`);
  return found;
}

/** The scenarios of some suites, in the order in which they run; their soaks come last, and only when they have a duration. */
export function suiteScenarios(suites: readonly SuiteName[], soakSeconds: number | undefined): Scenario[] {
  const scenarios = suites.flatMap((suite) => SUITES[suite]);
  return soakSeconds === undefined ? scenarios : [...scenarios, ...soaks(suites, soakSeconds)];
}

function soaks(suites: readonly SuiteName[], seconds: number): Scenario[] {
  return suites.flatMap((suite) => SOAKS[suite]?.(seconds) ?? []);
}
