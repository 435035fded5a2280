import { invalidParameterValue } from "@warrenmq/core/queues";
import { optionalString, optionalStringEntries } from "../json-types.ts";
import { parseCreateAttributes, type QueueAttributes } from "../queue-attributes.ts";
import { validateTags, type Tags } from "./tags.ts";

/** A CreateQueue that may be carried out. */
export interface ValidCreateQueue {
  readonly queueName: string;
  readonly fifo: boolean;
  /** Only what the request gave. */
  readonly attributes: QueueAttributes;
  readonly tags: Tags;
}

/** The members of a CreateQueue; `tags` is in lower case in AWS's interface. */
export interface CreateQueueParameters {
  readonly QueueName?: unknown;
  readonly Attributes?: unknown;
  readonly tags?: unknown;
}

/** Checks a CreateQueue as SQS does: name, attributes, tags. Whether such a queue exists is for the caller. */
export function validateCreateQueue(input: CreateQueueParameters): ValidCreateQueue {
  const queueName = requireQueueName(input.QueueName);
  const attributes = parseCreateAttributes(queueName, optionalStringEntries(input.Attributes) ?? []);
  const tags = validateTags(optionalStringEntries(input.tags) ?? [], queueName);
  return { queueName, fifo: attributes.FifoQueue === "true", attributes, tags };
}

/** The `QueueName` of CreateQueue and GetQueueUrl; an empty one is for CreateQueue to refuse in its own words. */
export function requireQueueName(value: unknown): string {
  const queueName = optionalString(value);
  if (queueName !== undefined) return queueName;
  throw invalidParameterValue("Value for parameter QueueName is invalid. Reason: Must specify a queue name.");
}
