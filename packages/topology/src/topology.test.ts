import { expect, test } from "vitest";
import { parseTopology, topologyText } from "./topology.ts";
import type { Topology } from "./topology.ts";

const topology: Topology = {
  version: 1,
  queues: [
    {
      name: "orders",
      attributes: { VisibilityTimeout: "60" },
      deadLetter: { queue: "orders-dlq", maxReceiveCount: 4 },
    },
    { name: "orders-dlq" },
  ],
  topics: [
    {
      name: "placed",
      subscriptions: [
        {
          queue: "orders",
          filterPolicy: '{"kind":["retail"]}',
          filterPolicyScope: "MessageBody",
          rawMessageDelivery: true,
        },
      ],
    },
  ],
  streams: [{ name: "clicks", shards: 2, retentionHours: 48 }],
};

test("a file that was written is read as it was, remarks or not", () => {
  expect(parseTopology(topologyText(topology, ["a remark"]))).toEqual(topology);
});

test("numbers and booleans are taken for AWS's texts in attributes", () => {
  const text = "version: 1\nqueues: [{ name: q.fifo, attributes: { FifoQueue: true, DelaySeconds: 5 } }]";
  expect(parseTopology(text).queues[0]?.attributes).toEqual({ FifoQueue: "true", DelaySeconds: "5" });
});

test.each([
  ["[]", "the file must be a map"],
  ["version: 2", "version must be 1"],
  ["version: 1\nqueues: {}", "queues must be a list"],
  ["version: 1\nqueues: [{}]", "queues[0].name must be a text"],
  [
    "version: 1\nqueues: [{ name: a, deadLetter: { queue: b, maxReceiveCount: 0 } }]",
    "maxReceiveCount must be a whole number",
  ],
  ["version: 1\nqueues: [{ name: a, deadLetter: { queue: b, maxReceiveCount: 1 } }]", "queue a refers to the queue b"],
  ["version: 1\ntopics: [{ name: t, subscriptions: [{ queue: q }] }]", "topic t refers to the queue q"],
  ["version: 1\nstreams: [{ name: s, shards: 1.5 }]", "streams[0].shards must be a whole number"],
])("%j is refused: %s", (text, message) => {
  expect(() => parseTopology(text)).toThrow(message);
});
