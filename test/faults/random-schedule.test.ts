import { SQSClient } from "@warrenmq/client-sqs";
import { startBroker, startCluster, until } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { expect, test } from "vitest";
import { injectFaults, type InjectedFault } from "../support/fault-schedule.ts";
import { FifoLoad } from "../support/fifo-load.ts";
import { createFifoQueue } from "../support/fifo.ts";
import { lost, startReceivers, startSenders } from "../support/load.ts";
import { seededRandom } from "../support/random.ts";
import { createTestQueue } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

const SECONDS = Number(process.env["WARRENMQ_FAULT_SECONDS"] ?? 30);
const LIMIT_MS = SECONDS * 1_000 + 240_000;

/** A cluster where it is cheap, else a single node: `WARRENMQ_BROKER_VERSION`. */
async function startNodes(): Promise<{ nodes: readonly Broker[]; stop: () => Promise<void> }> {
  const version = process.env["WARRENMQ_BROKER_VERSION"];
  if (version === undefined || version === "4.3") {
    const cluster = await startCluster({ nodes: 3, version: "4.3" });
    return { nodes: cluster.nodes, stop: () => cluster.stop() };
  }
  const broker = await startBroker({ own: true });
  return { nodes: [broker], stop: () => broker.stop() };
}

test(
  "random faults, one after the other, lose no confirmed message, and break no FIFO order",
  async () => {
    const random = seededRandom("faults");
    const { nodes, stop } = await startNodes();
    const rabbitmq = { url: nodes.map(({ url }) => url), heartbeatSeconds: 2, timeoutMs: 30_000 };
    const sqs = new SQSClient({ rabbitmq });
    try {
      const standard = await createTestQueue(sqs, { prefix: "faults" });
      const fifo = new FifoLoad(sqs, await createFifoQueue(sqs));
      const createdMs = performance.now();
      const senders = startSenders(sqs, standard, 8);
      const receivers = startReceivers(sqs, standard, 3);
      fifo.start(4, 2);
      const getsThrough = async (): Promise<void> => {
        const [sent, sentInOrder] = [senders.log.confirmed.size, fifo.sentCount()];
        const through = (): boolean => senders.log.confirmed.size > sent + 8 && fifo.sentCount() > sentInOrder;
        await until(through, { what: "calls to succeed again", timeoutMs: 60_000 });
      };
      // Queues and streams that are younger are lost by RabbitMQ itself in a crash.
      await until(() => performance.now() - createdMs > 10_000, {
        what: "the queues to be old enough",
        timeoutMs: 15_000,
      });
      for (const node of nodes) await node.syncToDisk();
      await getsThrough();
      const injected = await injectFaults(nodes, random, SECONDS * 1_000, {
        getsThrough,
        longestGapMs: () => senders.longestGapMs(),
      });

      await Promise.all([senders.stop(), fifo.stopSending()]);
      const done = (): boolean =>
        lost(senders.log, receivers.log).length === 0 && fifo.deletedCount() >= fifo.sentCount();
      await until(done, { what: "everything to be received", timeoutMs: 60_000 }).catch(() => undefined);
      await Promise.all([receivers.stop(), fifo.stopReceiving()]);

      const { received } = receivers.log;
      const twice = [...received.values()].filter((count) => count > 1).length;
      console.log(
        `${summary(injected)}\nstandard: ${senders.log.confirmed.size} confirmed, ${senders.log.failures.length} send errors, ${received.size} received, ${twice} of them more than once\n` +
          `FIFO: ${fifo.sentCount()} sent, ${fifo.deletedCount()} received and deleted`,
      );
      expect(lost(senders.log, receivers.log)).toEqual([]);
      expect(fifo.violations()).toEqual([]);
      for (const error of [...senders.log.failures, ...receivers.log.failures]) {
        expect(error).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
      }
    } finally {
      sqs.destroy();
      await stop();
    }
  },
  LIMIT_MS,
);

function summary(injected: readonly InjectedFault[]): string {
  const lines = injected.map(
    ({ name, lastedMs, stalledMs }) => `${name}, ${lastedMs} ms: at most ${stalledMs} ms without a confirmed send`,
  );
  return [...lines, `${injected.length} faults`].join("\n");
}
