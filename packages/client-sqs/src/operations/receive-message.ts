import type { Message, ReceiveMessageCommandInput, ReceiveMessageResult } from "@aws-sdk/client-sqs";
import {
  DEFAULT_ACCOUNT_ID,
  OperationError,
  rememberPropagation,
  type Operation,
  type PropagationHeaders,
} from "@warrenmq/core/internal";
import { md5, md5OfMessageAttributes, type IncomingMessage } from "@warrenmq/core/queues";
import { MOST_IN_FLIGHT } from "../broker/in-flight-limit.ts";
import type { ReceivedMessage } from "../broker/queue-deliveries.ts";
import { selectMessageAttributes } from "../model/message-attribute-selection.ts";
import { toMessageAttributeValues } from "../model/message-attribute-values.ts";
import {
  validateReceiveMessage,
  type SystemAttributeName,
  type ValidReceiveMessage,
} from "../model/validate/receive-message.ts";
import type { SqsContext } from "./context.ts";
import { onQueue, requireQueue } from "./queue-lookup.ts";

/** ReceiveMessage: a short poll answers with what is there, a long poll with the first that comes. */
export const receiveMessage: Operation<SqsContext, ReceiveMessageCommandInput, ReceiveMessageResult> = {
  status: "partial",
  difference:
    "A message that its receiver holds comes back at once when that process dies, not after its visibility timeout. FIFO: at most 4,000 messages are in flight, 1,000 in each of four partitions; ReceiveRequestAttemptId holds in the process that used it; see docs/decisions/030-fifo.md.",
  settlesOnAbort: true,
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const request = validateReceiveMessage(input, queue.facts);
    const deliveries = context.sqs.deliveries(queue.name);
    // AWS: a FIFO queue answers nothing to a receive beyond its limit, rather than an error.
    if (!queue.facts.fifo && request.waitTimeSeconds === 0) refuseOverLimit(context, queue.name);
    const received = deliveries.receive(
      {
        max: request.maxNumberOfMessages,
        waitMs: request.waitTimeSeconds * 1_000,
        signal: context.call.signal,
        deadline: context.deadline,
        attemptId: request.receiveRequestAttemptId,
      },
      request.visibilityTimeoutSeconds * 1_000,
    );
    const messages = await onQueue(context, queue.name, received);
    return messages.length === 0 ? {} : { Messages: messages.map((message) => toMessage(message, request)) };
  },
};

/** AWS answers a short poll with OverLimit, and lets a long poll wait. */
function refuseOverLimit({ sqs }: SqsContext, queueName: string): void {
  if (!sqs.isOverLimit(queueName)) return;
  throw new OperationError("OverLimit", `Too many messages are in flight for this queue (limit ${MOST_IN_FLIGHT}).`);
}

function toMessage(received: ReceivedMessage, request: ValidReceiveMessage): Message {
  const { message, messageId, receiptHandle } = received;
  const result: Message = {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
  };
  const propagation = propagationOf(message);
  if (propagation !== undefined) rememberPropagation(result, propagation);
  if (request.systemAttributeNames.size > 0) {
    result.Attributes = selectSystemAttributes(received, request.systemAttributeNames);
  }
  const selected = selectMessageAttributes(message.attributes, request.messageAttributeNames);
  if (selected.length === 0) return result;
  result.MD5OfMessageAttributes = md5OfMessageAttributes(selected);
  result.MessageAttributes = toMessageAttributeValues(selected);
  return result;
}

/** The trace context that came along; also the one that AWS's tracers know. */
function propagationOf({ propagation, systemAttributes }: IncomingMessage): PropagationHeaders | undefined {
  const traceHeader = systemAttributes[0]?.value.toString();
  return traceHeader === undefined ? propagation : { ...propagation, "x-amzn-trace-id": traceHeader };
}

function selectSystemAttributes(
  received: ReceivedMessage,
  names: ReadonlySet<SystemAttributeName>,
): Partial<Record<SystemAttributeName, string>> {
  const selected: Partial<Record<SystemAttributeName, string>> = {};
  for (const name of names) {
    const value = systemAttribute(received, name);
    if (value !== undefined) selected[name] = value;
  }
  return selected;
}

function systemAttribute({ message, ...facts }: ReceivedMessage, name: SystemAttributeName): string | undefined {
  switch (name) {
    case "AWSTraceHeader":
      return message.systemAttributes.find((attribute) => attribute.name === name)?.value.toString();
    case "ApproximateFirstReceiveTimestamp":
      return String(facts.firstReceivedAt);
    case "ApproximateReceiveCount":
      return String(facts.receiveCount);
    case "DeadLetterQueueSourceArn":
      return message.deadLetterQueueSourceArn;
    case "MessageDeduplicationId":
      return message.messageDeduplicationId;
    case "MessageGroupId":
      return message.messageGroupId;
    case "SenderId":
      return message.senderId ?? (message.native ? undefined : DEFAULT_ACCOUNT_ID);
    case "SentTimestamp":
      return message.sentTimestampMs === undefined ? undefined : String(message.sentTimestampMs);
    case "SequenceNumber":
      return facts.sequenceNumber ?? message.sequenceNumber;
  }
}
