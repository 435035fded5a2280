import type { FigureSpec } from "../method/figure.ts";
import { courseOf, firstMinute, growthAfter } from "../method/growth.ts";
import type { Scenario } from "../method/scenario.ts";
import { WorkerProcess } from "../worker-process.ts";
import { openSqsQueue } from "./sqs-queue.ts";
import type { SoakInput, SoakReport } from "./workers/soak-load.ts";

const growth: FigureSpec = {
  name: "soak-rss",
  title: "Highest RSS after the first minute of full load, less the first minute's median",
  unit: "MB",
  target: { atMost: 100 },
};
const lost: FigureSpec = {
  name: "soak-lost",
  title: "Messages sent under full load and never received",
  unit: "messages",
  target: { atMost: 0 },
};

/** What the load has sent is received after its time. */
const DRAIN_SECONDS = 300;

/** Full load for a long time, in a process of its own: send, receive, delete. */
export function soak(durationSeconds: number): Scenario {
  return {
    name: "soak",
    figures: [growth, lost],
    limitSeconds: durationSeconds + DRAIN_SECONDS,
    measure: async ({ broker, progress, signal }) => {
      progress.expect(durationSeconds);
      await using queue = await openSqsQueue(broker.url);
      const input: SoakInput = { brokerUrl: broker.url, queueUrl: queue.url, durationSeconds };
      await using worker = new WorkerProcess<SoakReport>(new URL("workers/soak-load.js", import.meta.url), input);
      const rssMb: number[] = [];
      for await (const report of worker.messages(signal)) {
        if (report.type === "done") {
          const { sent, deleted } = report;
          const details = { messages: { sent, deleted, perSecond: deleted / durationSeconds } };
          return {
            [growth.name]: {
              value: growthAfter(rssMb, firstMinute(durationSeconds)),
              details: { rssMb: courseOf(rssMb) },
            },
            [lost.name]: { value: sent - deleted, details },
          };
        }
        rssMb.push(report.rssMb);
        progress.advance();
      }
      throw new Error("the load ended without a report");
    },
  };
}
