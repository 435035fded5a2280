import type { QueueRecord } from "@warrenmq/core/queues";
import { withDefaults, type QueueAttributes } from "./queue-attributes.ts";
import { parseRedrivePolicy, type RedrivePolicy } from "./redrive-policy.ts";

/**
 * What validation and the hot paths need to know of a queue, as numbers and booleans. Made once from the queue's
 * attributes and kept until they change.
 */
export interface QueueFacts {
  readonly fifo: boolean;
  /** Bytes. */
  readonly maximumMessageSize: number;
  readonly delaySeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly receiveMessageWaitTimeSeconds: number;
  readonly messageRetentionPeriodSeconds: number;
  readonly contentBasedDeduplication: boolean;
  readonly deduplicationScope: "queue" | "messageGroup";
  readonly redrivePolicy: RedrivePolicy | undefined;
}

/** The facts of a queue with these attributes. */
export function queueFacts(attributes: QueueAttributes): QueueFacts {
  const all = withDefaults(attributes);
  const fifo = all.FifoQueue === "true";
  return {
    fifo,
    maximumMessageSize: Number(all.MaximumMessageSize),
    delaySeconds: Number(all.DelaySeconds),
    visibilityTimeoutSeconds: Number(all.VisibilityTimeout),
    receiveMessageWaitTimeSeconds: Number(all.ReceiveMessageWaitTimeSeconds),
    messageRetentionPeriodSeconds: Number(all.MessageRetentionPeriod),
    contentBasedDeduplication: all.ContentBasedDeduplication === "true",
    deduplicationScope: all.DeduplicationScope === "messageGroup" ? "messageGroup" : "queue",
    redrivePolicy: all.RedrivePolicy === undefined ? undefined : parseRedrivePolicy(all.RedrivePolicy, fifo),
  };
}

const factsOfRecord = new WeakMap<QueueRecord, QueueFacts>();

/** The facts of a queue, worked out once for each version of its record. */
export function factsOf(record: QueueRecord): QueueFacts {
  const known = factsOfRecord.get(record);
  if (known !== undefined) return known;
  const facts = queueFacts(record.attributes);
  factsOfRecord.set(record, facts);
  return facts;
}
