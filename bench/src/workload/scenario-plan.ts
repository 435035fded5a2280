import type { ScenarioName } from "./workload.ts";

/** What records go through. */
export type Resource = "queue" | "fifo" | "topic" | "stream";

/**
 * What is measured, and when.
 *
 * - `produce`: sending is measured; what was sent is received afterwards, so that it is accounted for;
 * - `pass-through`: sending and receiving at the same time, each record from its due time until it came;
 * - `consume`: a backlog is made first, then reading it is measured.
 */
export type Flow = "produce" | "pass-through" | "consume";

/** What a scenario needs and does. */
export interface ScenarioPlan {
  readonly title: string;
  readonly resource: Resource;
  readonly flow: Flow;
  /** Records of a call, unless the workload says otherwise. */
  readonly batch: number;
  /** How a stream is read: polled with GetRecords, or pushed with SubscribeToShard. */
  readonly reading: "poll" | "push";
  /** What happens to the target while the load is on. */
  readonly disturbance?: "reshard" | "cut";
  /** Whether the resource keeps the order of a key. A disorder then fails the run. */
  readonly isOrdered: boolean;
}

const queue = { resource: "queue", reading: "poll", isOrdered: false } as const;
const stream = { resource: "stream", reading: "poll", isOrdered: true } as const;

/** The plan of every scenario. */
export const SCENARIO_PLANS: Readonly<Record<ScenarioName, ScenarioPlan>> = {
  send: { ...queue, title: "SendMessage", flow: "produce", batch: 1 },
  batch: { ...queue, title: "SendMessageBatch", flow: "produce", batch: 10 },
  "receive-delete": { ...queue, title: "ReceiveMessage and DeleteMessageBatch", flow: "consume", batch: 10 },
  "end-to-end": { ...queue, title: "sent, received and deleted", flow: "pass-through", batch: 10 },
  "fan-out": { ...queue, title: "published to a topic", resource: "topic", flow: "pass-through", batch: 10 },
  fifo: { ...queue, title: "through a FIFO queue", resource: "fifo", flow: "pass-through", batch: 10, isOrdered: true },
  delay: { ...queue, title: "sent with a delay", flow: "pass-through", batch: 10 },
  "put-record": { ...stream, title: "PutRecord", flow: "produce", batch: 1 },
  "put-records": { ...stream, title: "PutRecords", flow: "produce", batch: 500 },
  "get-records": { ...stream, title: "put, and read with GetRecords", flow: "pass-through", batch: 500 },
  subscribe: {
    ...stream,
    title: "put, and read with SubscribeToShard",
    flow: "pass-through",
    batch: 500,
    reading: "push",
  },
  "catch-up": { ...stream, title: "a backlog read from TRIM_HORIZON", flow: "consume", batch: 500 },
  reshard: {
    ...stream,
    title: "put and read while shards are split and merged",
    flow: "pass-through",
    batch: 500,
    disturbance: "reshard",
  },
  resume: {
    ...stream,
    title: "put and read while connections are cut",
    flow: "pass-through",
    batch: 500,
    disturbance: "cut",
  },
};
