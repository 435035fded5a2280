import type { SubscribeToShardInput, SubscribeToShardOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { dryRun, inUse } from "../model/errors.ts";
import { Members } from "../model/validate/members.ts";
import { CONSUMER_ARN, REQUIRED_NAME, SEQUENCE_NUMBER } from "../model/validate/rules.ts";
import { ITERATOR_TYPE } from "../model/validate/starting-position.ts";
import { changeStream } from "./change-stream.ts";
import type { KinesisContext } from "./context.ts";
import { startPosition } from "./get-shard-iterator.ts";
import { subscriptionEvents } from "./shard-subscription.ts";
import { requireConsumer, requireShardToRead, throwingAwsErrors } from "./stream-lookup.ts";

/** SubscribeToShard: pushes records as they come, for five minutes. */
export const subscribeToShard: Operation<KinesisContext, SubscribeToShardInput, SubscribeToShardOutput> = {
  status: "supported",
  difference: "The stream of events begins to keep the process alive when it is first read.",
  async run(context, input) {
    const members = new Members(input);
    const arn = members.text("ConsumerARN", { ...CONSUMER_ARN, required: true }) ?? "";
    const shardId = members.text("ShardId", REQUIRED_NAME) ?? "";
    const start = members.structure("StartingPosition", { required: true });
    const type = start?.text("Type", ITERATOR_TYPE);
    const sequenceNumber = start?.text("SequenceNumber", SEQUENCE_NUMBER);
    const timeMs = start?.time("Timestamp");
    const isDryRun = members.flag("DryRun");
    members.check();
    const { stream, consumer } = await requireConsumer(context, arn);
    const shard = await requireShardToRead(context, stream, shardId);
    const position = await startPosition(context, stream, shard, { type, sequenceNumber, timeMs });
    if (isDryRun) throw dryRun();
    const { kinesis, deadline } = context;
    const { name, incarnation } = stream;
    const cursor = kinesis.cursor(stream, shard.index, position);
    const opening = kinesis.directory.onShard(stream, shard.index, deadline, () => cursor.open(deadline));
    await throwingAwsErrors(context, name, opening);
    const id = crypto.randomUUID();
    const subscribe = {
      type: "subscribe",
      name,
      incarnation,
      consumer: consumer.name,
      shard: shard.index,
      id,
    } as const;
    const outcome = await changeStream(context, subscribe);
    if (outcome.type !== "applied") {
      cursor.close();
      throw inUse(
        `Another active subscription exists for this consumer: ${context.accountId}:${name}:${shardId}:${consumer.name}`,
      );
    }
    return { EventStream: subscriptionEvents(context, { stream, shard, consumerName: consumer.name, id, cursor }) };
  },
};
