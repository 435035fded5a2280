import type { SubscribeToShardEvent, SubscribeToShardEventStream } from "@aws-sdk/client-kinesis";
import {
  deadlineIn,
  remainingMs,
  throwIfAborted,
  toServiceException,
  untilAborted,
  type Deadline,
} from "@warrenmq/core/internal";
import type { ShardCursor, Taken } from "../broker/shard-cursor.ts";
import { inUse } from "../model/errors.ts";
import { formatSequenceNumber, sequenceIndex } from "../model/sequence-number.ts";
import type { ShardRecord } from "../model/shard-map.ts";
import type { StreamRecord } from "../model/stream-record.ts";
import type { KinesisContext } from "./context.ts";
import { childShards } from "./get-records.ts";
import { describeRecords, millisBehindLatest } from "./record-description.ts";
import { throwingAwsErrors } from "./stream-lookup.ts";

/** A subscription that was granted. */
export interface Subscription {
  readonly stream: StreamRecord;
  readonly shard: ShardRecord;
  readonly consumerName: string;
  /** Tells it from one that takes the shard over. */
  readonly id: string;
  /** Reads from the starting position on; the subscription closes it. */
  readonly cursor: ShardCursor;
}

/** AWS: a subscription ends after five minutes, and the consumer subscribes again. */
const LIFE_MS = 300_000;
/** Without records an event comes this often, so that the consumer can store its ContinuationSequenceNumber. */
const SILENCE_MS = 5_000;
/** How soon a subscription that was taken over, or whose stream was deleted, ends. */
const CHECK_MS = 500;
const LIMITS = { records: 10_000, bytes: 2_097_152, waitMs: CHECK_MS };

/**
 * The events of a subscription. It ends after five minutes, or with the event that has the last records of a closed shard
 * and its ChildShards. It throws what AWS's would: `ResourceInUseException` when somebody has taken it over,
 * `ResourceNotFoundException` when the stream or consumer is gone, `AbortError` when the call's signal fires.
 */
export function subscriptionEvents(
  context: KinesisContext,
  subscription: Subscription,
): AsyncGenerator<SubscribeToShardEventStream, void, undefined> {
  // Whoever never listens must not keep a reader for good.
  setTimeout(() => subscription.cursor.close(), LIFE_MS).unref();
  return guarded(context, subscription, deadlineIn(LIFE_MS));
}

async function* guarded(
  context: KinesisContext,
  subscription: Subscription,
  end: Deadline,
): AsyncGenerator<SubscribeToShardEventStream, void, undefined> {
  const { broker } = context.kinesis;
  broker.hold();
  try {
    yield* eventsOf(context, subscription, end);
  } catch (error) {
    throwIfAborted(context.call.signal);
    throw toServiceException(error, context.exceptions, context.call.requestId, "SubscribeToShard");
  } finally {
    subscription.cursor.close();
    broker.release();
  }
}

async function* eventsOf(
  context: KinesisContext,
  subscription: Subscription,
  end: Deadline,
): AsyncGenerator<SubscribeToShardEventStream, void, undefined> {
  const { kinesis, call } = context;
  const { cursor, shard } = subscription;
  const isClosed = shard.state === "closed";
  let spokenAtMs = performance.now();
  while (remainingMs(end) > 0) {
    const reading = throwingAwsErrors(
      context,
      subscription.stream.name,
      cursor.take({ ...LIMITS, isClosed }, kinesis.broker.deadline()),
    );
    const taken = await untilAborted(reading, call.signal);
    checkHeld(context, subscription);
    const ended = taken.ended || (isClosed && taken.atTip && taken.runs.length === 0);
    const isSilent = taken.runs.length === 0 && !ended;
    if (isSilent && performance.now() - spokenAtMs < SILENCE_MS) continue;
    spokenAtMs = performance.now();
    yield { SubscribeToShardEvent: await describeEvent(context, subscription, taken, ended) };
    if (ended) return;
  }
}

async function describeEvent(
  context: KinesisContext,
  { stream, shard, cursor }: Subscription,
  taken: Taken,
  ended: boolean,
): Promise<SubscribeToShardEvent> {
  const Records = describeRecords(shard, taken.runs);
  const position = cursor.position();
  const last = Records.at(-1)?.SequenceNumber;
  const reached = position.type === "record" ? position : { offset: 0, index: 0 };
  return {
    Records,
    // AFTER_SEQUENCE_NUMBER of it goes on where this event ends, also when it has no records.
    ContinuationSequenceNumber:
      last ??
      formatSequenceNumber({
        shardCreatedAt: shard.createdAt,
        shardIndex: shard.index,
        index: sequenceIndex({ offset: reached.offset, index: reached.index - 1 }),
        time: Date.now(),
      }),
    MillisBehindLatest: millisBehindLatest(taken, Date.now()),
    ...(ended
      ? {
          ChildShards: await childShards(
            { ...context, deadline: context.kinesis.broker.deadline() },
            stream,
            shard.index,
          ),
        }
      : {}),
  };
}

/** Whether the subscription is still the shard's one. */
function checkHeld({ kinesis, accountId }: KinesisContext, { stream, shard, consumerName, id }: Subscription): void {
  const current = kinesis.registry.state.streams.get(stream.name);
  const consumer = current?.consumers.find(({ name }) => name === consumerName);
  if (consumer?.subscriptions[shard.index]?.id === id) return;
  throw inUse(
    `The subscription of consumer ${consumerName} of stream ${stream.name} under account ${accountId} was taken over or ended.`,
  );
}
