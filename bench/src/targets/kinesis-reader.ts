import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  RegisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import type { ChildShard, KinesisClient, _Record, Shard, StartingPosition } from "@aws-sdk/client-kinesis";
import { until } from "@warrenmq/testing";
import { readHeader } from "../load/record-header.ts";
import { pollLoop } from "./poll-loop.ts";
import type { Consumer, ConsumerRequest } from "./target.ts";

/** Records of a GetRecords call: what it gives at most. */
const LIMIT = 10_000;
/** How long a reader rests when there was nothing: AWS allows five calls a second. */
const REST_MS = 20;

/** How one shard is read until it is closed; resolves to its children. */
type ReadShard = (shardId: string, signal: AbortSignal) => Promise<readonly ChildShard[]>;

/**
 * Reads a stream from its first record as one of several members of a group. Each member has a part of the shards that
 * there are at the beginning, and goes on with their children when they are split or merged: a child of two parents is
 * read by the member of the first one, when both are read to the end.
 */
export async function readKinesisShards(
  client: KinesisClient,
  stream: string,
  options: ConsumerRequest,
): Promise<Consumer> {
  const shards = await listShards(client, stream);
  const roots = shards.filter(({ ParentShardId }) => ParentShardId === undefined);
  const mine = roots.filter((_, index) => index % options.members === options.member);
  const read = options.reading === "push" ? await subscriber(client, stream, options) : poller(client, stream, options);
  const reading = new ShardFamily(
    mine.map(({ ShardId = "" }) => ShardId),
    read,
    options.onError,
  );
  return { close: () => reading.close() };
}

/** Shards and their children, each read once, a child after its parents. */
class ShardFamily {
  readonly #read: ReadShard;
  readonly #onError: (error: Error) => void;
  readonly #closing = new AbortController();
  readonly #started = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #running = new Set<Promise<void>>();

  constructor(shards: readonly string[], read: ReadShard, onError: (error: Error) => void) {
    this.#read = read;
    this.#onError = onError;
    for (const shard of shards) this.#start(shard);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  #start(shard: string): void {
    if (this.#started.has(shard)) return;
    this.#started.add(shard);
    const running = this.#follow(shard).catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#onError(error instanceof Error ? error : new Error(String(error)));
    });
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  async #follow(shard: string): Promise<void> {
    const children = await this.#read(shard, this.#closing.signal);
    if (this.#closing.signal.aborted) return;
    this.#ended.add(shard);
    for (const { ShardId = "", ParentShards = [] } of children) {
      // A merged shard has a parent that another member may read: the member of the first one takes it.
      const isMine = ParentShards[0] === shard || (ParentShards[0] !== undefined && this.#started.has(ParentShards[0]));
      const isReady = ParentShards.every((parent) => this.#ended.has(parent) || !this.#started.has(parent));
      if (isMine && isReady) this.#start(ShardId);
    }
  }
}

function poller(client: KinesisClient, StreamName: string, { onRecords }: ConsumerRequest): ReadShard {
  return async (ShardId, signal) => {
    const from = new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" });
    let iterator = (await client.send(from)).ShardIterator;
    let children: readonly ChildShard[] = [];
    let failure: Error | undefined;
    const done = new AbortController();
    const loop = pollLoop(
      async () => {
        if (iterator === undefined || signal.aborted) return done.abort();
        const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: LIMIT }));
        const records = answer.Records ?? [];
        iterator = answer.NextShardIterator;
        children = answer.ChildShards ?? children;
        if (records.length > 0) onRecords(headersOf(records));
        else if (iterator !== undefined) await sleep(REST_MS);
      },
      (error) => {
        failure = error;
        done.abort();
      },
    );
    await new Promise<void>((resolve) => {
      if (done.signal.aborted) resolve();
      done.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    void loop.close();
    if (failure !== undefined) throw failure;
    return children;
  };
}

async function subscriber(client: KinesisClient, stream: string, options: ConsumerRequest): Promise<ReadShard> {
  const ConsumerARN = await registerConsumer(client, stream, `bench-${options.group}`);
  return async (ShardId, signal) => {
    let position: StartingPosition = { Type: "TRIM_HORIZON" };
    while (!signal.aborted) {
      const command = new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition: position });
      const { EventStream = [] } = await client.send(command, { abortSignal: signal });
      for await (const { SubscribeToShardEvent: event } of EventStream) {
        if (event === undefined) continue;
        if (event.Records !== undefined && event.Records.length > 0) options.onRecords(headersOf(event.Records));
        if (event.ContinuationSequenceNumber === undefined) return event.ChildShards ?? [];
        position = { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber: event.ContinuationSequenceNumber };
      }
    }
    return [];
  };
}

/** Members of a group share a registered consumer: the first one registers it. */
async function registerConsumer(client: KinesisClient, StreamName: string, ConsumerName: string): Promise<string> {
  const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
  const StreamARN = StreamDescriptionSummary?.StreamARN;
  await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName })).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== "ResourceInUseException") throw error;
  });
  let arn = "";
  const isActive = async (): Promise<boolean> => {
    const described = await client.send(new DescribeStreamConsumerCommand({ StreamARN, ConsumerName }));
    arn = described.ConsumerDescription?.ConsumerARN ?? "";
    return described.ConsumerDescription?.ConsumerStatus === "ACTIVE";
  };
  await until(isActive, { what: `the consumer ${ConsumerName} to become active`, timeoutMs: 60_000 });
  return arn;
}

async function listShards(client: KinesisClient, StreamName: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(new ListShardsCommand(next === undefined ? { StreamName } : { NextToken: next }));
    shards.push(...(page.Shards ?? []));
    next = page.NextToken;
  } while (next !== undefined);
  return shards;
}

function headersOf(records: readonly _Record[]): ReturnType<typeof readHeader>[] {
  return records.map(({ Data }) => (Data === undefined ? undefined : readHeader(asBuffer(Data))));
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
