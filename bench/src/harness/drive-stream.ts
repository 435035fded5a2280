import { startBroker } from "@warrenmq/testing";
import { runTrial } from "../load/run-trial.ts";
import type { FigureSpec } from "../method/figure.ts";
import type { Scenario } from "../method/scenario.ts";
import { median, spread } from "../method/statistics.ts";
import { targetNamed } from "../targets/index.ts";
import { resolveWorkload } from "../workload/parse-workload.ts";

const RUNS = 3;

const figure: FigureSpec = {
  name: "drive-stream",
  title: "records/s of 200 B that one process of the harness has confirmed by 4 streams, each accounted for",
  unit: "/s",
  target: { atLeast: 300_000 },
};

/** A whole run, as a user makes it. */
export const driveStream: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async ({ progress, signal }) => {
    await using broker = await startBroker({ plugins: ["rabbitmq_stream"] });
    const record = { type: "fixed", bytes: 200 } as const;
    const workload = resolveWorkload({ scenario: "put-records", record, shards: 4, duration: 5, warmUp: 1 }, ".");
    progress.expect(RUNS);
    const endpoint = { amqpUrl: broker.url, streamUrl: broker.streamUrl ?? "" };
    const runs = [];
    for (let repeat = 1; repeat <= RUNS; repeat++) {
      signal.throwIfAborted();
      const run = await runTrial({ workload, target: targetNamed("stream"), endpoint, repeat, signal });
      if (!run.pass) throw new Error(run.notes.join("; "));
      runs.push(run);
      progress.advance();
    }
    const result = spread(runs.map(({ confirmedPerSecond }) => confirmedPerSecond));
    const details = {
      harness: {
        cpu: median(runs.map(({ machine }) => machine.processes[0]?.cpu ?? Number.NaN)),
        machineBusy: median(runs.map(({ machine }) => machine.busy)),
        p99Ms: median(runs.map(({ send }) => send?.p99Ms ?? Number.NaN)),
      },
    };
    return { [figure.name]: { value: result.median, spread: result, details } };
  },
};
