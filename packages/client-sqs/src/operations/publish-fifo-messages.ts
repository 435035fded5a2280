import type { SendMessageResult } from "@aws-sdk/client-sqs";
import {
  encodeMessage,
  type FifoOutgoing,
  missingParameter,
  newMessageId,
  sequenceNumber,
} from "@warrenmq/core/queues";
import type { ValidSendMessage } from "../model/validate/send-message.ts";
import type { SqsContext } from "./context.ts";
import { outgoingMessage, sendResult } from "./publish-message.ts";
import { queueDoesNotExist, type Queue } from "./queue-lookup.ts";

/** What came of one message. */
export interface FifoPublishOutcome<Message> {
  readonly message: Message;
  readonly outcome: { readonly result: SendMessageResult } | { readonly error: unknown };
}

/** Publishes checked messages to a FIFO queue, in this order. A duplicate gets the original's MessageId and SequenceNumber. */
export async function publishFifoMessages<Message extends ValidSendMessage>(
  context: SqsContext,
  queue: Queue,
  messages: readonly Message[],
): Promise<FifoPublishOutcome<Message>[]> {
  const fifo = context.sqs.fifo(queue.name);
  if (fifo === undefined) throw queueDoesNotExist(); // deleted a moment ago
  const outgoing = messages.map((message) => fifoOutgoing(context, message));
  const outcomes = await fifo.sender.send(outgoing, context.deadline);
  return messages.map((message, index) => {
    const outcome = outcomes[index] ?? { error: undefined };
    if ("error" in outcome) return { message, outcome };
    const { messageId, position } = outcome.sent;
    const result = { ...sendResult(message, messageId), SequenceNumber: sequenceNumber(position) };
    return { message, outcome: { result } };
  });
}

/** Publishes one message to a FIFO queue. @throws RabbitError when the broker did not take it */
export async function publishFifoMessage(
  context: SqsContext,
  queue: Queue,
  message: ValidSendMessage,
): Promise<SendMessageResult> {
  const [published] = await publishFifoMessages(context, queue, [message]);
  if (published === undefined) throw new Error("A message was sent without an outcome.");
  if ("error" in published.outcome) throw published.outcome.error;
  return published.outcome.result;
}

function fifoOutgoing(context: SqsContext, message: ValidSendMessage): FifoOutgoing {
  const { messageGroupId, messageDeduplicationId } = message;
  // Validation has made sure of both.
  if (messageGroupId === undefined || messageDeduplicationId === undefined) throw missingParameter("MessageGroupId");
  const now = Date.now();
  const messageId = newMessageId(now);
  const outgoing = { ...outgoingMessage(context, message, messageId, now), messageDeduplicationId };
  return {
    messageId,
    groupId: messageGroupId,
    deduplicationId: messageDeduplicationId,
    encode: (logOffset) => encodeMessage({ ...outgoing, logOffset }),
  };
}
