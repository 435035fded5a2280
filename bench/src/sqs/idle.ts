import { until } from "@warrenmq/testing";
import type { FigureSpec } from "../method/figure.ts";
import type { Scenario } from "../method/scenario.ts";
import { median } from "../method/statistics.ts";
import { WorkerProcess } from "../worker-process.ts";
import { openPlainAmqp } from "./plain-amqp.ts";
import { openSqsQueue } from "./sqs-queue.ts";
import type { IdleClientInput, IdleClientReport } from "./workers/idle-client.ts";

const MESSAGES = 1_000;

const cpu: FigureSpec = {
  name: "idle-cpu",
  title: "CPU of a process whose client is idle, the median of its seconds",
  unit: "ms/s",
  target: { atMost: 1 },
};
const held: FigureSpec = {
  name: "idle-held",
  title: "Messages that a client keeps from others after its receive loop has stopped",
  unit: "messages",
  target: { atMost: 0 },
};

/** A process receives and deletes half of a queue, then goes on without a call. */
export const idle: Scenario = {
  name: "idle",
  figures: [cpu, held],
  measure: async ({ broker, effort, progress }) => {
    progress.expect(1);
    await using queue = await openSqsQueue(broker.url);
    await using plain = await openPlainAmqp(broker.url);
    const script = new URL("workers/idle-client.js", import.meta.url);
    const input: IdleClientInput = {
      brokerUrl: broker.url,
      queueUrl: queue.url,
      messages: MESSAGES,
      idleMs: effort.idleMs,
    };
    await using worker = new WorkerProcess<IdleClientReport>(script, input);
    const { deleted, cpuMs } = await worker.next();
    const ready = await settled(() => plain.ready(queue.name));
    return {
      // Once, some seconds after its last work, V8 collects the process's garbage.
      [cpu.name]: { value: median(cpuMs), details: { client: { highestMs: Math.max(...cpuMs) } } },
      [held.name]: { value: MESSAGES - deleted - ready, details: { queue: { sent: MESSAGES, deleted, ready } } },
    };
  },
};

/** A count that is the same at two looks: the broker's may lag behind a moment. */
async function settled(count: () => Promise<number>): Promise<number> {
  let last = await count();
  await until(
    async () => {
      const previous = last;
      last = await count();
      return last === previous;
    },
    { what: "the number of ready messages to settle", intervalMs: 500 },
  );
  return last;
}
