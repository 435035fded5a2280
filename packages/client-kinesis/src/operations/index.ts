import type { Operation, OperationTable } from "@warrenmq/core/internal";
import { addTagsToStream } from "./add-tags-to-stream.ts";
import { channelOperation } from "./channels.ts";
import type { KinesisContext } from "./context.ts";
import { createStream } from "./create-stream.ts";
import { decreaseStreamRetentionPeriod } from "./decrease-stream-retention-period.ts";
import { deleteResourcePolicy } from "./delete-resource-policy.ts";
import { deleteStream } from "./delete-stream.ts";
import { deregisterStreamConsumer } from "./deregister-stream-consumer.ts";
import { describeAccountSettings } from "./describe-account-settings.ts";
import { describeLimits } from "./describe-limits.ts";
import { describeStream } from "./describe-stream.ts";
import { describeStreamConsumer } from "./describe-stream-consumer.ts";
import { describeStreamSummary } from "./describe-stream-summary.ts";
import { disableEnhancedMonitoring } from "./disable-enhanced-monitoring.ts";
import { enableEnhancedMonitoring } from "./enable-enhanced-monitoring.ts";
import { getRecords } from "./get-records.ts";
import { getResourcePolicy } from "./get-resource-policy.ts";
import { getShardIterator } from "./get-shard-iterator.ts";
import { increaseStreamRetentionPeriod } from "./increase-stream-retention-period.ts";
import { listShards } from "./list-shards.ts";
import { listStreamConsumers } from "./list-stream-consumers.ts";
import { listStreams } from "./list-streams.ts";
import { listTagsForResource } from "./list-tags-for-resource.ts";
import { listTagsForStream } from "./list-tags-for-stream.ts";
import { mergeShards } from "./merge-shards.ts";
import { putRecord } from "./put-record.ts";
import { putRecords } from "./put-records.ts";
import { putResourcePolicy } from "./put-resource-policy.ts";
import { registerStreamConsumer } from "./register-stream-consumer.ts";
import { removeTagsFromStream } from "./remove-tags-from-stream.ts";
import { splitShard } from "./split-shard.ts";
import { startStreamEncryption } from "./start-stream-encryption.ts";
import { stopStreamEncryption } from "./stop-stream-encryption.ts";
import { subscribeToShard } from "./subscribe-to-shard.ts";
import { tagResource } from "./tag-resource.ts";
import { untagResource } from "./untag-resource.ts";
import { updateAccountSettings } from "./update-account-settings.ts";
import { updateMaxRecordSize } from "./update-max-record-size.ts";
import { updateShardCount } from "./update-shard-count.ts";
import { updateStreamMode } from "./update-stream-mode.ts";
import { updateStreamRecordDistributionStrategy } from "./update-stream-record-distribution-strategy.ts";
import { updateStreamWarmThroughput } from "./update-stream-warm-throughput.ts";

/**
 * The operations of Amazon Kinesis on RabbitMQ, all 45 of `@aws-sdk/client-kinesis`. docs/support/kinesis.md is printed from
 * this table. Adding an operation is one file and one line here.
 */
export const operations: OperationTable<KinesisContext> = keepingProcessAlive({
  AddTagsToStream: addTagsToStream,
  CreateChannel: channelOperation,
  CreateStream: createStream,
  DecreaseStreamRetentionPeriod: decreaseStreamRetentionPeriod,
  DeleteChannel: channelOperation,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteStream: deleteStream,
  DeregisterStreamConsumer: deregisterStreamConsumer,
  DescribeAccountSettings: describeAccountSettings,
  DescribeChannel: channelOperation,
  DescribeLimits: describeLimits,
  DescribeStream: describeStream,
  DescribeStreamConsumer: describeStreamConsumer,
  DescribeStreamSummary: describeStreamSummary,
  DisableEnhancedMonitoring: disableEnhancedMonitoring,
  EnableEnhancedMonitoring: enableEnhancedMonitoring,
  GetRecords: getRecords,
  GetResourcePolicy: getResourcePolicy,
  GetShardIterator: getShardIterator,
  IncreaseStreamRetentionPeriod: increaseStreamRetentionPeriod,
  ListChannels: channelOperation,
  ListShards: listShards,
  ListStreamConsumers: listStreamConsumers,
  ListStreams: listStreams,
  ListTagsForResource: listTagsForResource,
  ListTagsForStream: listTagsForStream,
  MergeShards: mergeShards,
  PutRecord: putRecord,
  PutRecords: putRecords,
  PutResourcePolicy: putResourcePolicy,
  RegisterStreamConsumer: registerStreamConsumer,
  RemoveTagsFromStream: removeTagsFromStream,
  SplitShard: splitShard,
  StartStreamEncryption: startStreamEncryption,
  StopStreamEncryption: stopStreamEncryption,
  SubscribeToShard: subscribeToShard,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAccountSettings: updateAccountSettings,
  UpdateChannel: channelOperation,
  UpdateMaxRecordSize: updateMaxRecordSize,
  UpdateShardCount: updateShardCount,
  UpdateStreamMode: updateStreamMode,
  UpdateStreamRecordDistributionStrategy: updateStreamRecordDistributionStrategy,
  UpdateStreamWarmThroughput: updateStreamWarmThroughput,
});

/** An outstanding call keeps the process alive, as its HTTP request would with AWS; an open connection does not. */
function keepingProcessAlive(table: OperationTable<KinesisContext>): OperationTable<KinesisContext> {
  return Object.fromEntries(Object.entries(table).map(([name, operation]) => [name, keepingAlive(operation)]));
}

function keepingAlive(
  operation: Operation<KinesisContext, unknown, unknown>,
): Operation<KinesisContext, unknown, unknown> {
  return {
    ...operation,
    run(context, input) {
      const { broker } = context.kinesis;
      broker.hold();
      return operation.run(context, input).finally(() => broker.release());
    },
  };
}
