import type { WorkloadInput } from "./workload-schema.ts";

const keys = { distribution: "uniform", count: 10_000, exponent: 1.1 } as const;

/** Loads that many teams have. `preset: NAME` in a workload begins with one of them; a preset's name also does instead of a file. */
export const PRESETS: Readonly<Record<string, WorkloadInput>> = {
  /** Small events in large calls: clicks, metrics. */
  clicks: { scenario: "put-records", record: { type: "fixed", bytes: 200 }, keys, shards: 4, batch: 500 },
  /** JSON documents of 1 KiB, written and read at the same time. */
  events: { scenario: "get-records", record: { type: "fixed", bytes: 1024 }, keys, shards: 4, batch: 500 },
  /** A few keys have most of the records. */
  skewed: {
    scenario: "get-records",
    record: { type: "fixed", bytes: 1024 },
    keys: { distribution: "zipf", count: 10_000, exponent: 1.1 },
    shards: 16,
    batch: 500,
  },
  /** What many logs look like: mostly small, some large. */
  "mixed-sizes": {
    scenario: "get-records",
    record: {
      type: "histogram",
      buckets: [
        { bytes: 200, weight: 50 },
        { bytes: 1024, weight: 40 },
        { bytes: 10_240, weight: 9 },
        { bytes: 102_400, weight: 1 },
      ],
    },
    keys,
    shards: 4,
    batch: 100,
  },
  /** Jobs on a queue. */
  jobs: { scenario: "end-to-end", record: { type: "fixed", bytes: 1024 }, keys, producers: 4, consumers: 4, batch: 10 },
  /** Commands that must stay in order. */
  "ordered-commands": {
    scenario: "fifo",
    record: { type: "fixed", bytes: 512 },
    keys: { distribution: "uniform", count: 100, exponent: 1.1 },
    // Who wants an order sends one call after the other.
    producers: 8,
    inFlight: 1,
    consumers: 8,
    batch: 10,
  },
  /** A topic with three queues behind it. */
  notifications: {
    scenario: "fan-out",
    record: { type: "fixed", bytes: 512 },
    keys,
    producers: 2,
    consumers: 2,
    groups: 3,
    batch: 10,
  },
};
