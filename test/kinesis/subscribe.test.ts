import {
  DeregisterStreamConsumerCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  type KinesisClient,
  type StartingPosition,
  type SubscribeToShardEvent,
  type SubscribeToShardEventStream,
} from "@warrenmq/client-kinesis";
import { until } from "@warrenmq/testing";
import { describe, expect, test, vi } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { createTestStream, deleteStreamsAfterAll, kinesisErrorOf, testKinesis, textOf } from "../support/kinesis.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const kinesis = testKinesis();
const elsewhere = testKinesis();
deleteStreamsAfterAll();

interface Setting {
  readonly StreamName: string;
  readonly StreamARN: string;
  readonly ConsumerARN: string;
}

async function setUp(): Promise<Setting> {
  const StreamName = await createTestStream(kinesis);
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`;
  const { Consumer } = await kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "app" }));
  return { StreamName, StreamARN, ConsumerARN: Consumer?.ConsumerARN ?? "" };
}

async function put(StreamName: string, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await elsewhere.send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from(text) }));
  }
}

type Events = AsyncIterable<SubscribeToShardEventStream>;

async function subscribe(
  client: KinesisClient,
  ConsumerARN: string,
  StartingPosition: StartingPosition,
  abortSignal?: AbortSignal,
): Promise<Events> {
  const command = new SubscribeToShardCommand({ ConsumerARN, ShardId: "shardId-000000000000", StartingPosition });
  const { EventStream } = await client.send(command, abortSignal === undefined ? {} : { abortSignal });
  if (EventStream === undefined) throw new Error("no stream of events");
  return EventStream;
}

/** Reads events until as many records are there. */
async function readRecords(events: Events, count: number): Promise<{ texts: string[]; last: SubscribeToShardEvent }> {
  const texts: string[] = [];
  for await (const { SubscribeToShardEvent: event } of events) {
    texts.push(...(event?.Records ?? []).map(textOf));
    if (event !== undefined && texts.length >= count) return { texts, last: event };
  }
  throw new Error(`the subscription ended after ${texts.join()}`);
}

describe("a subscription", () => {
  test("gets what is there and what comes, and its ContinuationSequenceNumber goes on behind it", async () => {
    const { StreamName, ConsumerARN } = await setUp();
    await put(StreamName, "a", "b");
    const events = await subscribe(kinesis, ConsumerARN, { Type: "TRIM_HORIZON" });
    const reading = inBackground(readRecords(events, 4));
    await put(StreamName, "c", "d");
    const { texts, last } = await reading;
    expect(texts).toEqual(["a", "b", "c", "d"]);
    expect(last.ContinuationSequenceNumber).toBe(last.Records?.at(-1)?.SequenceNumber);
    await put(StreamName, "e");
    const SequenceNumber = last.ContinuationSequenceNumber;
    const other = await anotherConsumer(StreamName);
    const next = await subscribe(elsewhere, other, { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber });
    expect((await readRecords(next, 1)).texts).toEqual(["e"]);
  });

  test("from LATEST gets what is put after the call, although nobody listens yet", async () => {
    const { StreamName, ConsumerARN } = await setUp();
    await put(StreamName, "before");
    const events = await subscribe(kinesis, ConsumerARN, { Type: "LATEST" });
    await put(StreamName, "after");
    expect((await readRecords(events, 1)).texts).toEqual(["after"]);
  });

  test("without records says where it is every five seconds", async () => {
    const { StreamName, ConsumerARN } = await setUp();
    await put(StreamName, "before");
    for await (const { SubscribeToShardEvent: event } of await subscribe(kinesis, ConsumerARN, { Type: "LATEST" })) {
      expect(event).toMatchObject({ Records: [], MillisBehindLatest: 0 });
      await put(StreamName, "after");
      const other = await anotherConsumer(StreamName);
      const SequenceNumber = event?.ContinuationSequenceNumber;
      const next = await subscribe(elsewhere, other, { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber });
      expect((await readRecords(next, 1)).texts).toEqual(["after"]);
      break;
    }
  });

  test("cannot be taken over for five seconds, and can after that, by another process", async () => {
    const { StreamName, ConsumerARN } = await setUp();
    const events = await subscribe(kinesis, ConsumerARN, { Type: "TRIM_HORIZON" });
    const start = { Type: "TRIM_HORIZON" } as const;
    expect(await kinesisErrorOf(subscribe(elsewhere, ConsumerARN, start))).toMatch(/^ResourceInUseException: /u);
    const ended = kinesisErrorOf(readRecords(events, 1));
    const second = await until(() => subscribe(elsewhere, ConsumerARN, start).catch(() => undefined), {
      what: "the subscription to be free",
      intervalMs: 200,
    });
    expect(await ended).toMatch(/^ResourceInUseException: /u);
    await put(StreamName, "x");
    expect((await readRecords(second, 1)).texts).toEqual(["x"]);
  });

  test("to a shard that is split ends with the last records and the children", async () => {
    const { StreamName, ConsumerARN } = await setUp();
    const events = await subscribe(kinesis, ConsumerARN, { Type: "TRIM_HORIZON" });
    const collected: SubscribeToShardEvent[] = [];
    const reading = inBackground(
      (async () => {
        for await (const { SubscribeToShardEvent: event } of events) if (event !== undefined) collected.push(event);
      })(),
    );
    await put(StreamName, "a", "b");
    await elsewhere.send(new SplitShardCommand({ StreamName, ShardToSplit: "0", NewStartingHashKey: "1000" }));
    await reading;
    expect(collected.flatMap(({ Records = [] }) => Records.map(textOf))).toEqual(["a", "b"]);
    expect(collected.at(-1)?.ChildShards?.map(({ ShardId }) => ShardId)).toEqual([
      "shardId-000000000001",
      "shardId-000000000002",
    ]);
    expect(collected.slice(0, -1).every(({ ChildShards }) => ChildShards === undefined)).toBe(true);
  });

  test("ends after five minutes, and another one goes on behind it", async () => {
    const { StreamName, ConsumerARN } = await setUp();
    await put(StreamName, "a");
    const events = (await subscribe(kinesis, ConsumerARN, { Type: "TRIM_HORIZON" }))[Symbol.asyncIterator]();
    const first = await events.next();
    const event: SubscribeToShardEvent | undefined =
      first.done === true ? undefined : first.value.SubscribeToShardEvent;
    expect(event?.Records?.map(textOf)).toEqual(["a"]);
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now() + 300_000);
    expect((await events.next()).done).toBe(true);
    clock.mockRestore();
    await put(StreamName, "b");
    const SequenceNumber = event?.ContinuationSequenceNumber;
    const other = await anotherConsumer(StreamName);
    const next = await subscribe(elsewhere, other, { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber });
    expect((await readRecords(next, 1)).texts).toEqual(["b"]);
  });

  test("ends when its consumer is deregistered, and when its signal fires", async () => {
    const { StreamName, ConsumerARN } = await setUp();
    const controller = new AbortController();
    const aborted = await subscribe(kinesis, await anotherConsumer(StreamName), { Type: "LATEST" }, controller.signal);
    const outcome = readRecords(aborted, 1).catch((error: unknown) => error);
    controller.abort();
    expect(await outcome).toMatchObject({ name: "AbortError" });
    const events = await subscribe(kinesis, ConsumerARN, { Type: "LATEST" });
    await elsewhere.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
    expect(await kinesisErrorOf(readRecords(events, 1))).toMatch(/^ResourceInUseException: /u);
  });

  test("pushes a thousand records a second in order", async () => {
    const { StreamName, ConsumerARN } = await setUp();
    const reading = inBackground(readRecords(await subscribe(kinesis, ConsumerARN, { Type: "LATEST" }), 1_000));
    for (let batch = 0; batch < 10; batch++) {
      const Records = Array.from({ length: 100 }, (_, index) => {
        return { PartitionKey: "a", Data: Buffer.from(String(batch * 100 + index)) };
      });
      await elsewhere.send(new PutRecordsCommand({ StreamName, Records }));
    }
    expect((await reading).texts).toEqual(Array.from({ length: 1_000 }, (_, index) => String(index)));
  });
});

async function anotherConsumer(StreamName: string): Promise<string> {
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`;
  const ConsumerName = `other-${Math.random().toString(36).slice(2)}`;
  const { Consumer } = await kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));
  return Consumer?.ConsumerARN ?? "";
}
