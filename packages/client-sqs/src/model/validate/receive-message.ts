import { notValidForQueueType, unknownAttribute } from "@warrenmq/core/queues";
import { optionalStringList } from "../json-types.ts";
import { isQueueAttributeName } from "../queue-attribute-table.ts";
import type { QueueFacts } from "../queue-facts.ts";
import { optionalFifoId } from "./fifo-id.ts";
import { optionalInRange } from "./range.ts";

/** The system attributes that a received message can have. */
const SYSTEM_ATTRIBUTE_NAMES = [
  "AWSTraceHeader",
  "ApproximateFirstReceiveTimestamp",
  "ApproximateReceiveCount",
  "DeadLetterQueueSourceArn",
  "MessageDeduplicationId",
  "MessageGroupId",
  "SenderId",
  "SentTimestamp",
  "SequenceNumber",
] as const;

/** The name of a system attribute of a received message (`All` is not one). */
export type SystemAttributeName = (typeof SYSTEM_ATTRIBUTE_NAMES)[number];

const ALL: ReadonlySet<SystemAttributeName> = new Set(SYSTEM_ATTRIBUTE_NAMES);
const NONE: ReadonlySet<SystemAttributeName> = new Set();
const NO_NAMES: readonly string[] = [];

/** A ReceiveMessage that may be carried out, with the queue's defaults filled in. */
export interface ValidReceiveMessage {
  /** 1 to 10. */
  readonly maxNumberOfMessages: number;
  readonly visibilityTimeoutSeconds: number;
  /** 0: do not wait. */
  readonly waitTimeSeconds: number;
  /** `All` is resolved. */
  readonly systemAttributeNames: ReadonlySet<SystemAttributeName>;
  /** Names and patterns, for `selectMessageAttributes`. */
  readonly messageAttributeNames: readonly string[];
  /** FIFO queues only. */
  readonly receiveRequestAttemptId: string | undefined;
}

/** The members of a ReceiveMessage other than its QueueUrl. */
export interface ReceiveMessageParameters {
  readonly AttributeNames?: unknown;
  readonly MessageSystemAttributeNames?: unknown;
  readonly MessageAttributeNames?: unknown;
  readonly MaxNumberOfMessages?: unknown;
  readonly VisibilityTimeout?: unknown;
  readonly WaitTimeSeconds?: unknown;
  readonly ReceiveRequestAttemptId?: unknown;
}

/** What validation needs to know of the queue. */
export type ReceiveQueueFacts = Pick<QueueFacts, "fifo" | "visibilityTimeoutSeconds" | "receiveMessageWaitTimeSeconds">;

/** Checks a ReceiveMessage as SQS does. */
export function validateReceiveMessage(input: ReceiveMessageParameters, queue: ReceiveQueueFacts): ValidReceiveMessage {
  const max = optionalInRange(
    "MaxNumberOfMessages",
    input.MaxNumberOfMessages,
    1,
    10,
    "Must be between 1 and 10, if provided.",
  );
  const wait = optionalInRange("WaitTimeSeconds", input.WaitTimeSeconds, 0, 20, "Must be >= 0 and <= 20, if provided.");
  const visibility = optionalInRange(
    "VisibilityTimeout",
    input.VisibilityTimeout,
    0,
    43_200,
    "Must be >= 0 and <= 43200, if provided.",
  );
  return {
    maxNumberOfMessages: max ?? 1,
    visibilityTimeoutSeconds: visibility ?? queue.visibilityTimeoutSeconds,
    waitTimeSeconds: wait ?? queue.receiveMessageWaitTimeSeconds,
    systemAttributeNames: systemAttributeNames(input.AttributeNames, input.MessageSystemAttributeNames),
    messageAttributeNames: optionalStringList(input.MessageAttributeNames) ?? NO_NAMES,
    receiveRequestAttemptId: validateAttemptId(input.ReceiveRequestAttemptId, queue.fifo),
  };
}

/** The union of both lists: `AttributeNames` is the older name of the same thing. */
function systemAttributeNames(older: unknown, newer: unknown): ReadonlySet<SystemAttributeName> {
  const fromOlder = optionalStringList(older) ?? NO_NAMES;
  const fromNewer = optionalStringList(newer) ?? NO_NAMES;
  if (fromOlder.length === 0 && fromNewer.length === 0) return NONE;
  const names = new Set<SystemAttributeName>();
  // The SDK types AttributeNames as names of queue attributes, so code that compiles may hold one: it asks for nothing.
  const asked = [...fromOlder.filter((name) => name === "All" || !isQueueAttributeName(name)), ...fromNewer];
  for (const name of asked) {
    if (name !== "All") names.add(requireSystemAttributeName(name));
  }
  return asked.includes("All") ? ALL : names;
}

function requireSystemAttributeName(name: string): SystemAttributeName {
  const known = SYSTEM_ATTRIBUTE_NAMES.find((candidate) => candidate === name);
  if (known === undefined) throw unknownAttribute(name);
  return known;
}

function validateAttemptId(value: unknown, fifo: boolean): string | undefined {
  const id = optionalFifoId("ReceiveRequestAttemptId", value);
  if (id === undefined || fifo) return id;
  throw notValidForQueueType("ReceiveRequestAttemptId", id);
}
