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

/**
 * Writes the JSON document in which a subscriber finds a message: AWS's members in AWS's order, laid out as AWS does.
 * Source: "HTTP/HTTPS notification JSON format", SNS guide; FIFO topics as recorded.
 */
export function buildEnvelope(fields: EnvelopeFields, signature: EnvelopeSignature | undefined): string {
  const { sequenceNumber, subject, attributes } = fields;
  let document = begin("Notification") + member("MessageId", fields.messageId);
  if (sequenceNumber !== undefined) document += plainMember("SequenceNumber", sequenceNumber);
  document += repeatedMember("TopicArn", fields.topicArn);
  if (subject !== undefined) document += member("Subject", subject);
  document += member("Message", fields.message) + plainMember("Timestamp", timestamp(fields.publishedAtMs));
  if (signature !== undefined) document += signatureMembers(signature);
  document += repeatedMember("UnsubscribeURL", fields.unsubscribeUrl);
  if (attributes.length > 0) document += `,\n  "MessageAttributes" : ${attributesJson(attributes)}`;
  if (fields.replayed === true) document += ',\n  "Replayed" : true';
  return `${document}\n}`;
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
  const document =
    begin(fields.type) +
    member("MessageId", fields.messageId) +
    member("Token", fields.token) +
    member("TopicArn", fields.topicArn) +
    member("Message", fields.message) +
    member("SubscribeURL", fields.subscribeUrl) +
    member("Timestamp", timestamp(fields.sentAtMs)) +
    signatureMembers(signature);
  return `${document}\n}`;
}

let lastMs = Number.NaN;
let lastTimestamp = "";

/** A time as AWS writes it: ISO 8601 with milliseconds. A busy publisher asks several times in a millisecond. */
export function timestamp(ms: number): string {
  if (ms === lastMs) return lastTimestamp;
  lastMs = ms;
  lastTimestamp = new Date(ms).toISOString();
  return lastTimestamp;
}

function signatureMembers({ signatureVersion, signature, signingCertUrl }: EnvelopeSignature): string {
  return (
    plainMember("SignatureVersion", signatureVersion) +
    plainMember("Signature", signature) +
    repeatedMember("SigningCertURL", signingCertUrl)
  );
}

function begin(type: string): string {
  return `{\n  "Type" : "${type}"`;
}

function member(name: string, value: string): string {
  return `,\n  "${name}" : ${JSON.stringify(value)}`;
}

/** A value of ours, in which JSON has nothing to escape: a number, a time, base64. */
function plainMember(name: string, value: string): string {
  return `,\n  "${name}" : "${value}"`;
}

const MOST_REPEATED = 1_000;
const repeated = new Map<string, string>();

/** A value that comes with message after message, an address say, is written once. */
function repeatedMember(name: string, value: string): string {
  let json = repeated.get(value);
  if (json === undefined) {
    json = JSON.stringify(value);
    if (repeated.size >= MOST_REPEATED) repeated.clear();
    repeated.set(value, json);
  }
  return `,\n  "${name}" : ${json}`;
}

function attributesJson(attributes: MessageAttributes): string {
  const lines = attributes.map(({ name, dataType, value }) => {
    const shown = typeof value === "string" ? value : value.toString("base64");
    return `    ${JSON.stringify(name)} : ${JSON.stringify({ Type: dataType, Value: shown })}`;
  });
  return `{\n${lines.join(",\n")}\n  }`;
}
