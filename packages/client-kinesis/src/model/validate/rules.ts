import type { TextRule } from "./members.ts";

const NAME_PATTERN = "[a-zA-Z0-9_.-]+";

/** StreamName, ConsumerName and ShardId. */
export const NAME: TextRule = { min: 1, max: 128, pattern: NAME_PATTERN };
/** A name that must be there. */
export const REQUIRED_NAME: TextRule = { ...NAME, required: true };
/** StreamARN. */
export const STREAM_ARN: TextRule = { min: 1, max: 2048, pattern: String.raw`arn:aws.*:kinesis:.*:\d{12}:stream/\S+` };
/** ConsumerARN; it ends in the second at which the consumer was registered. */
export const CONSUMER_ARN: TextRule = {
  min: 1,
  max: 2048,
  pattern: String.raw`(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+`,
};
/** The ARN of a stream or a consumer. */
export const RESOURCE_ARN: TextRule = {
  min: 1,
  max: 2048,
  pattern: String.raw`arn:aws.*:kinesis:.*:\d{12}:.*stream/\S+`,
  required: true,
};
/** Characters of a PartitionKey. */
export const MAX_KEY_LENGTH = 256;
/** PartitionKey. */
export const PARTITION_KEY: TextRule = { min: 1, max: MAX_KEY_LENGTH };
/** ExplicitHashKey and NewStartingHashKey. */
export const HASH_KEY: TextRule = { pattern: String.raw`0|([1-9]\d{0,38})` };
/** SequenceNumber. */
export const SEQUENCE_NUMBER: TextRule = { pattern: String.raw`0|([1-9]\d{0,128})` };
/** ShardIterator. */
export const SHARD_ITERATOR: TextRule = { min: 1, max: 512, required: true };
/** NextToken. */
export const NEXT_TOKEN: TextRule = { min: 1, max: 1_048_576 };

/** Bytes of the largest record that any stream takes. */
export const MAX_DATA_BYTES = 10_485_760;
