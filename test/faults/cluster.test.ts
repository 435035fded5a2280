import { SQSClient } from "@warrenmq/client-sqs";
import { startCluster, until } from "@warrenmq/testing";
import type { Cluster } from "@warrenmq/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lost, startReceivers, startSenders } from "../support/load.ts";
import { createTestQueue } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({ nodes: 3, version: "4.3" });
});
afterAll(() => cluster.stop());

test("a cluster of three loses the node that a client is connected to, and no confirmed message", async () => {
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error("no node");
  const sqs = new SQSClient({ rabbitmq: { url: cluster.urls, heartbeatSeconds: 2, timeoutMs: 30_000 } });
  const QueueUrl = await createTestQueue(sqs, { prefix: "cluster" });
  const senders = startSenders(sqs, QueueUrl, 16);
  const receivers = startReceivers(sqs, QueueUrl, 4);
  await until(() => receivers.log.received.size > 100, { what: "load", timeoutMs: 20_000 });
  const before = senders.log.confirmed.size;
  await first.kill();
  await until(() => senders.log.confirmed.size > before + 200, {
    what: "sends through another node",
    timeoutMs: 60_000,
  });
  await first.restart();
  const afterRestart = senders.log.confirmed.size;
  await until(() => senders.log.confirmed.size > afterRestart + 100, { what: "sends", timeoutMs: 20_000 });
  await senders.stop();
  await until(() => lost(senders.log, receivers.log).length === 0, { what: "every message", timeoutMs: 30_000 });
  await receivers.stop();
  const { received, failures } = receivers.log;
  const duplicates = [...received.values()].filter((count) => count > 1).length;
  console.log(
    `confirmed ${senders.log.confirmed.size}, send errors ${senders.log.failures.length}, received ${received.size}, twice ${duplicates}, receive errors ${failures.length}`,
  );
  for (const error of [...failures, ...senders.log.failures]) {
    expect(error).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
  }
  sqs.destroy();
}, 180_000);
