import { timeOfMessageId } from "../message-id.ts";
import { HEADERS, type PublishableMessage, type WireDelivery } from "../wire-message.ts";
import { isBrokerHeader } from "./header-name.ts";
import { messageIdOf } from "./message-id.ts";

/** What is different in the copy. A member that is `null` is removed, one that is absent stays as it came. */
export interface RepublishChanges {
  readonly messageId?: string;
  readonly sentTimestampMs?: number;
  readonly receiveCount?: number | null;
  readonly earlierReceiveCount?: number | null;
  readonly firstReceiveTimestampMs?: number | null;
  readonly deadLetterQueueSourceArn?: string | null;
  readonly messageGroupId?: string;
  readonly messageDeduplicationId?: string;
  /** For a FIFO queue: up to which offset its log has been read. */
  readonly logOffset?: number;
  /** The copy does not expire, where a native publisher had said that the message does. */
  readonly expiration?: null;
}

/** Not among them is `user-id`, which the broker compares with the connection's user. */
const TEXTS = ["contentType", "contentEncoding", "correlationId", "type", "appId", "replyTo", "expiration"] as const;
const NUMBERS = ["timestamp", "priority"] as const;

/**
 * A delivered message, ready to be published again: content and properties as they came, whoever published it, without
 * the headers that route (`CC`, `BCC`) and those that the broker adds. Up to 3.13 the broker believes an `x-death` that it
 * is given, and drops the message as one that goes in circles.
 */
export function republishMessage(delivery: WireDelivery, changes: RepublishChanges): PublishableMessage {
  const { content, properties } = delivery;
  const kept: Partial<Record<(typeof TEXTS)[number], string> & Record<(typeof NUMBERS)[number], number>> = {};
  for (const name of TEXTS) {
    const value = properties[name];
    if (typeof value === "string") kept[name] = value;
  }
  for (const name of NUMBERS) {
    const value = properties[name];
    if (typeof value === "number") kept[name] = value;
  }
  if (changes.expiration === null) delete kept.expiration;
  if (changes.sentTimestampMs !== undefined) kept.timestamp = Math.floor(changes.sentTimestampMs / 1_000);
  const messageId = changes.messageId ?? keptMessageId(delivery);
  const headers = headersOf(properties, messageId, changes);
  return { content, properties: { ...kept, messageId, persistent: true, headers } };
}

/** A message without an id gets the one that receivers have seen: the hash it is made of covers the headers. */
function keptMessageId(delivery: WireDelivery): string {
  const { messageId } = delivery.properties;
  return typeof messageId === "string" && messageId !== "" ? messageId : messageIdOf(delivery);
}

function headersOf(
  { headers }: WireDelivery["properties"],
  messageId: string,
  changes: RepublishChanges,
): Record<string, unknown> | undefined {
  const given = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
  const kept = new Map<string, unknown>(given.filter(([name]) => !isBrokerHeader(name)));
  const { sentTimestampMs } = changes;
  change(
    kept,
    HEADERS.sentTimestamp,
    sentTimestampMs !== undefined && timeOfMessageId(messageId) === sentTimestampMs ? null : sentTimestampMs,
  );
  change(kept, HEADERS.receiveCount, changes.receiveCount);
  change(kept, HEADERS.earlierReceiveCount, changes.earlierReceiveCount);
  change(kept, HEADERS.firstReceiveTimestamp, changes.firstReceiveTimestampMs);
  change(kept, HEADERS.deadLetterQueueSourceArn, changes.deadLetterQueueSourceArn);
  change(kept, HEADERS.messageGroupId, changes.messageGroupId);
  change(kept, HEADERS.messageDeduplicationId, changes.messageDeduplicationId);
  change(kept, HEADERS.logOffset, changes.logOffset);
  return kept.size === 0 ? undefined : Object.fromEntries(kept);
}

function change(headers: Map<string, unknown>, name: string, value: string | number | null | undefined): void {
  if (value === null) headers.delete(name);
  else if (value !== undefined) headers.set(name, value);
}
