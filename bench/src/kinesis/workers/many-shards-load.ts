// A steady load on many shards: PutRecords to all of them, and GetRecords on each.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
} from "@warrenmq/client-kinesis";
import type { GetRecordsCommandOutput } from "@warrenmq/client-kinesis";
import { tell, workerInput } from "../../worker-process.ts";

/** What the process is started with. */
export interface ManyShardsInput {
  readonly brokerUrl: string;
  readonly streamUrl: string;
  readonly shards: number;
  readonly durationSeconds: number;
}

/** What it tells: a sample every second, and at the end the counts. */
export type ManyShardsReport =
  | { readonly type: "sample"; readonly rssMb: number; readonly sockets: number }
  | { readonly type: "done"; readonly put: number; readonly read: number };

const RECORDS = 500;
const PUT_EVERY_MS = 50;
const POLL_EVERY_MS = 200;

const { brokerUrl, streamUrl, shards, durationSeconds }: ManyShardsInput = JSON.parse(workerInput());
const client = new KinesisClient({
  rabbitmq: { url: brokerUrl, streams: { transport: "stream", url: streamUrl } },
});
const StreamName = "many-shards";
await client.send(new CreateStreamCommand({ StreamName, ShardCount: shards }));
const endMs = performance.now() + durationSeconds * 1000;
let put = 0;
let read = 0;

const sampling = setInterval(
  () => report({ type: "sample", rssMb: process.memoryUsage.rss() / 1e6, sockets: tcpSockets() }),
  1000,
);
await Promise.all([putAll(), ...Array.from({ length: shards }, (_, index) => poll(String(index)))]);
clearInterval(sampling);
report({ type: "done", put, read });

async function putAll(): Promise<void> {
  const Data = Buffer.alloc(200, "x");
  while (performance.now() < endMs) {
    const Records = Array.from({ length: RECORDS }, (_, index) => ({ PartitionKey: `user-${put + index}`, Data }));
    await client.send(new PutRecordsCommand({ StreamName, Records }));
    put += RECORDS;
    await sleep(PUT_EVERY_MS);
  }
}

async function poll(ShardId: string): Promise<void> {
  const start = { StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
  while (performance.now() < endMs) {
    const answer: GetRecordsCommandOutput = await client.send(new GetRecordsCommand({ ShardIterator }));
    read += answer.Records?.length ?? 0;
    ShardIterator = answer.NextShardIterator;
    await sleep(POLL_EVERY_MS);
  }
}

/** Counted by the kernel, because Node does not list sockets that keep no process alive. Linux only. */
function tcpSockets(): number {
  const tcp = readFileSync("/proc/self/net/tcp", "utf8") + readFileSync("/proc/self/net/tcp6", "utf8");
  return readdirSync("/proc/self/fd").filter((descriptor) => {
    const inode = /^socket:\[(\d+)\]$/u.exec(linkOf(descriptor))?.[1];
    return inode !== undefined && tcp.includes(` ${inode} `);
  }).length;
}

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return ""; // the one that lists them
  }
}

function report(message: ManyShardsReport): void {
  tell(message);
}
