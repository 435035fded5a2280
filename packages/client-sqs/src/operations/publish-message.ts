import type { SendMessageResult } from "@aws-sdk/client-sqs";
import { DEFAULT_ACCOUNT_ID } from "@warrenmq/core/internal";
import {
  encodeMessage,
  md5,
  md5OfMessageAttributes,
  type MessageAttributes,
  newMessageId,
  type OutgoingMessage,
  type PublishableMessage,
  sentTimestampFor,
} from "@warrenmq/core/queues";
import type { ValidSendMessage } from "../model/validate/send-message.ts";
import type { SqsContext } from "./context.ts";
import type { Queue } from "./queue-lookup.ts";

/** RabbitMQ 4.0 and later: two messages of this priority go ahead of each one of less than 5. Earlier versions ignore it. */
const QUIET_PRIORITY = 5;

/** Publishes one checked message to its queue, at once or delayed, and waits for the broker's confirm. */
export async function publishMessage(
  context: SqsContext,
  queue: Queue,
  message: ValidSendMessage,
): Promise<SendMessageResult> {
  const now = sentTimestampFor(context.sqs.registry.state, queue.record, Date.now());
  const messageId = newMessageId(now);
  const { sqs, deadline } = context;
  const encoded = encodeMessage(outgoingMessage(context, message, messageId, now));
  const delaySeconds = message.delaySeconds ?? queue.facts.delaySeconds;
  const { messageGroupId } = message;
  // Not while it is delayed: a delay queue expires from its head.
  const isAhead = messageGroupId !== undefined && delaySeconds === 0 && sqs.isQuiet(queue.name, messageGroupId, now);
  const wire = isAhead ? withPriority(encoded, QUIET_PRIORITY) : encoded;
  const confirmed = sqs.publish(queue.name, delaySeconds, wire, deadline);
  // Worked out while the broker stores the message.
  const result = sendResult(message, messageId);
  await confirmed;
  return result;
}

function withPriority({ content, properties }: PublishableMessage, priority: number): PublishableMessage {
  return { content, properties: { ...properties, priority } };
}

/** The message as it is to be published. */
export function outgoingMessage(
  { call, accountId }: SqsContext,
  message: ValidSendMessage,
  messageId: string,
  sentTimestampMs: number,
): OutgoingMessage {
  return {
    messageId,
    body: message.body,
    attributes: message.attributes,
    systemAttributes: withTraceHeader(message.systemAttributes, call.traceHeader),
    sentTimestampMs,
    senderId: accountId === DEFAULT_ACCOUNT_ID ? undefined : accountId,
    messageGroupId: message.messageGroupId,
    propagation: call.propagation,
  };
}

/** What SendMessage answers: the digests are those of this message, also when it repeats another. */
export function sendResult(message: ValidSendMessage, messageId: string): SendMessageResult {
  const result: SendMessageResult = { MD5OfMessageBody: md5(message.body), MessageId: messageId };
  const attributesMd5 = md5OfMessageAttributes(message.attributes);
  if (attributesMd5 !== undefined) result.MD5OfMessageAttributes = attributesMd5;
  const systemMd5 = md5OfMessageAttributes(message.systemAttributes);
  if (systemMd5 !== undefined) result.MD5OfMessageSystemAttributes = systemMd5;
  return result;
}

/** The `X-Amzn-Trace-Id` of the request becomes AWSTraceHeader, unless the message brings its own. Recorded from AWS. */
function withTraceHeader(attributes: MessageAttributes, traceHeader: string | undefined): MessageAttributes {
  if (traceHeader === undefined || attributes.length > 0) return attributes;
  return [{ name: "AWSTraceHeader", dataType: "String", value: traceHeader }];
}
