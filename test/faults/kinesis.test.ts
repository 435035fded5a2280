import {
  CreateStreamCommand,
  KinesisClient,
  KinesisServiceException,
  PutRecordCommand,
  type _Record,
} from "@warrenmq/client-kinesis";
import { startBroker, startProxy, uniqueName, until, type Proxy } from "@warrenmq/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import {
  createTestStream,
  deleteStreamsAfterAll,
  iteratorOf,
  read,
  readShard,
  testKinesis,
  textOf,
} from "../support/kinesis.ts";
import { seededRandom } from "../support/random.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const direct = testKinesis();
deleteStreamsAfterAll();

let proxy: Proxy;
let kinesis: KinesisClient;
beforeAll(async () => {
  proxy = await startProxy({ target: inject("brokerUrl") });
});
afterAll(() => proxy.stop());
beforeEach(() => {
  kinesis = new KinesisClient({ rabbitmq: { url: proxy.url, heartbeatSeconds: 1, timeoutMs: 8_000 } });
});
afterEach(async () => {
  kinesis.destroy();
  await proxy.restore();
});

/** What a producer was told of its records. */
interface PutLog {
  /** By data, the sequence number. */
  readonly confirmed: Map<string, string>;
  /** Data of records whose put was answered with an error. */
  readonly failed: Set<string>;
}

function startProducers(client: KinesisClient, StreamName: string, inFlight: number) {
  const log: PutLog = { confirmed: new Map(), failed: new Set() };
  const state = { stopped: false };
  let next = 0;
  const produce = async (): Promise<void> => {
    while (!state.stopped) {
      const text = `record ${next++}`;
      try {
        const put = new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from(text) });
        const { SequenceNumber = "" } = await client.send(put);
        log.confirmed.set(text, SequenceNumber);
      } catch (error) {
        if (!(error instanceof KinesisServiceException)) throw error;
        log.failed.add(text);
      }
    }
  };
  const work = Promise.all(Array.from({ length: inFlight }, produce));
  const stop = async (): Promise<void> => {
    state.stopped = true;
    await work;
  };
  return { log, stop };
}

/** Every confirmed record is there under its number; only one whose put has failed may be there twice. */
function expectComplete({ confirmed, failed }: PutLog, records: readonly _Record[]): void {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(textOf(record), (counts.get(textOf(record)) ?? 0) + 1);
  const numbers = new Map(records.map((record) => [record.SequenceNumber, textOf(record)]));
  const twice = [...counts].filter(([text, count]) => count > 1 && !failed.has(text));
  console.log(`confirmed ${confirmed.size}, failed ${failed.size}, read ${records.length}, twice ${twice.length}`);
  expect([...confirmed].filter(([text, number]) => numbers.get(number) !== text)).toEqual([]);
  expect(twice).toEqual([]);
}

test("a connection that is cut 15 times in mid-put with 64 in flight loses no confirmed record and stores none twice", async () => {
  const StreamName = await createTestStream(direct);
  const random = seededRandom("cut in mid-put");
  const producers = startProducers(kinesis, StreamName, 64);
  await until(() => producers.log.confirmed.size > 0, { what: "the first records" });
  for (let cut = 1; cut <= 15; cut++) {
    const before = producers.log.confirmed.size;
    if (random() < 0.5) proxy.cutAfter({ toBroker: 1 + Math.floor(random() * 40_000) });
    else proxy.cutAfter({ toClient: 1 + Math.floor(random() * 40_000) });
    await until(() => proxy.cuts >= cut, { what: `cut ${cut}` });
    await until(() => producers.log.confirmed.size > before, { what: `puts after cut ${cut}` });
  }
  await producers.stop();
  expectComplete(producers.log, await readShard(direct, StreamName, "0"));
  // They are written again on the next connection, in time.
  expect([...producers.log.failed]).toEqual([]);
}, 120_000);

test("a connection that is cut 10 times in mid-read shows every record once and in order", async () => {
  const StreamName = await createTestStream(direct);
  const random = seededRandom("cut in mid-read");
  const producers = startProducers(direct, StreamName, 8);
  const records: _Record[] = [];
  let iterator: string | undefined = await iteratorOf(kinesis, { StreamName });
  const cutsBefore = proxy.cuts;
  const step = async (): Promise<void> => {
    const { Records = [], NextShardIterator } = await read(kinesis, iterator, 1 + Math.floor(random() * 200));
    records.push(...Records);
    iterator = NextShardIterator;
  };
  for (let cut = 1; cut <= 10; cut++) {
    proxy.cutAfter({ toClient: 1 + Math.floor(random() * 40_000) });
    while (proxy.cuts < cutsBefore + cut) await step();
  }
  await producers.stop();
  const all = await readShard(direct, StreamName, "0");
  while (records.length < all.length) await step();
  expect(records.map(({ SequenceNumber }) => SequenceNumber)).toEqual(all.map(({ SequenceNumber }) => SequenceNumber));
  expectComplete(producers.log, records);
}, 120_000);

test("a broker that is killed and started again in mid-put loses no confirmed record", async () => {
  await using broker = await startBroker();
  if (broker.kind === "url") return;
  const client = new KinesisClient({ rabbitmq: { url: broker.url, heartbeatSeconds: 1, timeoutMs: 30_000 } });
  const StreamName = uniqueName("restart");
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  await broker.syncToDisk();
  const producers = startProducers(client, StreamName, 16);
  await until(() => producers.log.confirmed.size > 200, { what: "200 records" });
  await broker.kill();
  await broker.restart();
  const before = producers.log.confirmed.size;
  await until(() => producers.log.confirmed.size > before + 100, { what: "puts after the restart", timeoutMs: 60_000 });
  await producers.stop();
  expectComplete(producers.log, await readShard(client, StreamName, "0"));
  client.destroy();
}, 180_000);

test("a stream that nobody can reach fails a call within its timeout, with an error that may be retried", async () => {
  const StreamName = await createTestStream(direct);
  const hasty = new KinesisClient({ rabbitmq: { url: proxy.url, heartbeatSeconds: 1, timeoutMs: 1_500 } });
  const put = new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("x") });
  await hasty.send(put);
  proxy.cutAfter({ toBroker: 1 });
  proxy.refuse();
  const startMs = performance.now();
  const failure: unknown = await hasty.send(put).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "ServiceUnavailable", $retryable: {} });
  expect(performance.now() - startMs).toBeLessThan(3_000);
  hasty.destroy();
});
