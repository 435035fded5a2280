import { parseArn, type MessagingCall, type MessagingConventions } from "@warrenmq/core/internal";
import { decodeIterator } from "./model/shard-iterator.ts";
import { shardIdOf } from "./model/shard-id.ts";

type Members = Readonly<Partial<Record<string, unknown>>>;

/** How OpenTelemetry's conventions for messaging name the operations about records. */
const CALLS: ReadonlyMap<string, (input: Members) => MessagingCall> = new Map<
  string,
  (input: Members) => MessagingCall
>([
  ["PutRecord", (input) => ({ operation: "send", type: "send", destination: streamName(input) })],
  [
    "PutRecords",
    (input) => ({
      operation: "send",
      type: "send",
      destination: streamName(input),
      batchSize: Array.isArray(input["Records"]) ? input["Records"].length : undefined,
    }),
  ],
  ["GetRecords", ({ ShardIterator }) => ({ operation: "receive", type: "receive", ...placeOf(ShardIterator) })],
  [
    "SubscribeToShard",
    ({ ConsumerARN, ShardId }) => ({
      operation: "subscribe",
      type: "receive",
      destination: nameInArn(ConsumerARN),
      partition: textOf(ShardId),
    }),
  ],
]);

/** Kinesis' calls as OpenTelemetry sees them: a shard is a partition, a sequence number the id of a message. */
export const kinesisConventions: MessagingConventions = {
  call: (operationName, input) => CALLS.get(operationName)?.(members(input)),
  result(operationName, output) {
    const { SequenceNumber, ShardId, Records, FailedRecordCount } = members(output);
    if (operationName === "PutRecord") {
      return { messageId: textOf(SequenceNumber), partition: textOf(ShardId), messages: 1 };
    }
    const failed = typeof FailedRecordCount === "number" ? FailedRecordCount : 0;
    // What a subscription brings comes after its call.
    return { messages: Array.isArray(Records) ? Records.length - failed : 0 };
  },
};

function streamName({ StreamName, StreamARN }: Members): string | undefined {
  return textOf(StreamName) ?? nameInArn(StreamARN);
}

function nameInArn(arn: unknown): string | undefined {
  return typeof arn === "string" ? parseArn(arn)?.resource.split("/")[1] : undefined;
}

/** What an iterator says, true or not. */
function placeOf(iterator: unknown): Pick<MessagingCall, "destination" | "partition"> {
  const content = typeof iterator === "string" ? decodeIterator(iterator)?.content : undefined;
  return content === undefined
    ? { destination: undefined }
    : { destination: content.streamName, partition: shardIdOf(content.shardIndex) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function members(value: unknown): Members {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
