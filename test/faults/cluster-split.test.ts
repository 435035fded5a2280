import { SQSClient } from "@warrenmq/client-sqs";
import { pause } from "@warrenmq/core/internal";
import { startCluster, until } from "@warrenmq/testing";
import { expect, inject, test } from "vitest";
import { heal, split } from "../support/cluster-split.ts";
import { FifoLoad } from "../support/fifo-load.ts";
import { createFifoQueue } from "../support/fifo.ts";
import { noteRecovery } from "../support/recovery.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

/** A cluster of its own: what streams do after a split depends on what they went through before. */
test.skipIf(!inject("brokerVersion").startsWith("4.3"))(
  "a cluster is split, and a FIFO queue goes on afterwards, in order and exactly once",
  async () => {
    const cluster = await startCluster({ nodes: 3, version: "4.3" });
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("no node");
    const sqs = new SQSClient({ rabbitmq: { url: cluster.urls, heartbeatSeconds: 2, timeoutMs: 10_000 } });
    try {
      const load = new FifoLoad(sqs, await createFifoQueue(sqs));
      load.start(2, 1);
      await until(() => load.deletedCount() > 50, { what: "load", timeoutMs: 30_000 });
      await split(node);
      await pause(8_000);
      await heal(node);
      const [before, startMs] = [load.deletedCount(), performance.now()];
      await until(() => load.deletedCount() > before + 20, { what: "deletes", timeoutMs: 90_000 });
      noteRecovery("cluster split, FIFO queue", performance.now() - startMs, node.version);
      await load.stopSending();
      await until(() => load.deletedCount() >= load.sentCount(), { what: "every message", timeoutMs: 40_000 });
      await load.stopReceiving();
      expect(load.violations()).toEqual([]);
    } finally {
      sqs.destroy();
      await cluster.stop();
    }
  },
  240_000,
);
