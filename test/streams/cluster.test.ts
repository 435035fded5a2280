import { connect, createServer } from "node:net";
import { pipeline } from "node:stream";
import { StreamClient } from "@warrenmq/streams";
import type { NodeAddress } from "@warrenmq/streams";
import { startCluster, until } from "@warrenmq/testing";
import type { Broker, Cluster } from "@warrenmq/testing";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { listenOnLoopback } from "../support/listen.ts";
import { messagesOf, newStream, numbered, readStream } from "../support/streams.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({ nodes: 3, plugins: ["rabbitmq_stream"] });
});
afterAll(() => cluster.stop());

const clients: StreamClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function clientOf(url: string | readonly string[], loadBalancer = false): StreamClient {
  const client = new StreamClient({ url, loadBalancer, heartbeatSeconds: 2, timeoutMs: 60_000 });
  clients.push(client);
  return client;
}

function streamUrls(): string[] {
  return cluster.nodes.map(({ streamUrl = "" }) => streamUrl);
}

/** A stream with a leader and two replicas. */
async function replicatedStream(client: StreamClient): Promise<{ name: string; leader: NodeAddress }> {
  const name = await newStream(client);
  const leader = await until(
    async () => {
      const [metadata] = await client.metadata([name]);
      return metadata?.replicas.length === 2 ? metadata.leader : undefined;
    },
    { what: "a leader and two replicas", timeoutMs: 30_000 },
  );
  return { name, leader };
}

function nodeAt({ port }: NodeAddress): Broker {
  const node = cluster.nodes.find(({ streamPort }) => streamPort === port);
  if (node === undefined) throw new Error(`no node has the stream port ${port}`);
  return node;
}

/** Leads each connection to the next node, as a load balancer does. */
async function startLoadBalancer(): Promise<string> {
  let turn = 0;
  const server = createServer((client) => {
    const port = cluster.nodes[turn++ % cluster.nodes.length]?.streamPort ?? 0;
    const node = connect({ host: "127.0.0.1", port });
    pipeline(client, node, () => undefined);
    pipeline(node, client, () => undefined);
  });
  onTestFinished(() => void server.close());
  return `rabbitmq-stream://guest:guest@127.0.0.1:${await listenOnLoopback(server)}`;
}

test("behind a load balancer the leader and a replica are found", { timeout: 90_000 }, async () => {
  const balanced = clientOf(await startLoadBalancer(), true);
  const { name } = await replicatedStream(balanced);
  const texts = numbered("m", 500);
  const publishers = await Promise.all([0, 1, 2].map(() => balanced.publisher(name)));
  await publishers[2]?.publish(messagesOf(...texts));
  for (const readFrom of ["replica", "leader"] as const) {
    const reader = await readStream(balanced, name, { readFrom });
    await reader.read(texts.length);
    expect(reader.texts()).toEqual(texts);
  }
});

test("the leader is killed under load: nothing is lost, nothing comes twice", { timeout: 150_000 }, async () => {
  const client = clientOf(streamUrls());
  const { name, leader } = await replicatedStream(client);
  const publisher = await client.publisher(name, { name: "cluster" });
  const readers = await Promise.all(
    (["replica", "leader"] as const).map((readFrom) => readStream(client, name, { readFrom })),
  );
  const confirmed: string[] = [];
  const over = new AbortController();
  const publishing = inBackground(
    (async () => {
      for (let index = 0; !over.signal.aborted; index++) {
        const texts = numbered(`m-${index}`, 10);
        await publisher.publish(messagesOf(...texts));
        confirmed.push(...texts);
      }
    })(),
  );
  await until(() => confirmed.length > 500, { what: "load", timeoutMs: 20_000 });
  await nodeAt(leader).syncToDisk();
  await nodeAt(leader).kill();
  const before = confirmed.length;
  await until(() => confirmed.length > before + 500, { what: "confirms of the new leader", timeoutMs: 90_000 });
  over.abort();
  await publishing;
  for (const reader of readers) {
    await reader.read(confirmed.length);
    expect(reader.texts()).toEqual(confirmed);
  }
  await nodeAt(leader).restart();
});
