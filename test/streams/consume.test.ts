import { connect } from "amqplib";
import { startProxy, uniqueName, until } from "@warrenmq/testing";
import type { DeliveredChunk } from "@warrenmq/streams";
import { describe, expect, test } from "vitest";
import { isAtLeast, messagesOf, numbered, readStream, streamTests } from "../support/streams.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const { broker, client, stream } = streamTests();

/** A stream of chunks with these texts: each call of publish is confirmed before the next, and so becomes a chunk. */
async function streamOf(...chunks: readonly (readonly string[])[]): Promise<string> {
  const name = await stream();
  const publisher = await client().publisher(name);
  for (const texts of chunks) await publisher.publish(messagesOf(...texts));
  return name;
}

describe("a consumer begins", () => {
  test("at the first message", async () => {
    const reader = await readStream(client(), await streamOf(["a", "b"], ["c"]), { offset: { type: "first" } });
    await reader.read(3);
    expect(reader.texts()).toEqual(["a", "b", "c"]);
  });

  test("at an offset, also in the middle of a chunk", async () => {
    const name = await streamOf(["a", "b", "c"], ["d"]);
    const reader = await readStream(client(), name, { offset: { type: "offset", offset: 1 } });
    await reader.read(3);
    expect(reader.messages.map(({ offset, body }) => [offset, body.toString()])).toEqual([
      [1, "b"],
      [2, "c"],
      [3, "d"],
    ]);
  });

  test("at the last chunk", async () => {
    const name = await streamOf(["a"], ["b"], ["c"]);
    const reader = await readStream(client(), name, { offset: { type: "last" } });
    await reader.read(1);
    expect(reader.texts()).toEqual(["c"]);
  });

  test("behind the last message: at what is published next", async () => {
    const name = await streamOf(["a", "b"]);
    const reader = await readStream(client(), name, { offset: { type: "next" } });
    const publisher = await client().publisher(name);
    await publisher.publish(messagesOf("c"));
    await reader.read(1);
    expect(reader.texts()).toEqual(["c"]);
  });

  test("at what is published next in a stream that is empty", async () => {
    const name = await stream();
    const reader = await readStream(client(), name, { offset: { type: "next" } });
    const publisher = await client().publisher(name);
    await publisher.publish(messagesOf("a", "b"));
    await reader.read(2);
    expect(reader.texts()).toEqual(["a", "b"]);
  });

  test("at the first chunk of a time", async () => {
    const name = await streamOf(["a"], ["b"]);
    const all = await readStream(client(), name);
    await all.read(2);
    const lastMs = all.chunks.at(-1)?.timestampMs ?? 0;
    await until(() => Date.now() > lastMs, { what: "the next millisecond" });
    const publisher = await client().publisher(name);
    await publisher.publish(messagesOf("c"));
    const reader = await readStream(client(), name, { offset: { type: "timestamp", timestampMs: lastMs + 1 } });
    await reader.read(1);
    expect(reader.texts()).toEqual(["c"]);
  });
});

describe("a chunk", () => {
  test("tells when it was stored", async () => {
    const beforeMs = Date.now();
    const reader = await readStream(client(), await streamOf(["a"]));
    await reader.read(1);
    const { timestampMs = 0 } = reader.chunks[0] ?? {};
    expect(timestampMs).toBeGreaterThanOrEqual(beforeMs - 5);
    expect(timestampMs).toBeLessThanOrEqual(Date.now() + 5);
  });

  test("tells which chunk is the newest, from RabbitMQ 3.11 on", async () => {
    const name = await streamOf(["a"], ["b", "c"], ["d"]);
    const reader = await readStream(client(), name);
    await reader.read(4);
    // All were stored before the first was read. The broker may make several chunks of one call.
    const newest = isAtLeast(broker(), 3, 11) ? reader.chunks.at(-1)?.chunkId : undefined;
    for (const { committedChunkId } of reader.chunks) expect(committedChunkId).toBe(newest);
    expect(reader.chunks.map(({ chunkId, messages }) => [chunkId, messages[0]?.offset])).toEqual(
      reader.chunks.map(({ chunkId }) => [chunkId, chunkId]),
    );
  });
});

describe("a consumer", () => {
  test("gets the next chunk when it is done with the last, and no more than its credit before that", async () => {
    const name = await streamOf(["a"], ["b"], ["c"], ["d"]);
    const seen: string[] = [];
    const goOn: (() => void)[] = [];
    const consumer = await client().consumer(name, {
      offset: { type: "first" },
      credit: 2,
      onChunk: ({ messages }: DeliveredChunk) => {
        seen.push(...messages.map(({ body }) => body.toString()));
        return new Promise((resolve) => goOn.push(resolve));
      },
    });
    for (const expected of [["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]]) {
      await until(() => seen.length === expected.length, { what: `${expected.length} messages` });
      expect(seen).toEqual(expected);
      goOn.shift()?.();
    }
    await consumer.close();
  });

  test("ends with the error of its handler, and leaves others alone", async () => {
    const name = await streamOf(["a"], ["b"]);
    for (const fail of [() => Promise.reject(new Error("mine")), () => expect.fail("mine")]) {
      // It may fail before the consumer is open, or after that.
      const ended = new Promise<Error>((resolve) => {
        client()
          .consumer(name, { offset: { type: "first" }, onChunk: fail, onEnd: resolve })
          .catch(resolve);
      });
      expect((await ended).message).toBe("mine");
    }
    const reader = await readStream(client(), name);
    await reader.read(2);
  });

  test("gets nothing after it is closed", async () => {
    const name = await streamOf(["a"]);
    const shared = client();
    const seen: number[] = [];
    const onChunk = ({ chunkId }: DeliveredChunk): void => void seen.push(chunkId);
    const consumer = await shared.consumer(name, { offset: { type: "first" }, onChunk });
    await until(() => seen.length === 1, { what: "the first chunk" });
    await consumer.close();
    const publisher = await shared.publisher(name);
    await publisher.publish(messagesOf("b"));
    const reader = await readStream(shared, name);
    await reader.read(2);
    expect(seen).toEqual([0]);
  });

  test("of a stream that does not exist is refused", async () => {
    const opening = readStream(client(), uniqueName("missing"));
    await expect(opening).rejects.toMatchObject({ code: "not-found" });
  });

  test("ends when its stream is deleted", async () => {
    const name = await streamOf(["a"]);
    const ended = new Promise<Error>((onEnd) => {
      void readStream(client(), name, { onEnd });
    });
    await until(async () => (await client().metadata([name]))[0]?.code === 1, { what: "the stream" });
    const reader = await readStream(client(), name);
    await reader.read(1);
    await client().deleteStream(name);
    expect(await ended).toMatchObject({ code: "not-found" });
  });
});

test.each([
  [64, 2],
  [300, 4],
])("%i consumers and as many publishers share %i connections", { timeout: 60_000 }, async (count, connections) => {
  await using proxy = await startProxy({ target: broker().streamUrl ?? "" });
  const name = await streamOf(["a"]);
  const shared = client({ url: proxy.url, addressResolver: { host: "127.0.0.1", port: proxy.port } });
  const readers = await Promise.all(Array.from({ length: count }, () => readStream(shared, name)));
  const publishers = await Promise.all(Array.from({ length: count }, () => shared.publisher(name)));
  await publishers.at(-1)?.publish(messagesOf("b"));
  await Promise.all(readers.map((reader) => reader.read(2)));
  expect(proxy.connections).toBe(connections);
});

describe("filters", () => {
  test("leave out chunks without the value, from RabbitMQ 3.13 on", async () => {
    const name = await stream();
    const filter = { values: ["red"] };
    if (!isAtLeast(broker(), 3, 13)) {
      await expect(readStream(client(), name, { filter })).rejects.toMatchObject({ code: "unsupported" });
      return;
    }
    const publisher = await client().publisher(name, { filtering: true });
    for (const colour of ["red", "blue", "red", "green"]) {
      await publisher.publish(numbered(colour, 3).map((text) => ({ body: Buffer.from(text), filterValue: colour })));
    }
    await publisher.publish(messagesOf("plain"));
    const reader = await readStream(client(), name, { filter });
    await reader.read(6);
    const both = await readStream(client(), name, { filter: { values: ["green"], matchUnfiltered: true } });
    await both.read(4);
    expect(reader.texts()).toEqual([...numbered("red", 3), ...numbered("red", 3)]);
    expect(both.texts()).toEqual([...numbered("green", 3), "plain"]);
  });
});

describe("questions", () => {
  test("the offset that the next message gets", async () => {
    const name = await stream();
    expect(await client().endOffset(name)).toBe(0);
    const publisher = await client().publisher(name);
    await publisher.publish(messagesOf("a", "b"));
    expect(await client().endOffset(name)).toBe(2);
    await publisher.publish(messagesOf("c"));
    expect(await client().endOffset(name)).toBe(3);
  });

  test("where streams are", async () => {
    const name = await stream();
    const [known, unknown] = await client().metadata([name, uniqueName("missing")]);
    expect(known).toMatchObject({ stream: name, code: 1, leader: { host: "127.0.0.1", port: broker().streamPort } });
    expect(unknown).toMatchObject({ code: 2, leader: undefined, replicas: [] });
  });

  test("the statistics of a stream, from RabbitMQ 3.11 on", async () => {
    const name = await streamOf(["a", "b"], ["c"]);
    const asked = client().stats(name);
    if (isAtLeast(broker(), 3, 11)) expect((await asked).get("committed_chunk_id")).toBe(2);
    else await expect(asked).rejects.toMatchObject({ code: "unsupported" });
  });

  test("the partitions of a super stream, and where a routing key leads", async () => {
    const superStream = uniqueName("super");
    const model = await connect(broker().url);
    const channel = await model.createChannel();
    await channel.assertExchange(superStream, "direct", { arguments: { "x-super-stream": true } });
    for (const order of [0, 1, 2]) {
      const partition = `${superStream}-${order}`;
      await channel.assertQueue(partition, { arguments: { "x-queue-type": "stream" } });
      await channel.bindQueue(partition, superStream, `key-${order}`, { "x-stream-partition-order": order });
    }
    await model.close();
    const partitions = [0, 1, 2].map((order) => `${superStream}-${order}`);
    expect(await client().partitions(superStream)).toEqual(partitions);
    expect(await client().route("key-1", superStream)).toEqual([partitions[1]]);
  });
});

test("of two single active consumers one reads, and the other takes over where the first one was", async () => {
  const name = await streamOf(["a"], ["b"]);
  const options = { singleActiveName: "group", offset: { type: "first" } } as const;
  const first = client();
  if (!isAtLeast(broker(), 3, 11)) return;
  const active = await readStream(first, name, options);
  await active.read(2);
  const waiting = await readStream(client(), name, options);
  const publisher = await client().publisher(name);
  await publisher.publish(messagesOf("c"));
  await active.read(3);
  expect(waiting.messages).toEqual([]);
  await first.close();
  await waiting.read(3);
  expect(waiting.texts()).toEqual(["a", "b", "c"]);
});
