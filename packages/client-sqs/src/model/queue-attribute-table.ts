import {
  booleanValue,
  integerValue,
  oneOf,
  policyValue,
  redriveAllowPolicyValue,
  redrivePolicyValue,
  textValue,
  type AttributeValueParser,
} from "./queue-attribute-value.ts";

/** One queue attribute that CreateQueue or SetQueueAttributes can write. */
export interface AttributeRule {
  readonly parse: AttributeValueParser;
  /** What `GetQueueAttributes` shows when it was never set. Absent: it is not shown. */
  readonly default?: string;
  /** FIFO queues only. */
  readonly fifo?: true;
  /** An empty value removes it. */
  readonly removable?: true;
}

/** The name of an attribute that can be written. */
export type WritableAttributeName =
  | "DelaySeconds"
  | "MaximumMessageSize"
  | "MessageRetentionPeriod"
  | "ReceiveMessageWaitTimeSeconds"
  | "VisibilityTimeout"
  | "Policy"
  | "RedrivePolicy"
  | "RedriveAllowPolicy"
  | "KmsMasterKeyId"
  | "KmsDataKeyReusePeriodSeconds"
  | "SqsManagedSseEnabled"
  | "FifoQueue"
  | "ContentBasedDeduplication"
  | "DeduplicationScope"
  | "FifoThroughputLimit";

/** The writable attributes with ranges and defaults as in the CreateQueue reference (1 MiB since August 2025). */
export const WRITABLE_ATTRIBUTES: Readonly<Record<WritableAttributeName, AttributeRule>> = {
  DelaySeconds: { parse: integerValue(0, 900), default: "0" },
  MaximumMessageSize: { parse: integerValue(1024, 1_048_576), default: "1048576" },
  MessageRetentionPeriod: { parse: integerValue(60, 1_209_600), default: "345600" },
  ReceiveMessageWaitTimeSeconds: { parse: integerValue(0, 20), default: "0" },
  VisibilityTimeout: { parse: integerValue(0, 43_200), default: "30" },
  Policy: { parse: policyValue, removable: true },
  RedrivePolicy: { parse: redrivePolicyValue, removable: true },
  RedriveAllowPolicy: { parse: redriveAllowPolicyValue, removable: true },
  KmsMasterKeyId: { parse: textValue, removable: true },
  KmsDataKeyReusePeriodSeconds: { parse: integerValue(60, 86_400) },
  SqsManagedSseEnabled: { parse: booleanValue, default: "true" },
  FifoQueue: { parse: booleanValue, fifo: true },
  ContentBasedDeduplication: { parse: booleanValue, default: "false", fifo: true },
  DeduplicationScope: { parse: oneOf("messageGroup", "queue"), default: "queue", fifo: true },
  FifoThroughputLimit: { parse: oneOf("perMessageGroupId", "perQueue"), default: "perQueue", fifo: true },
};

const READ_ONLY_ATTRIBUTES = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "QueueArn",
] as const;

/** The name of an attribute that SQS itself keeps. */
export type ReadOnlyAttributeName = (typeof READ_ONLY_ATTRIBUTES)[number];

/** The name of any queue attribute, `All` excepted. */
export type QueueAttributeName = WritableAttributeName | ReadOnlyAttributeName;

const READ_ONLY: ReadonlySet<string> = new Set(READ_ONLY_ATTRIBUTES);

/** Whether a name is that of an attribute that can be written. */
export function isWritableAttributeName(name: string): name is WritableAttributeName {
  return Object.hasOwn(WRITABLE_ATTRIBUTES, name);
}

/** Whether a name is that of a queue attribute (`All` is not). */
export function isQueueAttributeName(name: string): name is QueueAttributeName {
  return isWritableAttributeName(name) || READ_ONLY.has(name);
}
