import type { FigureSpec } from "../../method/figure.ts";
import { firstMinute, growthAfter } from "../../method/growth.ts";
import type { Scenario } from "../../method/scenario.ts";
import { startStreamBroker } from "../../streams/stream-broker.ts";
import { WorkerProcess } from "../../worker-process.ts";
import type { ManyShardsInput, ManyShardsReport } from "../workers/many-shards-load.ts";

const SHARDS = 64;
const DURATION_SECONDS = 60;

const sockets: FigureSpec = {
  name: "stream-sockets",
  title: `TCP sockets of a process that writes and reads ${SHARDS} shards over the stream protocol`,
  unit: "sockets",
  target: { atMost: 4 },
};
const growth: FigureSpec = {
  name: "stream-rss",
  title: `Highest RSS of that process in the last part of ${DURATION_SECONDS} s of steady load, less the first part's median`,
  unit: "MB",
  target: { atMost: 50 },
};

/** A steady load on many shards, in a process of its own. */
export const streamManyShards: Scenario = {
  name: "stream-many-shards",
  figures: [sockets, growth],
  measure: async ({ progress, signal }) => {
    progress.expect(DURATION_SECONDS);
    await using broker = await startStreamBroker();
    const { url: brokerUrl, streamUrl = "", version: brokerVersion } = broker;
    const input: ManyShardsInput = { brokerUrl, streamUrl, shards: SHARDS, durationSeconds: DURATION_SECONDS };
    const script = new URL("../workers/many-shards-load.js", import.meta.url);
    await using worker = new WorkerProcess<ManyShardsReport>(script, input);
    const rssMb: number[] = [];
    let most = 0;
    for await (const report of worker.messages(signal)) {
      if (report.type === "done") {
        const { put, read } = report;
        const details = { records: { put, read, perSecond: read / DURATION_SECONDS } };
        return {
          [sockets.name]: { value: most, details, brokerVersion },
          [growth.name]: { value: growthAfter(rssMb, firstMinute(DURATION_SECONDS)), details, brokerVersion },
        };
      }
      rssMb.push(report.rssMb);
      most = Math.max(most, report.sockets);
      progress.advance();
    }
    throw new Error("the load ended without a report");
  },
};
