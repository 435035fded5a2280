import { buildArn, RabbitError, streamResource } from "@warrenmq/core/internal";
import { StreamGone } from "../broker/stream-gone.ts";
import { inUse, notFound, shardDoesNotExist, shardNotFound, streamNotFound } from "../model/errors.ts";
import { shardIndexOf } from "../model/shard-id.ts";
import type { ShardRecord } from "../model/shard-map.ts";
import { statusOf, type ConsumerRecord, type StreamRecord } from "../model/stream-record.ts";
import { parseConsumerArn } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";

/**
 * The stream of that name, as any process has changed it before the call.
 * @throws OperationError `ResourceNotFoundException`; RabbitError when the broker cannot be asked
 */
export async function requireStream(context: KinesisContext, name: string): Promise<StreamRecord> {
  const stream = await context.kinesis.directory.latest(name, context.deadline);
  if (stream === undefined) throw streamNotFound(name, context.accountId);
  return stream;
}

/** As {@link requireStream}, but at no cost and perhaps a moment old: for the operations on records. */
export async function requireKnownStream(context: KinesisContext, name: string): Promise<StreamRecord> {
  const stream = await context.kinesis.directory.find(name, context.deadline);
  if (stream === undefined) throw streamNotFound(name, context.accountId);
  return stream;
}

/** As {@link requireStream}, for operations that Kinesis refuses while the stream is being changed or deleted. */
export async function requireActiveStream(context: KinesisContext, name: string): Promise<StreamRecord> {
  const found = await requireStream(context, name);
  // A change of shards that somebody has left behind is finished first.
  const stream = found.resharding === undefined ? found : await settled(context, found);
  if (statusOf(stream) !== "ACTIVE") throw notActive(context, stream);
  return stream;
}

function settled(context: KinesisContext, stream: StreamRecord): Promise<StreamRecord> {
  const { kinesis, deadline } = context;
  return throwingAwsErrors(context, stream.name, kinesis.resharding.settled(stream, deadline));
}

/** Kinesis' answer while a stream is being changed or deleted. */
export function notActive({ accountId }: KinesisContext, stream: StreamRecord): Error {
  return inUse(`Stream ${stream.name} under account ${accountId} not ACTIVE, instead in state ${statusOf(stream)}`);
}

/** The shard that is to be read, which another process may have made a moment ago. */
export async function requireShardToRead(
  context: KinesisContext,
  stream: StreamRecord,
  shardId: string,
): Promise<ShardRecord> {
  const index = shardIndexOf(shardId);
  if (index === undefined) throw shardNotFound(shardId, stream.name, context.accountId);
  const known = stream.shards[index];
  if (known !== undefined && known.state !== "opening") return known;
  const shard = (await requireStream(context, stream.name)).shards[index];
  if (shard === undefined || shard.state === "opening") {
    throw shardDoesNotExist(shardId, stream.name, context.accountId);
  }
  return shard;
}

/** The shard that is to be split or merged. */
export function requireShardToChange(context: KinesisContext, stream: StreamRecord, shardId: string): ShardRecord {
  const index = shardIndexOf(shardId);
  const shard = index === undefined ? undefined : stream.shards[index];
  if (shard === undefined || shard.state === "opening") throw shardNotFound(shardId, stream.name, context.accountId);
  return shard;
}

/** The ARN of a stream. */
export async function streamArn({ region, accountId }: KinesisContext, name: string): Promise<string> {
  return buildArn({ service: "kinesis", region: await region(), accountId, resource: streamResource(name) });
}

/** A registered consumer and its stream. */
export interface RegisteredConsumer {
  readonly stream: StreamRecord;
  readonly consumer: ConsumerRecord;
}

/** The consumer with that ARN. @throws OperationError `ResourceNotFoundException` */
export async function requireConsumer(context: KinesisContext, arn: string): Promise<RegisteredConsumer> {
  const { kinesis, deadline, accountId } = context;
  await kinesis.directory.refresh(deadline);
  const found = findConsumer(context, arn);
  if (found === undefined) throw notFound(`Consumer ${arn} under account ${accountId} not found.`);
  return found;
}

/** The ARN of a consumer: its stream's, its name, and the second at which it was registered. */
export async function consumerArn(
  context: KinesisContext,
  streamName: string,
  { name, createdAt }: ConsumerRecord,
): Promise<string> {
  return `${await streamArn(context, streamName)}/consumer/${name}:${toSeconds(createdAt)}`;
}

/** Says in AWS's terms that a stream has been deleted while a call was working on it. */
export async function throwingAwsErrors<T>(context: KinesisContext, streamName: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isGone = error instanceof StreamGone || (error instanceof RabbitError && error.code === "not-found");
    throw isGone ? streamNotFound(streamName, context.accountId) : error;
  }
}

function findConsumer({ kinesis }: KinesisContext, arn: string): RegisteredConsumer | undefined {
  const address = parseConsumerArn(arn);
  const stream = kinesis.registry.state.streams.get(address?.streamName ?? "");
  const consumer = stream?.consumers.find(
    ({ name, createdAt }) => name === address?.consumerName && toSeconds(createdAt) === address.createdSeconds,
  );
  return stream === undefined || consumer === undefined ? undefined : { stream, consumer };
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
