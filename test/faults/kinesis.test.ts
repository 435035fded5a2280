import { CreateStreamCommand, KinesisClient, PutRecordCommand, type _Record } from "@warrenmq/client-kinesis";
import { startBroker, startProxy, uniqueName, until, type Proxy } from "@warrenmq/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import {
  createTestStream,
  deleteStreamsAfterAll,
  iteratorOf,
  read,
  readShard,
  testKinesis,
} from "../support/kinesis.ts";
import { expectComplete, startProducers } from "../support/kinesis-puts.ts";
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
