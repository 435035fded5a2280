import type { IncomingMessage, QueueRecord } from "@warrenmq/core/queues";
import { queueNameOfArn } from "./queue-arn.ts";
import { factsOf, type QueueFacts } from "./queue-facts.ts";
import { receivedHereBefore } from "./receive-count.ts";

/**
 * Clocks of different hosts may differ by this much without a delayed message being taken for one of an earlier queue.
 * Half of the 60 seconds that lie between a queue's deletion and its namesake's creation.
 */
const CLOCK_TOLERANCE_MS = 30_000;

/** What becomes of a message that the broker delivers. */
export type Verdict = "hand-out" | "drop" | "dead-letter";

/** What decides it. Made anew when the queue's attributes change, so a change holds for messages that are queued already. */
export interface DeliveryRules {
  /** MessageRetentionPeriod. */
  readonly retentionMs: number;
  /** A delayed message sent before this moment (epoch, ms) was purged, or meant for an earlier queue of this name. */
  readonly delayedSinceMs: number;
  /** DelaySeconds. A FIFO queue's receivers keep to it; on a standard queue delayed messages come by way of a delay. */
  readonly delayMs: number;
  /** `undefined` without a RedrivePolicy. */
  readonly deadLetters: DeadLetterRule | undefined;
}

/** A queue's RedrivePolicy, as the receiving side needs it. */
export interface DeadLetterRule {
  readonly maxReceiveCount: number;
  /** Name of the dead-letter queue. */
  readonly queueName: string;
  /** ARN of the queue that has the policy: the message's DeadLetterQueueSourceArn. */
  readonly sourceArn: string;
}

const rulesOfRecord = new WeakMap<QueueRecord, { readonly purgedAtMs: number | undefined; rules: DeliveryRules }>();

/** The rules for deliveries of a queue, worked out once for each version of its record. */
export function deliveryRules(record: QueueRecord, purgedAtMs: number | undefined): DeliveryRules {
  const known = rulesOfRecord.get(record);
  if (known !== undefined && known.purgedAtMs === purgedAtMs) return known.rules;
  const rules = makeRules(record, factsOf(record), purgedAtMs);
  rulesOfRecord.set(record, { purgedAtMs, rules });
  return rules;
}

function makeRules(record: QueueRecord, facts: QueueFacts, purgedAtMs: number | undefined): DeliveryRules {
  return {
    retentionMs: facts.messageRetentionPeriodSeconds * 1_000,
    delayedSinceMs: Math.max(record.createdAt - CLOCK_TOLERANCE_MS, purgedAtMs ?? 0),
    delayMs: facts.delaySeconds * 1_000,
    deadLetters: deadLetterRule(record.name, facts),
  };
}

/** Source and dead-letter queue are of one account and region, so one ARN gives the other. */
function deadLetterRule(queueName: string, { redrivePolicy }: QueueFacts): DeadLetterRule | undefined {
  if (redrivePolicy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = redrivePolicy;
  const deadLetterQueue = queueNameOfArn(deadLetterTargetArn);
  if (deadLetterQueue === queueName) return undefined; // nothing would be gained by moving it
  const sourceArn = deadLetterTargetArn.slice(0, -deadLetterQueue.length) + queueName;
  return { maxReceiveCount, queueName: deadLetterQueue, sourceArn };
}

/** A delivery to be judged. */
export interface JudgedMessage extends Pick<
  IncomingMessage,
  "native" | "sentTimestampMs" | "receiveCount" | "earlierReceiveCount" | "deliveryCount"
> {
  /** Whether it came by way of a delay. */
  readonly delayed: boolean;
}

/**
 * What becomes of a delivery. A native message does not age: its `timestamp` is what its publisher says, perhaps the time
 * of a business event. A message is dead-lettered at the receive that would exceed maxReceiveCount, as SQS does it.
 */
export function judge(message: JudgedMessage, rules: DeliveryRules, nowMs: number): Verdict {
  const { native, sentTimestampMs, delayed } = message;
  if (!native && sentTimestampMs !== undefined) {
    if (nowMs - sentTimestampMs > rules.retentionMs) return "drop";
    if (delayed && sentTimestampMs < rules.delayedSinceMs) return "drop";
  }
  const { deadLetters } = rules;
  if (deadLetters !== undefined && receivedHereBefore(message) >= deadLetters.maxReceiveCount) return "dead-letter";
  return "hand-out";
}
