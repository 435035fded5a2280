import { describe, expect, test } from "vitest";
import { targetNames } from "../targets/index.ts";
import { resolveWorkload } from "../workload/parse-workload.ts";
import { SCENARIO_NAMES } from "../workload/workload.ts";
import type { ScenarioName } from "../workload/workload.ts";
import { targetsOf } from "./run-workload.ts";

const OF_QUEUES = ["send", "batch", "receive-delete", "end-to-end", "fan-out"] as const;
const OF_STREAMS = ["put-record", "put-records", "get-records", "catch-up"] as const;

/** What each target runs. Everything else it must refuse. */
const RUNS: Readonly<Record<string, readonly ScenarioName[]>> = {
  sqs: [...OF_QUEUES, "fifo", "delay"],
  "aws-sqs": [...OF_QUEUES, "fifo", "delay"],
  fauxqs: [...OF_QUEUES, "fifo", "delay"],
  amqplib: OF_QUEUES,
  kinesis: [...OF_STREAMS, "subscribe", "reshard", "resume"],
  "kinesis-amqp": [...OF_STREAMS, "subscribe", "reshard", "resume"],
  "kinesis-stream": [...OF_STREAMS, "subscribe", "reshard", "resume"],
  "kinesis-npm": [...OF_STREAMS, "subscribe", "reshard"],
  "aws-kinesis": [...OF_STREAMS, "subscribe", "reshard"],
  kinesalite: OF_STREAMS,
  stream: [...OF_STREAMS, "subscribe", "resume"],
  "stream-npm": [...OF_STREAMS, "subscribe"],
};

describe("which target runs which scenario", () => {
  test.each(targetNames())("%s runs what it can, and refuses the rest by name", (target) => {
    const runs = RUNS[target] ?? [];
    for (const scenario of SCENARIO_NAMES) {
      const ask = (): unknown => targetsOf(resolveWorkload({ scenario, targets: [target] }, "."));
      if (runs.includes(scenario)) expect(ask).not.toThrow();
      else expect(ask).toThrow(`the target ${target} cannot run the scenario ${scenario}: it`);
    }
  });

  test.each(SCENARIO_NAMES)("%s runs on the targets that it has where none are named", (scenario) => {
    const targets = targetsOf(resolveWorkload({ scenario }, "."));
    expect(targets.length).toBeGreaterThan(0);
  });
});
