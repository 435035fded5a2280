/** What the command line calls the suites. */
export const SUITE_NAMES = ["sqs", "sns", "kinesis", "fifo", "delay", "streams", "codemod", "harness"] as const;

/** The name of a suite. */
export type SuiteName = (typeof SUITE_NAMES)[number];

/** Whether there is a suite of this name. */
export function isSuiteName(name: string): name is SuiteName {
  return SUITE_NAMES.some((suite) => suite === name);
}
