// A click stream that is resharded while it runs, and a consumer group of three processes of which one is killed.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  KinesisClient,
  ListShardsCommand,
  UpdateShardCountCommand,
} from "@warrenmq/client-kinesis";
import { startBroker, uniqueName, until } from "@warrenmq/testing";
import type { Click } from "./click.ts";
import { putClicks } from "./put-clicks.ts";
import { Tally } from "./tally.ts";

const CLICKS = 20_000;
const BATCH = 100;
const VISITORS = 40;
const PAUSE_MS = 15;
const PATIENCE_MS = 30_000;

await using broker = await startBroker();
// The one setting that the application needs. Its processes inherit it.
process.env["RABBITMQ_URL"] = broker.url;
// The AWS SDK would tell each of these processes that it wants a newer Node in 2027.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
console.log(`\nRabbitMQ ${broker.version}: a click stream of two shards, and a consumer group of three processes.`);

const kinesis = new KinesisClient({});
const StreamName = uniqueName("clicks");
const tally = new Tally();
await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
const workers = [1, 2, 3].map(startWorker);
try {
  await Promise.all(workers.map(ready));
  await putAll();
  await until(() => tally.lost === 0, { what: "every click to be processed", timeoutMs: PATIENCE_MS }).catch(
    (error: unknown) => console.log(String(error)),
  );
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  console.log(tally.table(Shards.length));
  if (tally.lost > 0 || tally.disordered > 0) process.exitCode = 1;
} finally {
  await Promise.all(workers.map((worker) => stop(worker, "SIGTERM")));
  await kinesis.send(new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true }));
  kinesis.destroy();
}

/** A worker says so when it has joined the group. */
async function ready(worker: ChildProcess): Promise<void> {
  const ended = once(worker, "exit").then(([code]) => {
    throw new Error(`a worker ended with code ${code} before it was ready`);
  });
  await Promise.race([once(worker, "message"), ended]);
  ended.catch(() => undefined); // it may end now
}

async function putAll(): Promise<void> {
  const changes: Promise<unknown>[] = [];
  for (let put = 0; put < CLICKS; put += BATCH) {
    // Not awaited: clicks go on coming.
    if (put === CLICKS / 4) changes.push(reshard(4));
    if (put === CLICKS / 2) changes.push(killOne());
    if (put === (CLICKS / 4) * 3) changes.push(reshard(2));
    const clicks = Array.from({ length: BATCH }, (_, index): Click => {
      const number = put + index;
      return { visitor: `visitor-${number % VISITORS}`, count: Math.floor(number / VISITORS) };
    });
    await putClicks(kinesis, StreamName, clicks);
    tally.put(clicks);
    await sleep(PAUSE_MS);
  }
  await Promise.all(changes);
}

async function reshard(TargetShardCount: number): Promise<void> {
  await kinesis.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" }));
  console.log(`After ${tally.puts.toLocaleString("en")} clicks the stream has ${TargetShardCount} shards.`);
}

/** A worker that has work, in the middle of it. */
async function killOne(): Promise<void> {
  const [victim] = workers.filter((worker) => tally.processedBy(worker) > 0);
  if (victim === undefined) throw new Error("no worker has processed anything");
  await stop(victim, "SIGKILL");
  console.log(`After ${tally.puts.toLocaleString("en")} clicks a worker was killed.`);
}

function startWorker(): ChildProcess {
  const worker = fork(new URL("worker.js", import.meta.url), [StreamName]);
  worker.on("message", (clicks: Click[]) => tally.processed(clicks, worker));
  return worker;
}

async function stop(worker: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, "exit");
  worker.kill(signal);
  await ended;
}
