import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Broker, Proxy } from "@warrenmq/testing";
import { countTimers } from "./live-timers.ts";

/** What a process and its broker hold at a moment. */
export interface Sample {
  readonly seconds: number;
  readonly rssMb: number;
  /** After a garbage collection. */
  readonly heapMb: number;
  /** Buffers outside the heap. */
  readonly externalMb: number;
  /** TCP connections of the clients. */
  readonly sockets: number;
  readonly timers: number;
  /** What keeps the process alive: `process.getActiveResourcesInfo`. */
  readonly resources: number;
  /** Of the broker; -1 while it does not answer. */
  readonly brokerConnections: number;
  readonly brokerChannels: number;
  readonly brokerQueues: number;
  readonly confirmed: number;
  readonly missing: number;
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const MB = 1024 * 1024;
const COUNTS =
  "{length(rabbit_networking:connections()), length(rabbit_channel:list()), length(rabbit_amqqueue:list())}.";

/** Takes a sample. */
export async function takeSample(
  seconds: number,
  broker: Broker,
  proxy: Proxy,
  load: { confirmed(): number; missing(): readonly string[] },
): Promise<Sample> {
  const counts = await broker.ctl(["eval", COUNTS]).catch(() => "");
  const [brokerConnections = -1, brokerChannels = -1, brokerQueues = -1] = (counts.match(/\d+/g) ?? []).map(Number);
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    seconds: Math.round(seconds),
    rssMb: inMb(rss),
    heapMb: inMb(heapUsed),
    externalMb: inMb(external),
    sockets: proxy.openConnections,
    timers: countTimers(),
    resources: process.getActiveResourcesInfo().length,
    brokerConnections,
    brokerChannels,
    brokerQueues,
    confirmed: load.confirmed(),
    missing: load.missing().length,
  };
}

function inMb(bytes: number): number {
  return Math.round((bytes / MB) * 10) / 10;
}

/**
 * What may not grow, and by how much the median of the last third may lie above that of the first after the warm-up. Two
 * memories fill up to their bounds in an hour: FIFO deduplication (minutes), and each queue's ids of what a lost connection
 * may have undone (50,000, which some 25 cuts fill; on a busy machine that takes 40 minutes, and 24 MB for all queues,
 * measured). With a bound of 1,000 ids the heap stayed within 3 MB from the fourth minute to the thirteenth.
 */
const LIMITS = {
  rssMb: 56,
  heapMb: 20,
  externalMb: 4,
  sockets: 0,
  timers: 16,
  resources: 8,
  brokerConnections: 0,
  brokerChannels: 4,
  brokerQueues: 2,
} as const;

/** How one measure changed over a soak. */
export interface Growth {
  readonly measure: keyof typeof LIMITS;
  readonly first: number;
  readonly last: number;
  readonly limit: number;
}

/** How every measure changed from the first third to the last, the first quarter (warm-up) left out. */
export function growthOf(samples: readonly Sample[]): Growth[] {
  const settled = samples.slice(Math.floor(samples.length / 4)).filter(({ brokerQueues }) => brokerQueues >= 0);
  const third = Math.ceil(settled.length / 3);
  return Object.entries(LIMITS).map(([name, limit]) => {
    const measure = name as keyof typeof LIMITS; // oxlint-disable-line typescript/no-unsafe-type-assertion -- a key of LIMITS
    const median = (part: readonly Sample[]): number =>
      part.map((sample) => sample[measure]).toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? NaN;
    return { measure, first: median(settled.slice(0, third)), last: median(settled.slice(-third)), limit };
  });
}
