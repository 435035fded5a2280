import type { MessageAttributes } from "@warrenmq/core/queues";

/** What an envelope tells of a message. */
export interface EnvelopeFields {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** When the message was published, milliseconds since the epoch. */
  readonly publishedAtMs: number;
  readonly attributes: MessageAttributes;
  readonly unsubscribeUrl: string;
  /** FIFO topics only; their envelopes have no signature. */
  readonly sequenceNumber?: string | undefined;
  /** A message from the topic's archive. */
  readonly replayed?: boolean;
}

/** The signature's part of an envelope. */
export interface EnvelopeSignature {
  readonly signatureVersion: "1" | "2";
  /** Base64. */
  readonly signature: string;
  readonly signingCertUrl: string;
}

type Member = readonly [name: string, json: string];

/**
 * Writes the JSON document in which a subscriber finds a message: AWS's members in AWS's order, laid out as AWS does.
 * Source: "HTTP/HTTPS notification JSON format", SNS guide; FIFO topics as recorded.
 */
export function buildEnvelope(fields: EnvelopeFields, signature: EnvelopeSignature | undefined): string {
  const members: Member[] = [text("Type", "Notification"), text("MessageId", fields.messageId)];
  if (fields.sequenceNumber !== undefined) members.push(text("SequenceNumber", fields.sequenceNumber));
  members.push(text("TopicArn", fields.topicArn));
  if (fields.subject !== undefined) members.push(text("Subject", fields.subject));
  members.push(text("Message", fields.message), text("Timestamp", timestamp(fields.publishedAtMs)));
  if (signature !== undefined) members.push(...signatureMembers(signature));
  members.push(text("UnsubscribeURL", fields.unsubscribeUrl));
  if (fields.attributes.length > 0) members.push(["MessageAttributes", attributesJson(fields.attributes)]);
  if (fields.replayed === true) members.push(["Replayed", "true"]);
  return layOut(members);
}

/** What a confirmation tells. */
export interface ConfirmationFields {
  readonly type: "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly messageId: string;
  readonly topicArn: string;
  readonly token: string;
  readonly message: string;
  readonly subscribeUrl: string;
  readonly sentAtMs: number;
}

/** Writes the document that asks an endpoint to confirm, in AWS's order. */
export function buildConfirmation(fields: ConfirmationFields, signature: EnvelopeSignature): string {
  return layOut([
    text("Type", fields.type),
    text("MessageId", fields.messageId),
    text("Token", fields.token),
    text("TopicArn", fields.topicArn),
    text("Message", fields.message),
    text("SubscribeURL", fields.subscribeUrl),
    text("Timestamp", timestamp(fields.sentAtMs)),
    ...signatureMembers(signature),
  ]);
}

/** A time as AWS writes it: ISO 8601 with milliseconds. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

function signatureMembers({ signatureVersion, signature, signingCertUrl }: EnvelopeSignature): readonly Member[] {
  return [
    text("SignatureVersion", signatureVersion),
    text("Signature", signature),
    text("SigningCertURL", signingCertUrl),
  ];
}

function text(name: string, value: string): Member {
  return [name, JSON.stringify(value)];
}

function attributesJson(attributes: MessageAttributes): string {
  const lines = attributes.map(({ name, dataType, value }) => {
    const shown = typeof value === "string" ? value : value.toString("base64");
    return `    ${JSON.stringify(name)} : ${JSON.stringify({ Type: dataType, Value: shown })}`;
  });
  return `{\n${lines.join(",\n")}\n  }`;
}

function layOut(members: readonly Member[]): string {
  return `{\n${members.map(([name, json]) => `  "${name}" : ${json}`).join(",\n")}\n}`;
}
