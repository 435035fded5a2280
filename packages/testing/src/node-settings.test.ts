import { expect, test } from "vitest";
import { rabbitmqConf } from "./node-settings.ts";
import type { NodeSettings } from "./node-settings.ts";

const plain: NodeSettings = {
  name: "a@127.0.0.1",
  folder: "/tmp/x",
  ports: { amqp: 1, distribution: 2, tls: undefined, management: undefined, stream: undefined, streamTls: undefined },
  plugins: [],
  config: "heartbeat = 5",
  peers: [],
};

test("a node listens on loopback only, whatever it serves", () => {
  const conf = rabbitmqConf({
    ...plain,
    ports: { amqp: 1, distribution: 2, tls: 3, management: 4, stream: 5, streamTls: 6 },
  });
  const listeners = conf.split("\n").filter((line) => /listeners|\.tcp\.(ip|port)/.test(line));
  expect(listeners).toEqual([
    "listeners.tcp.1 = 127.0.0.1:1",
    "listeners.ssl.1 = 127.0.0.1:3",
    "management.tcp.ip = 127.0.0.1",
    "management.tcp.port = 4",
    "stream.listeners.tcp.1 = 127.0.0.1:5",
    "stream.listeners.ssl.1 = 127.0.0.1:6",
  ]);
});

test("a node that serves AMQP only names no plugin's setting, which RabbitMQ would refuse", () => {
  expect(rabbitmqConf(plain)).not.toMatch(/ssl|management|stream|cluster_formation/);
});

test("the user's lines come last, where they override ours", () => {
  expect(rabbitmqConf(plain).trimEnd().split("\n").at(-1)).toBe("heartbeat = 5");
});

test("the nodes of a cluster name each other", () => {
  expect(rabbitmqConf({ ...plain, peers: ["a@127.0.0.1", "b@127.0.0.1"] })).toContain(
    "cluster_formation.classic_config.nodes.1 = a@127.0.0.1\ncluster_formation.classic_config.nodes.2 = b@127.0.0.1\n",
  );
});
