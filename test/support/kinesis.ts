import {
  CreateStreamCommand,
  DeleteStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  KinesisServiceException,
  ListShardsCommand,
} from "@warrenmq/client-kinesis";
import type {
  _Record,
  CreateStreamCommandInput,
  GetRecordsCommandOutput,
  GetShardIteratorCommandInput,
  KinesisClientConfig,
  Shard,
} from "@warrenmq/client-kinesis";
import { uniqueName } from "@warrenmq/testing";
import { afterAll, inject } from "vitest";

/**
 * Makes a client of the run's broker that is destroyed after the test file. Each has connections of its own, as if it were
 * in another process.
 */
export function testKinesis({ rabbitmq, ...config }: KinesisClientConfig = {}): KinesisClient {
  const apart = { url: inject("brokerUrl"), connectionName: uniqueName("kinesis") };
  const client = new KinesisClient({ ...config, rabbitmq: { ...apart, ...rabbitmq } });
  afterAll(() => client.destroy());
  return client;
}

const streamsToDelete: { readonly client: KinesisClient; readonly StreamName: string }[] = [];

/** Creates a stream of a unique name. Resolves to that. */
export async function createTestStream(
  client: KinesisClient,
  input: Omit<CreateStreamCommandInput, "StreamName"> = { ShardCount: 1 },
): Promise<string> {
  const StreamName = uniqueName("stream");
  await client.send(new CreateStreamCommand({ StreamName, ...input }));
  streamsToDelete.push({ client, StreamName });
  return StreamName;
}

/** To be called once in each file that uses {@link createTestStream}, after its clients are made. */
export function deleteStreamsAfterAll(): void {
  afterAll(async () => {
    for (const { client, StreamName } of streamsToDelete.splice(0)) {
      const deletion = new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true });
      await client.send(deletion).catch(() => undefined); // the test has deleted it
    }
  });
}

/** An iterator; by default one that begins at the oldest record of the first shard. */
export async function iteratorOf(
  client: KinesisClient,
  input: Partial<GetShardIteratorCommandInput> & { StreamName: string },
): Promise<string> {
  const { ShardIterator = "" } = await client.send(
    new GetShardIteratorCommand({ ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON", ...input }),
  );
  return ShardIterator;
}

/** GetRecords at an iterator. */
export function read(
  client: KinesisClient,
  ShardIterator: string | undefined,
  Limit?: number,
): Promise<GetRecordsCommandOutput> {
  return client.send(new GetRecordsCommand({ ShardIterator, ...(Limit === undefined ? {} : { Limit }) }));
}

/** Reads from an iterator on until nothing more is there. */
export async function readAll(client: KinesisClient, iterator: string): Promise<_Record[]> {
  const all: _Record[] = [];
  let next: string | undefined = iterator;
  while (next !== undefined) {
    const { Records = [], NextShardIterator, MillisBehindLatest }: GetRecordsCommandOutput = await read(client, next);
    all.push(...Records);
    if (Records.length === 0 && MillisBehindLatest === 0) break;
    next = NextShardIterator;
  }
  return all;
}

/** All records of a shard. */
export async function readShard(client: KinesisClient, StreamName: string, ShardId: string): Promise<_Record[]> {
  return readAll(client, await iteratorOf(client, { StreamName, ShardId }));
}

/** The shards of a stream. */
export async function shardsOf(client: KinesisClient, StreamName: string): Promise<Shard[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
  return Shards;
}

/** A record's data as text. */
export function textOf({ Data = new Uint8Array() }: _Record): string {
  return Buffer.from(Data).toString();
}

/** What a call throws, as `Name: message`. */
export async function kinesisErrorOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof KinesisServiceException) return `${error.name}: ${error.message}`;
  throw new Error(`expected Kinesis' error, got ${String(error)}`, { cause: error });
}
