import type { OperationError } from "@warrenmq/core/internal";
import { invalidAttributeValue, invalidValue, parseJsonMap } from "@warrenmq/core/queues";
import { isFifoQueueName } from "./queue-name.ts";

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** 1 to 1000. A message moves when its receive count would exceed this. */
  readonly maxReceiveCount: number;
}

const PARAMETER = "RedrivePolicy";
const KEYS = ["maxReceiveCount", "deadLetterTargetArn"] as const;
const MAX_RECEIVE_COUNT = 1000;
const QUEUE_ARN = /^arn:[^:]+:sqs:[^:]*:[^:]*:[A-Za-z0-9_.-]+$/;

/**
 * Reads a RedrivePolicy attribute. `maxReceiveCount` may be a string of digits. That the dead-letter queue is of the
 * same type is seen by its name; whether it exists is for the caller to find out (see {@link deadLetterTargetMissing}).
 * @param text the attribute's value, not empty
 * @param fifo whether the queue that gets the policy is a FIFO queue
 */
export function parseRedrivePolicy(text: string, fifo: boolean): RedrivePolicy {
  const policy = parseJsonMap(text);
  if (policy === undefined) throw invalidAttributeValue(PARAMETER, "Redrive policy is not a valid JSON map.");
  for (const key of KEYS) {
    if (policy.has(key)) continue;
    throw invalidValue(PARAMETER, text, `Redrive policy does not contain mandatory attribute: ${key}.`);
  }
  if (policy.size > KEYS.length) {
    throw invalidValue(PARAMETER, text, `Only following attributes are supported: [${KEYS.join(", ")}].`);
  }
  const maxReceiveCount = parseMaxReceiveCount(policy.get("maxReceiveCount"), text);
  const deadLetterTargetArn = policy.get("deadLetterTargetArn");
  if (typeof deadLetterTargetArn !== "string" || !QUEUE_ARN.test(deadLetterTargetArn)) {
    throw invalidValue(PARAMETER, text, "Only SQS queues are valid resources for deadLetterTargetArn.");
  }
  if (isFifoQueueName(deadLetterTargetArn) !== fifo) {
    // The two full stops are AWS's.
    throw invalidValue(PARAMETER, text, "Dead-letter queue must be same type of queue as the source..");
  }
  return { deadLetterTargetArn, maxReceiveCount };
}

function parseMaxReceiveCount(value: unknown, text: string): number {
  const count = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof count === "number" && Number.isInteger(count) && count >= 1 && count <= MAX_RECEIVE_COUNT) return count;
  const shown = typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value);
  throw invalidValue(
    PARAMETER,
    text,
    `Invalid value for maxReceiveCount: ${shown}, valid values are from 1 to ${MAX_RECEIVE_COUNT} both inclusive.`,
  );
}

/** The attribute's value as AWS gives it back: compact, `maxReceiveCount` a number. */
export function formatRedrivePolicy(policy: RedrivePolicy): string {
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  return JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
}

/** What CreateQueue and SetQueueAttributes answer when the dead-letter queue of a policy does not exist. */
export function deadLetterTargetMissing(policy: RedrivePolicy): OperationError {
  return invalidValue(PARAMETER, formatRedrivePolicy(policy), "Dead letter target does not exist.");
}
