import { attributesByteLength, sha256, type MessageAttributes } from "@warrenmq/core/queues";
import { invalidParameter } from "../errors.ts";
import { optionalText } from "../input.ts";
import { parseMessageStructure, plainTexts, type MessageTexts } from "../message-structure.ts";
import type { TopicFacts } from "../topic-facts.ts";
import { validateMessageAttributes } from "./message-attributes.ts";

/** The parameters of one message, alone or in a batch. */
export interface PublishParameters {
  readonly Message?: unknown;
  readonly Subject?: unknown;
  readonly MessageStructure?: unknown;
  readonly MessageAttributes?: unknown;
  readonly MessageGroupId?: unknown;
  readonly MessageDeduplicationId?: unknown;
}

/** A message that may be published. */
export interface ValidPublish {
  readonly texts: MessageTexts;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes;
  /** Always there for a FIFO topic; of another topic it goes to queues, where it makes them fair. */
  readonly messageGroupId: string | undefined;
  /** Always there for a FIFO topic (the SHA-256 of the message under content-based deduplication), never for another. */
  readonly messageDeduplicationId: string | undefined;
  /** What counts towards the limit: message and attributes. */
  readonly sizeBytes: number;
}

const MAX_SUBJECT_LENGTH = 100;
const CONTROL_CHARACTER = /[\p{Cc}\u2028\u2029]/u;
const FIFO_ID = /^[\u0021-\u007E]{1,128}$/;

/** Checks a Publish as SNS does, all but the topic. @throws OperationError */
export function validatePublish(
  input: PublishParameters,
  topic: TopicFacts,
  attributesPath = "messageAttributes",
): ValidPublish {
  const message = optionalText(input.Message);
  if (message === undefined || message === "") throw invalidParameter("Empty message");
  const attributes = validateMessageAttributes(input.MessageAttributes, attributesPath);
  const sizeBytes = Buffer.byteLength(message) + attributesByteLength(attributes);
  return {
    texts: textsOf(message, input.MessageStructure),
    subject: subjectOf(input.Subject),
    attributes,
    messageGroupId: groupOf(input.MessageGroupId, topic),
    messageDeduplicationId: deduplicationOf(input.MessageDeduplicationId, message, topic),
    sizeBytes,
  };
}

/** @throws OperationError `InvalidParameter` */
export function checkSize({ sizeBytes }: ValidPublish, { maximumMessageSize }: TopicFacts): void {
  if (sizeBytes > maximumMessageSize) throw invalidParameter("Message too long");
}

function textsOf(message: string, structure: unknown): MessageTexts {
  const kind = optionalText(structure);
  if (kind === undefined || kind === "") return plainTexts(message);
  if (kind === "json") return parseMessageStructure(message);
  throw invalidParameter("MessageStructure");
}

function subjectOf(value: unknown): string | undefined {
  const subject = optionalText(value);
  if (subject === undefined) return undefined;
  if (subject === "" || subject.length >= MAX_SUBJECT_LENGTH || CONTROL_CHARACTER.test(subject)) {
    throw invalidParameter("Subject");
  }
  return subject;
}

function groupOf(value: unknown, { fifo }: TopicFacts): string | undefined {
  const group = optionalText(value);
  if (group === undefined && fifo) throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  return checkId("MessageGroupId", group);
}

function deduplicationOf(value: unknown, message: string, topic: TopicFacts): string | undefined {
  const id = optionalText(value);
  if (!topic.fifo && id !== undefined) {
    throw invalidParameter(
      "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
  }
  if (!topic.fifo || id !== undefined) return checkId("MessageDeduplicationId", id);
  if (topic.contentBasedDeduplication) return sha256(message);
  throw invalidParameter(
    "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}

function checkId(parameter: string, id: string | undefined): string | undefined {
  if (id === undefined || FIFO_ID.test(id)) return id;
  throw invalidParameter(
    `${parameter} Reason: ${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
