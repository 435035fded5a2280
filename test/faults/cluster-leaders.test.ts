import { CreateStreamCommand, KinesisClient } from "@warrenmq/client-kinesis";
import { SQSClient } from "@warrenmq/client-sqs";
import { pause } from "@warrenmq/core/internal";
import { startCluster, uniqueName, until } from "@warrenmq/testing";
import type { Broker, Cluster } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { readShard } from "../support/kinesis.ts";
import { expectComplete, startProducers } from "../support/kinesis-puts.ts";
import { heal, split } from "../support/cluster-split.ts";
import { lost, startReceivers, startSenders } from "../support/load.ts";
import { noteRecovery } from "../support/recovery.ts";
import { createTestQueue, queueNameOf } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

/** Any three nodes do, and these are the ones whose leaders move at a word. */
describe.skipIf(!inject("brokerVersion").startsWith("4.3"))("a cluster of three", () => {
  let cluster: Cluster;
  let first: Broker;
  let sqs: SQSClient;
  let kinesis: KinesisClient;
  beforeAll(async () => {
    cluster = await startCluster({ nodes: 3, version: "4.3" });
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("no node");
    first = node;
    const rabbitmq = { url: cluster.urls, heartbeatSeconds: 2, timeoutMs: 30_000 };
    sqs = new SQSClient({ rabbitmq });
    kinesis = new KinesisClient({ rabbitmq });
  });
  afterAll(async () => {
    sqs.destroy();
    kinesis.destroy();
    await cluster.stop();
  });

  test("moves the leader of a queue under load: no confirmed message is lost, and calls go on", async () => {
    const QueueUrl = await createTestQueue(sqs, { prefix: "leader" });
    const senders = startSenders(sqs, QueueUrl, 8);
    const receivers = startReceivers(sqs, QueueUrl, 2);
    await until(() => receivers.log.received.size > 100, { what: "load", timeoutMs: 20_000 });
    for (let move = 1; move <= 4; move++) {
      senders.longestGapMs();
      const before = senders.log.confirmed.size;
      expect(await moveLeader(first, queueNameOf(QueueUrl))).toContain("{ok,");
      await until(() => senders.log.confirmed.size > before + 100, { what: "sends", timeoutMs: 20_000 });
      noteRecovery("leader of a quorum queue moved", senders.longestGapMs(), first.version);
    }
    await senders.stop();
    await until(() => lost(senders.log, receivers.log).length === 0, { what: "every message", timeoutMs: 20_000 });
    await receivers.stop();
    expect([...senders.log.failures, ...receivers.log.failures]).toEqual([]);
  }, 120_000);

  test("moves the leader of a stream under load: no confirmed record is lost or stored twice", async () => {
    const StreamName = uniqueName("leader");
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const producers = startProducers(kinesis, StreamName, 8);
    const { confirmed, failed } = producers.log;
    await until(() => confirmed.size > 100, { what: "puts", timeoutMs: 20_000 });
    for (let move = 1; move <= 2; move++) {
      await restartStream(first, `${StreamName}.shardId-000000000000`);
      const [before, startMs] = [confirmed.size, performance.now()];
      await until(() => confirmed.size > before + 16, { what: "puts", timeoutMs: 30_000 });
      noteRecovery("leader of a stream moved", performance.now() - startMs, first.version);
    }
    await producers.stop();
    expectComplete(producers.log, await readShard(kinesis, StreamName, "0"));
    expect([...failed]).toEqual([]);
  }, 120_000);

  test("is split, one node alone on one side: no confirmed message is lost, and calls recover", async () => {
    const QueueUrl = await createTestQueue(sqs, { prefix: "split" });
    const senders = startSenders(sqs, QueueUrl, 8);
    const receivers = startReceivers(sqs, QueueUrl, 2);
    await until(() => receivers.log.received.size > 100, { what: "load", timeoutMs: 20_000 });
    await split(first);
    await pause(8_000);
    await heal(first);
    const [before, startMs] = [senders.log.confirmed.size, performance.now()];
    await until(() => senders.log.confirmed.size > before + 100, { what: "sends", timeoutMs: 60_000 });
    noteRecovery("cluster split", performance.now() - startMs, first.version);
    await senders.stop();
    await until(() => lost(senders.log, receivers.log).length === 0, { what: "every message", timeoutMs: 40_000 });
    await receivers.stop();
    console.log(`confirmed ${senders.log.confirmed.size}, errors ${senders.log.failures.length}`);
    for (const error of [...senders.log.failures, ...receivers.log.failures]) {
      expect(error).toMatchObject({ name: "ServiceUnavailable", $fault: "server" });
    }
  }, 180_000);
});

const LOOK_UP = (queue: string): string =>
  `{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"${queue}">>)), `;

/** Makes another node the leader of a quorum queue: what `rabbitmq-queues rebalance` does. */
function moveLeader(node: Broker, queue: string): Promise<string> {
  const move =
    "{_, Leader} = amqqueue:get_pid(Q), [Next | _] = [N || N <- rabbit_nodes:list_running(), N =/= Leader], " +
    "rabbit_quorum_queue:transfer_leadership(Q, Next).";
  return node.ctl(["eval", LOOK_UP(queue) + move]);
}

/** Has a stream choose its leader again: what `rabbitmq-streams restart_stream` does. */
function restartStream(node: Broker, queue: string): Promise<string> {
  return node.ctl(["eval", `${LOOK_UP(queue)}rabbit_stream_coordinator:restart_stream(Q).`]);
}
