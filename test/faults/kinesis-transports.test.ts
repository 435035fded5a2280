import { CreateStreamCommand, PutRecordCommand } from "@warrenmq/client-kinesis";
import type { _Record, KinesisClient } from "@warrenmq/client-kinesis";
import { startProxy, uniqueName, until } from "@warrenmq/testing";
import type { Proxy } from "@warrenmq/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { iteratorOf, read, readShard, textOf } from "../support/kinesis.ts";
import { expectComplete, startProducers } from "../support/kinesis-puts.ts";
import { seededRandom } from "../support/random.ts";
import { TRANSPORTS, transportTests, type Transport } from "../support/transports.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

const { broker, over } = transportTests();

// AMQP's own faults are in kinesis.test.ts; here AMQP stays up, and the stream port's connections are cut.
const PROTOCOLS = TRANSPORTS.filter((transport) => transport !== "amqp");

let proxy: Proxy;
beforeEach(async () => {
  proxy = await startProxy({ target: broker().streamUrl ?? "" });
});
afterEach(() => proxy.stop());

/** A client whose every stream connection goes through the proxy. */
function proxied(transport: Transport): KinesisClient {
  return over(transport, { streams: { url: proxy.url, loadBalancer: true } });
}

async function newStream(): Promise<string> {
  const StreamName = uniqueName("cut");
  await over("amqp").send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  return StreamName;
}

/** rabbitmq-stream-js-client leaves this to nobody when its connection is cut while it logs in. What we reject is no error of a socket. */
function isOfNpm(reason: unknown): boolean {
  return reason instanceof Error && "syscall" in reason && reason.syscall === "write";
}

describe.each(PROTOCOLS)("over %s", (transport) => {
  expectNoUnhandledRejection(transport === "rabbitmq-stream-js-client" ? isOfNpm : undefined);

  test("a connection that is cut 8 times in mid-put loses no confirmed record and stores none twice", async () => {
    const StreamName = await newStream();
    const random = seededRandom("cut in mid-put");
    const producers = startProducers(proxied(transport), StreamName, 16);
    await until(() => producers.log.confirmed.size > 0, { what: "the first records" });
    for (let cut = 1; cut <= 8; cut++) {
      const { cuts } = proxy;
      const before = producers.log.confirmed.size;
      const bytes = 1 + Math.floor(random() * 30_000);
      proxy.cutAfter(random() < 0.5 ? { toBroker: bytes } : { toClient: bytes });
      await until(() => proxy.cuts > cuts, { what: `cut ${cut}`, timeoutMs: 30_000 });
      await until(() => producers.log.confirmed.size > before, { what: `puts after cut ${cut}`, timeoutMs: 30_000 });
    }
    await producers.stop();
    expectComplete(producers.log, await readShard(over("amqp"), StreamName, "0"));
    expect([...producers.log.failed]).toEqual([]);
  }, 120_000);

  test("a connection that is cut 6 times in mid-read shows every record once and in order", async () => {
    const StreamName = await newStream();
    const random = seededRandom("cut in mid-read");
    const producers = startProducers(over("amqp"), StreamName, 4);
    const reader = proxied(transport);
    const records: _Record[] = [];
    let iterator: string | undefined = await iteratorOf(reader, { StreamName });
    const step = async (): Promise<void> => {
      const { Records = [], NextShardIterator } = await read(reader, iterator, 1 + Math.floor(random() * 100));
      records.push(...Records);
      iterator = NextShardIterator;
    };
    for (let cut = 1; cut <= 6; cut++) {
      const { cuts } = proxy;
      proxy.cutAfter({ toClient: 1 + Math.floor(random() * 20_000) });
      while (proxy.cuts === cuts) await step();
    }
    await producers.stop();
    const all = await readShard(over("amqp"), StreamName, "0");
    while (records.length < all.length) await step();
    expect(records.map(({ SequenceNumber }) => SequenceNumber)).toEqual(
      all.map(({ SequenceNumber }) => SequenceNumber),
    );
    expectComplete(producers.log, records);
  }, 120_000);

  test("two readers of a shard both go on after their connection was cut", async () => {
    const StreamName = await newStream();
    const put = (text: string): Promise<unknown> =>
      over("amqp").send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from(text) }));
    const reader = proxied(transport);
    const seen: string[][] = [[], []];
    const iterators = await Promise.all(seen.map(() => iteratorOf(reader, { StreamName })));
    const readTo = (count: number): Promise<unknown> =>
      until(
        async () => {
          for (const [index, texts] of seen.entries()) {
            const { Records = [], NextShardIterator = "" } = await read(reader, iterators[index]);
            texts.push(...Records.map((record) => textOf(record)));
            iterators[index] = NextShardIterator;
          }
          return seen.every(({ length }) => length >= count);
        },
        { what: `${count} records in both`, timeoutMs: 30_000 },
      );
    await put("before");
    await readTo(1);
    proxy.cut();
    await put("after");
    await readTo(2);
    expect(seen).toEqual([
      ["before", "after"],
      ["before", "after"],
    ]);
  }, 60_000);

  test("a stream port that nobody can reach any more fails a call within its timeout; later calls work again", async () => {
    const StreamName = await newStream();
    const client = over(transport, { timeoutMs: 2_000, streams: { url: proxy.url, loadBalancer: true } });
    const put = new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("x") });
    await client.send(put);
    proxy.refuse();
    proxy.cut();
    const startMs = performance.now();
    await expect(client.send(put)).rejects.toMatchObject({ name: "ServiceUnavailable", $retryable: {} });
    expect(performance.now() - startMs).toBeLessThan(5_000);
    await proxy.accept();
    await until(
      () =>
        client.send(put).then(
          () => true,
          () => false,
        ),
      { what: "a put", timeoutMs: 20_000 },
    );
  }, 60_000);
});
