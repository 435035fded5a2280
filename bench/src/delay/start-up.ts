import { startBroker } from "@warrenmq/testing";
import type { FigureSpec } from "../method/figure.ts";
import type { Scenario } from "../method/scenario.ts";
import { median, spread } from "../method/statistics.ts";
import { openPlainAmqp } from "../sqs/plain-amqp.ts";
import { openSqsQueue } from "../sqs/sqs-queue.ts";
import { WorkerProcess } from "../worker-process.ts";
import type { StartClientInput, StartClientReport } from "./workers/start-client.ts";

const QUEUES = 10_000;
const STREAM = "warrenmq.registry";
const UNCONFIRMED = 500;

const figure: FigureSpec = {
  name: "start-up",
  title:
    "From a new client in a new process to the answer to its first SendMessage, with 10,000 queues in the registry",
  unit: "ms",
  target: { atMost: 1_000 },
};

/** Starts processes one after the other on a broker of its own: what the registry was filled with stays in it. */
export const startUp: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async ({ broker: { version }, effort, progress, signal }) => {
    const starts = Math.max(3, Math.ceil(effort.rounds / 3));
    progress.expect(starts);
    await using broker = await startBroker({ own: true });
    if (broker.version !== version) throw new Error(`a broker ${version} is needed, and ${broker.version} was started`);
    await using queue = await openSqsQueue(broker.url);
    await recordQueues(broker.url);
    const script = new URL("workers/start-client.js", import.meta.url);
    const input: StartClientInput = { brokerUrl: broker.url, queueUrl: queue.url };
    const firstCallMs: number[] = [];
    for (let start = 0; start < starts; start++) {
      signal.throwIfAborted();
      await using worker = new WorkerProcess<StartClientReport>(script, input);
      firstCallMs.push((await worker.next()).firstCallMs);
      await worker.ended();
      progress.advance();
    }
    const details = { registry: { queues: QUEUES, "first start ms": firstCallMs[0] ?? Number.NaN } };
    return { [figure.name]: { value: median(firstCallMs), spread: spread(firstCallMs), details } };
  },
};

/** Writes the records that so many CreateQueue calls leave, without the queues: 10,000 of those would measure the broker. */
async function recordQueues(brokerUrl: string): Promise<void> {
  await using plain = await openPlainAmqp(brokerUrl);
  for (let first = 0; first < QUEUES; first += UNCONFIRMED) {
    const commands = Array.from({ length: UNCONFIRMED }, (_, index) => createQueueCommand(first + index));
    await Promise.all(commands.map((command) => plain.publish(STREAM, Buffer.from(JSON.stringify(command)))));
  }
}

/** As docs/decisions/001-registry-stream.md describes a record. */
function createQueueCommand(number: number): object {
  const attributes = { VisibilityTimeout: "60", MessageRetentionPeriod: "345600", ReceiveMessageWaitTimeSeconds: "20" };
  const data = {
    type: "create-queue",
    name: `orders-${number}`,
    attributes,
    tags: { team: "shop", number: `${number}` },
  };
  return { v: 1, id: crypto.randomUUID(), at: Date.now(), service: "sqs", data };
}
