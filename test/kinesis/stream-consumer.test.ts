import { PutRecordsCommand, StreamConsumer, UpdateShardCountCommand, type RecordBatch } from "@warrenmq/client-kinesis";
import { startProxy, uniqueName, until, type Proxy } from "@warrenmq/testing";
import { connect } from "amqplib";
import { afterAll, describe, expect, inject, test } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { createTestStream, deleteStreamsAfterAll, testKinesis, textOf } from "../support/kinesis.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const kinesis = testKinesis();
deleteStreamsAfterAll();

const native = await connect(inject("brokerUrl"));
const groups: string[] = [];
afterAll(async () => {
  const channel = await native.createChannel();
  for (const group of groups) await channel.deleteQueue(`warrenmq.kinesis.group.${group}`);
  await native.close();
});

/** What a group has processed, by the worker that did. */
class Group {
  readonly applicationName: string = uniqueName("app");
  readonly processed: { readonly worker: string; readonly shardId: string; readonly text: string }[] = [];
  readonly #streamName: string;

  constructor(streamName: string) {
    this.#streamName = streamName;
    groups.push(`${this.applicationName}.${streamName}`);
  }

  /** A worker with connections of its own, as in another process. */
  worker(
    name: string,
    url: string = inject("brokerUrl"),
    onRecords?: (batch: RecordBatch) => Promise<void>,
    leaseMs?: number,
  ): StreamConsumer {
    return new StreamConsumer({
      streamName: this.#streamName,
      applicationName: this.applicationName,
      client: { rabbitmq: { url, connectionName: uniqueName(name), heartbeatSeconds: 1, timeoutMs: 3_000 } },
      ...(leaseMs === undefined ? {} : { leaseMs }),
      pollMs: 20,
      checkpointMs: 100,
      maxRecords: 50,
      onRecords: async (batch) => {
        await onRecords?.(batch);
        for (const record of batch.records) {
          this.processed.push({ worker: name, shardId: batch.shardId, text: textOf(record) });
        }
      },
    });
  }

  texts(): Set<string> {
    return new Set(this.processed.map(({ text }) => text));
  }
}

/** Puts records of 20 keys, each numbered on. */
class Load {
  readonly put: string[] = [];
  readonly #streamName: string;
  #count = 0;

  constructor(streamName: string) {
    this.#streamName = streamName;
  }

  async putAll(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const count = this.#count++;
      const texts = Array.from({ length: 20 }, (_, key) => `key${key}:${count}`);
      const Records = texts.map((text) => ({ PartitionKey: text.split(":")[0], Data: Buffer.from(text) }));
      await kinesis.send(new PutRecordsCommand({ StreamName: this.#streamName, Records }));
      this.put.push(...texts);
    }
  }
}

function mine(consumer: StreamConsumer): number {
  return consumer.progress().filter(({ isMine }) => isMine).length;
}

async function processedAll(group: Group, load: Load): Promise<void> {
  await until(() => group.texts().size >= load.put.length, {
    what: `${load.put.length} records to be processed`,
    timeoutMs: 20_000,
  });
  expect(group.texts()).toEqual(new Set(load.put));
}

describe("a consumer group", () => {
  test("shares the shards out, and hands over those of a worker that leaves", async () => {
    const StreamName = await createTestStream(kinesis, { ShardCount: 4 });
    const group = new Group(StreamName);
    const load = new Load(StreamName);
    const first = group.worker("first");
    await first.start();
    await until(() => mine(first) === 4, { what: "one worker to have all shards" });
    const second = group.worker("second");
    // Records come while it joins.
    const joining = inBackground(load.putAll(20));
    await second.start();
    await until(() => mine(first) === 2 && mine(second) === 2, { what: "two workers to have two shards each" });
    await joining;
    await load.putAll(20);
    await processedAll(group, load);
    expect(new Set(group.processed.map(({ worker }) => worker))).toEqual(new Set(["first", "second"]));
    await first.stop();
    await until(() => mine(second) === 4, { what: "the other worker to have all shards" });
    await load.putAll(5);
    await processedAll(group, load);
    await second.stop();
    // Nobody died, so nothing had to come twice.
    expect(group.processed).toHaveLength(load.put.length);
  }, 60_000);

  test("goes on where it was when it starts again", async () => {
    const StreamName = await createTestStream(kinesis, { ShardCount: 2 });
    const group = new Group(StreamName);
    const load = new Load(StreamName);
    await load.putAll(5);
    for (let run = 0; run < 3; run++) {
      await using consumer = group.worker(`run ${run}`);
      await consumer.start();
      await load.putAll(3);
      await processedAll(group, load);
      expect(consumer.progress().every(({ checkpoint }) => checkpoint !== undefined || run === 0)).toBe(true);
    }
    expect(group.processed).toHaveLength(load.put.length);
  }, 60_000);

  test("reads parents to their end before their children, whoever reads them, while shards are split and merged", async () => {
    const StreamName = await createTestStream(kinesis, { ShardCount: 2 });
    const group = new Group(StreamName);
    const load = new Load(StreamName);
    const workers = ["a", "b", "c"].map((name) => group.worker(name));
    await Promise.all(workers.map((worker) => worker.start()));
    for (const TargetShardCount of [4, 2, 3]) {
      await load.putAll(10);
      await kinesis.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" }));
      await load.putAll(10);
    }
    await processedAll(group, load);
    await until(() => workers.map(mine).join() === "1,1,1", { what: "a shard for each worker" });
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(group.processed).toHaveLength(load.put.length);
    const counts = new Map<string, number>();
    const disordered = group.processed.filter(({ text }) => {
      const [key = "", count] = text.split(":");
      const isLate = Number(count) < (counts.get(key) ?? 0);
      counts.set(key, Number(count));
      return isLate;
    });
    expect(disordered).toEqual([]);
  }, 90_000);

  test("loses nothing of a shard that has ended when a worker is stopped while it reads that", async () => {
    const StreamName = await createTestStream(kinesis);
    const load = new Load(StreamName);
    await load.putAll(1);
    await kinesis.send(
      new UpdateShardCountCommand({ StreamName, TargetShardCount: 2, ScalingType: "UNIFORM_SCALING" }),
    );
    for (let run = 0; run < 5; run++) {
      const group = new Group(StreamName);
      const stopped = group.worker("stopped");
      await stopped.start();
      await stopped.stop(); // before the first answer has come
      await using consumer = group.worker("second");
      await consumer.start();
      await processedAll(group, load);
    }
  }, 60_000);

  describe("of which one worker loses the broker for good", () => {
    let proxy: Proxy;
    afterAll(() => proxy.stop());

    test("loses no record: the others take its shards", async () => {
      proxy = await startProxy({ target: inject("brokerUrl") });
      const StreamName = await createTestStream(kinesis, { ShardCount: 3 });
      const group = new Group(StreamName);
      const load = new Load(StreamName);
      const [cutOff, ...others] = ["cut off", "second", "third"].map((name) => {
        return group.worker(name, name === "cut off" ? proxy.url : inject("brokerUrl"), undefined, 1_200);
      });
      if (cutOff === undefined) throw new Error("no worker");
      for (const worker of [cutOff, ...others]) await worker.start();
      await until(() => [cutOff, ...others].every((worker) => mine(worker) === 1), { what: "a shard for each worker" });
      await load.putAll(20);
      proxy.refuse();
      proxy.cut();
      await load.putAll(20);
      await processedAll(group, load);
      await until(() => others.reduce((sum, worker) => sum + mine(worker), 0) === 3, {
        what: "the others to have all",
      });
      await Promise.all([cutOff, ...others].map((worker) => worker.stop()));
    }, 90_000);
  });

  test("is given a batch again that it failed to process", async () => {
    const StreamName = await createTestStream(kinesis);
    const group = new Group(StreamName);
    const load = new Load(StreamName);
    let failures = 0;
    await using consumer = group.worker("failing", inject("brokerUrl"), async () => {
      if (++failures <= 2) throw new Error("not now");
    });
    await load.putAll(1);
    await consumer.start();
    await processedAll(group, load);
    expect(failures).toBeGreaterThan(2);
  });
});
