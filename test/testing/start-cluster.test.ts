import { connect } from "amqplib";
import type { ChannelModel } from "amqplib";
import { startCluster, uniqueName, until } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { expect, test } from "vitest";

test("a quorum queue of three nodes survives the death of one, which joins again", { timeout: 90_000 }, async () => {
  await using cluster = await startCluster({ nodes: 3 });
  const [first, second, third] = cluster.nodes;
  if (first === undefined || second === undefined || third === undefined) throw new Error("three nodes expected");

  const queue = uniqueName("survives");
  const toSecond = await connect(second.url);
  await declareOnThreeNodes(toSecond, queue);
  await (
    await publisher(await connect(first.url), queue)
  )("before");

  await first.syncToDisk();
  await first.kill();
  const publish = await publisher(toSecond, queue);
  await publish("after");
  expect(await receive(await connect(third.url), queue, 2)).toEqual(["before", "after"]);

  await first.restart();
  await until(async () => (await runningNodes(second)) === 3, { what: "three running nodes", timeoutMs: 20_000 });
  expect(cluster.urls).toEqual([first.url, second.url, third.url]);
});

async function declareOnThreeNodes(connection: ChannelModel, queue: string): Promise<void> {
  const channel = await connection.createChannel();
  await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
  await channel.close();
}

async function publisher(connection: ChannelModel, queue: string): Promise<(body: string) => Promise<void>> {
  connection.on("error", () => undefined);
  const channel = await connection.createConfirmChannel();
  return async (body) => {
    channel.sendToQueue(queue, Buffer.from(body), { persistent: true });
    await channel.waitForConfirms();
  };
}

async function receive(connection: ChannelModel, queue: string, count: number): Promise<string[]> {
  const channel = await connection.createChannel();
  const bodies: string[] = [];
  await channel.consume(queue, (message) => message !== null && bodies.push(message.content.toString()), {
    noAck: true,
  });
  await until(() => bodies.length === count, { what: `${count} messages` });
  await connection.close();
  return bodies;
}

async function runningNodes(node: Broker): Promise<number> {
  const status: { running_nodes: string[] } = JSON.parse(await node.ctl(["cluster_status", "--formatter", "json"]));
  return status.running_nodes.length;
}
