import { attributesByteLength, type MessageAttributes, type OutgoingMessage } from "@warrenmq/core/queues";
import { DEFAULT_ACCOUNT_ID, partitionOf, type PropagationHeaders } from "@warrenmq/core/internal";
import { copyId } from "./copy-id.ts";
import { buildEnvelope, type EnvelopeFields } from "./envelope.ts";
import { textFor, type MessageTexts } from "./message-structure.ts";
import { notificationText, signText, type SigningKey } from "./signature.ts";
import type { Protocol } from "./sns-registry.ts";

/** One published message on its way to the subscribers. */
export interface Notification {
  readonly messageId: string;
  readonly publishedAtMs: number;
  readonly topicArn: string;
  readonly texts: MessageTexts;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes;
  readonly messageGroupId: string | undefined;
  readonly messageDeduplicationId: string | undefined;
  /** FIFO topics only. */
  readonly sequenceNumber: string | undefined;
  /** AWSTraceHeader, if the publisher had one. */
  readonly traceHeader: string | undefined;
  /** The publisher's trace context, if it had one. */
  readonly propagation?: PropagationHeaders | undefined;
  readonly accountId: string;
  readonly replayed?: boolean;
  readonly signatureVersion: "1" | "2";
  /** Signs the envelopes, where publishers were given a key. */
  readonly signingKey?: SigningKey | undefined;
}

/** How a subscriber gets a message: as it is, or in SNS's JSON document. */
export type Format = "raw" | "envelope";

/** AWS: a raw message with more attributes than a queue takes is not delivered. */
export const MOST_RAW_ATTRIBUTES = 10;

/**
 * The signature of the envelope that subscribers of a protocol get, in base64. `undefined` when it has none: the
 * publisher was given no key, or the topic is a FIFO one.
 */
export function signatureFor(notification: Notification, protocol: Protocol): Promise<string> | undefined {
  const { signingKey, signatureVersion, sequenceNumber, texts } = notification;
  if (signingKey === undefined || sequenceNumber !== undefined) return undefined;
  const fields = envelopeFields(notification, textFor(texts, protocol));
  return signText(notificationText(fields), signatureVersion, signingKey.privateKey);
}

/** The message as a queue gets it. */
export function outgoingMessage(
  notification: Notification,
  format: Format,
  protocol: Protocol,
  signature = "",
): OutgoingMessage {
  const text = textFor(notification.texts, protocol);
  if (format === "raw") return withBody(notification, format, text);
  const { sequenceNumber, signatureVersion, signingKey } = notification;
  const signingCertUrl = signature === "" ? "" : (signingKey?.signingCertUrl ?? "");
  // A FIFO topic's envelopes have no signature at all.
  const signed = sequenceNumber === undefined ? { signatureVersion, signature, signingCertUrl } : undefined;
  return withBody(notification, format, buildEnvelope(envelopeFields(notification, text), signed));
}

/** What of a message counts towards a queue's MaximumMessageSize. */
export function messageByteLength({ body, attributes }: OutgoingMessage): number {
  return attributes.length === 0 ? body.length : body.length + attributesByteLength(attributes);
}

function envelopeFields(notification: Notification, message: string): EnvelopeFields {
  const { messageId, topicArn, subject, publishedAtMs, attributes, sequenceNumber, replayed } = notification;
  return {
    messageId,
    topicArn,
    subject,
    message,
    publishedAtMs,
    attributes,
    sequenceNumber,
    unsubscribeUrl: unsubscribeUrl(topicArn),
    ...(replayed === true ? { replayed } : {}),
  };
}

const MOST_TOPICS = 1_000;
const unsubscribeUrls = new Map<string, string>();

/** One message serves all subscribers of a topic, so its address names the topic where AWS's names the subscription. */
function unsubscribeUrl(topicArn: string): string {
  const known = unsubscribeUrls.get(topicArn);
  if (known !== undefined) return known;
  const region = topicArn.split(":")[3] ?? "";
  const url = `https://sns.${region}.${partitionOf(region).dnsSuffix}/?Action=Unsubscribe&SubscriptionArn=${topicArn}`;
  if (unsubscribeUrls.size >= MOST_TOPICS) unsubscribeUrls.clear();
  unsubscribeUrls.set(topicArn, url);
  return url;
}

function withBody(notification: Notification, format: Format, body: string): OutgoingMessage {
  const { messageId, publishedAtMs, attributes, messageGroupId, traceHeader, accountId, propagation } = notification;
  const isReplayed = notification.replayed === true;
  return {
    messageId: isReplayed ? copyId(messageId, notification.messageDeduplicationId ?? "") : messageId,
    body: Buffer.from(body),
    attributes: format === "raw" ? attributes : [],
    systemAttributes:
      traceHeader === undefined ? [] : [{ name: "AWSTraceHeader", dataType: "String", value: traceHeader }],
    sentTimestampMs: publishedAtMs,
    senderId: accountId === DEFAULT_ACCOUNT_ID ? undefined : accountId,
    messageGroupId: notification.sequenceNumber === undefined ? messageGroupId : undefined,
    propagation,
  };
}
