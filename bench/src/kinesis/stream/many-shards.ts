import type { FigureSpec } from "../../method/figure.ts";
import { courseOf, firstMinute, growthAfter } from "../../method/growth.ts";
import type { Scenario } from "../../method/scenario.ts";
import { startStreamBroker } from "../../streams/stream-broker.ts";
import { WorkerProcess } from "../../worker-process.ts";
import type { ManyShardsInput, ManyShardsReport } from "../workers/many-shards-load.ts";

const SHARDS = 64;
const DURATION_SECONDS = 60;
/** A soak's broker starts before its time, and the streams are declared. */
const START_SECONDS = 120;

/** A steady load on many shards for a minute, in a process of its own. */
export const streamManyShards: Scenario = manyShards("stream-many-shards", "stream", DURATION_SECONDS);

/** The same load for a long time. */
export function streamSoak(durationSeconds: number): Scenario {
  const scenario = manyShards("stream-soak", "stream-soak", durationSeconds);
  return { ...scenario, limitSeconds: durationSeconds + START_SECONDS };
}

function manyShards(name: string, prefix: string, durationSeconds: number): Scenario {
  const sockets: FigureSpec = {
    name: `${prefix}-sockets`,
    title: `TCP sockets of a process that writes and reads ${SHARDS} shards over the stream protocol`,
    unit: "sockets",
    target: { atMost: 4 },
  };
  const growth: FigureSpec = {
    name: `${prefix}-rss`,
    title: `Highest RSS of that process in ${durationSeconds} s of steady load, less the median of the first part (a minute, or a third)`,
    unit: "MB",
    target: { atMost: 50 },
  };
  return {
    name,
    figures: [sockets, growth],
    measure: async ({ progress, signal }) => {
      progress.expect(durationSeconds);
      await using broker = await startStreamBroker();
      const { url: brokerUrl, streamUrl = "", version: brokerVersion } = broker;
      const input: ManyShardsInput = { brokerUrl, streamUrl, shards: SHARDS, durationSeconds };
      const script = new URL("../workers/many-shards-load.js", import.meta.url);
      await using worker = new WorkerProcess<ManyShardsReport>(script, input);
      const rssMb: number[] = [];
      let most = 0;
      for await (const report of worker.messages(signal)) {
        if (report.type === "done") {
          const { put, read } = report;
          const details = {
            records: { put, read, perSecond: read / durationSeconds },
            rssMb: courseOf(rssMb),
          };
          return {
            [sockets.name]: { value: most, brokerVersion },
            [growth.name]: { value: growthAfter(rssMb, firstMinute(durationSeconds)), details, brokerVersion },
          };
        }
        rssMb.push(report.rssMb);
        most = Math.max(most, report.sockets);
        progress.advance();
      }
      throw new Error("the load ended without a report");
    },
  };
}
