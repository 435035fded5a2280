import { OperationError } from "@warrenmq/core/internal";
import {
  attributesByteLength,
  hasOnlyValidCharacters,
  INVALID_CHARACTERS,
  invalidParameterValue,
  type MessageAttributes,
  missingParameter,
  notValidForQueueType,
  sha256,
} from "@warrenmq/core/queues";
import { optionalInteger, optionalString } from "../json-types.ts";
import type { QueueFacts } from "../queue-facts.ts";
import { optionalFifoId } from "./fifo-id.ts";
import { validateMessageAttributes, validateMessageSystemAttributes } from "./message-attributes.ts";
import { optionalInRange } from "./range.ts";

/** The parameters of one message to be sent, alone or in a batch. */
export interface SendMessageParameters {
  readonly MessageBody?: unknown;
  readonly DelaySeconds?: unknown;
  readonly MessageAttributes?: unknown;
  readonly MessageSystemAttributes?: unknown;
  readonly MessageDeduplicationId?: unknown;
  readonly MessageGroupId?: unknown;
}

/** What validation needs to know of the queue. */
export type SendQueueFacts = Pick<QueueFacts, "fifo" | "maximumMessageSize" | "contentBasedDeduplication">;

/** A message that may be sent. */
export interface ValidSendMessage {
  /** The body in UTF-8. */
  readonly body: Buffer;
  readonly attributes: MessageAttributes;
  readonly systemAttributes: MessageAttributes;
  /** The message's own delay; `undefined` means the queue's. Always `undefined` on a FIFO queue. */
  readonly delaySeconds: number | undefined;
  /** Always there on a FIFO queue; on a standard queue it makes the queue fair. */
  readonly messageGroupId: string | undefined;
  /** Always there on a FIFO queue (the SHA-256 of the body under content-based deduplication), never on another. */
  readonly messageDeduplicationId: string | undefined;
  /** What counts towards MaximumMessageSize: body and attributes, not system attributes. */
  readonly sizeBytes: number;
}

/** Checks a SendMessage as SQS does. The QueueUrl is checked before, when the queue is looked up. */
export function validateSendMessage(input: SendMessageParameters, queue: SendQueueFacts): ValidSendMessage {
  const message = validateMessage(input, queue, "SendMessage");
  if (message.sizeBytes > queue.maximumMessageSize) {
    throw invalidParameterValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumMessageSize} bytes.`,
    );
  }
  return message;
}

/** Checks all of a message but its size, for which SendMessage and SendMessageBatch have different messages. */
export function validateMessage(
  input: SendMessageParameters,
  queue: SendQueueFacts,
  operation: string,
): ValidSendMessage {
  const text = requireMessageBody(input.MessageBody);
  if (!hasOnlyValidCharacters(text)) throw new OperationError("InvalidMessageContents", INVALID_CHARACTERS);
  const body = Buffer.from(text);
  const attributes = validateMessageAttributes(input.MessageAttributes, operation);
  const systemAttributes = validateMessageSystemAttributes(input.MessageSystemAttributes);
  const messageGroupId = optionalFifoId("MessageGroupId", input.MessageGroupId);
  return {
    body,
    attributes,
    systemAttributes,
    delaySeconds: validateDelay(input.DelaySeconds, queue.fifo),
    messageGroupId: queue.fifo ? requireMessageGroupId(messageGroupId) : messageGroupId,
    messageDeduplicationId: deduplicationId(input.MessageDeduplicationId, body, queue),
    sizeBytes: body.length + (attributes.length === 0 ? 0 : attributesByteLength(attributes)),
  };
}

/** @throws OperationError `MissingParameter` when the body is absent or empty. */
export function requireMessageBody(value: unknown): string {
  const text = optionalString(value);
  if (text === undefined || text === "") throw missingParameter("MessageBody");
  return text;
}

function validateDelay(value: unknown, fifo: boolean): number | undefined {
  if (!fifo) return optionalInRange("DelaySeconds", value, 0, 900, "DelaySeconds must be >= 0 and <= 900.");
  const delay = optionalInteger(value);
  // Zero is allowed on a FIFO queue and means the queue's delay.
  if (delay === undefined || delay === 0) return undefined;
  throw notValidForQueueType("DelaySeconds", delay);
}

function requireMessageGroupId(messageGroupId: string | undefined): string {
  if (messageGroupId === undefined) throw missingParameter("MessageGroupId");
  return messageGroupId;
}

function deduplicationId(value: unknown, body: Buffer, queue: SendQueueFacts): string | undefined {
  const id = optionalFifoId("MessageDeduplicationId", value);
  if (!queue.fifo) {
    if (id === undefined) return undefined;
    throw notValidForQueueType("MessageDeduplicationId", id);
  }
  if (id !== undefined) return id;
  if (!queue.contentBasedDeduplication) throw deduplicationMissing();
  return sha256(body);
}

/** What a FIFO queue without content-based deduplication answers to a message without a MessageDeduplicationId. */
export function deduplicationMissing(): OperationError {
  return invalidParameterValue(
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}
