import {
  decodeMessage,
  parseJsonMap,
  type MessageAttribute,
  type MessageAttributes,
  type WireDelivery,
} from "@warrenmq/core/queues";
import type { DeliveryPolicy } from "./delivery-policy.ts";
import { DEFAULT_CONTENT_TYPE } from "./delivery-policy.ts";
import { buildConfirmation, buildEnvelope, type ConfirmationFields, type EnvelopeFields } from "./envelope.ts";
import { confirmationText, notificationText, signText, type SigningKey } from "./signature.ts";

/** AMQP `type` of the message that has a worker ask an endpoint to confirm; its content is the token. */
export const CONFIRMATION_TYPE = "warrenmq.sns.confirmation";
/** AMQP `type` of the message that has a worker tell an endpoint of its cancelled subscription; likewise. */
export const CANCELLATION_TYPE = "warrenmq.sns.cancellation";
/** Header of both: the subscription's id. */
export const SUBSCRIPTION_HEADER = "warrenmq-subscription";

/** What is posted to an endpoint. */
export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Where and how a subscriber gets messages. */
export interface HttpSubscriber {
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly unsubscribeUrl: string;
  readonly raw: boolean;
  readonly policy: DeliveryPolicy;
  readonly signatureVersion: "1" | "2";
}

const USER_AGENT = "Amazon Simple Notification Service Agent";

/** What a message from a subscription's queue tells, whoever published it. */
export function readNotification(delivery: WireDelivery, { topicArn, unsubscribeUrl }: HttpSubscriber): EnvelopeFields {
  const decoded = decodeMessage(delivery);
  const document = decoded.native ? undefined : parseJsonMap(decoded.body);
  const message = document?.get("Message");
  if (document?.get("Type") === "Notification" && typeof message === "string") {
    return fieldsOf(document, message, unsubscribeUrl);
  }
  // A native client published to the topic's exchange.
  return {
    messageId: decoded.messageId,
    topicArn,
    subject: undefined,
    message: decoded.body,
    publishedAtMs: decoded.sentTimestampMs ?? Date.now(),
    attributes: decoded.attributes,
    unsubscribeUrl,
  };
}

/** The request that brings a message to an endpoint. */
export async function notificationRequest(
  fields: EnvelopeFields,
  subscriber: HttpSubscriber,
  key: SigningKey,
): Promise<HttpRequest> {
  const { raw, policy, subscriptionArn, signatureVersion } = subscriber;
  const headers = {
    ...commonHeaders("Notification", fields, policy.contentType),
    "x-amz-sns-subscription-arn": subscriptionArn,
  };
  if (raw) {
    return { headers: { ...headers, "x-amz-sns-rawdelivery": "true" }, body: Buffer.from(fields.message) };
  }
  const signature = await signText(notificationText(fields), signatureVersion, key.privateKey);
  const document = buildEnvelope(fields, { signatureVersion, signature, signingCertUrl: key.signingCertUrl });
  return { headers, body: Buffer.from(document) };
}

/** The request that asks an endpoint to confirm, or tells it of its cancelled subscription. */
export async function confirmationRequest(
  fields: ConfirmationFields,
  { signatureVersion, subscriptionArn }: HttpSubscriber,
  key: SigningKey,
): Promise<HttpRequest> {
  const signature = await signText(confirmationText(fields), signatureVersion, key.privateKey);
  const document = buildConfirmation(fields, { signatureVersion, signature, signingCertUrl: key.signingCertUrl });
  const headers = commonHeaders(fields.type, fields, DEFAULT_CONTENT_TYPE);
  const own = fields.type === "UnsubscribeConfirmation" ? { "x-amz-sns-subscription-arn": subscriptionArn } : {};
  return { headers: { ...headers, ...own }, body: Buffer.from(document) };
}

function commonHeaders(
  type: string,
  { messageId, topicArn }: { readonly messageId: string; readonly topicArn: string },
  contentType: string,
): Readonly<Record<string, string>> {
  return {
    "content-type": contentType,
    "user-agent": USER_AGENT,
    "x-amz-sns-message-type": type,
    "x-amz-sns-message-id": messageId,
    "x-amz-sns-topic-arn": topicArn,
  };
}

function fieldsOf(document: ReadonlyMap<string, unknown>, message: string, unsubscribeUrl: string): EnvelopeFields {
  const text = (name: string): string | undefined => {
    const value = document.get(name);
    return typeof value === "string" ? value : undefined;
  };
  return {
    messageId: text("MessageId") ?? "",
    topicArn: text("TopicArn") ?? "",
    subject: text("Subject"),
    message,
    publishedAtMs: Date.parse(text("Timestamp") ?? "") || Date.now(),
    attributes: attributesOf(document.get("MessageAttributes")),
    unsubscribeUrl,
  };
}

function attributesOf(value: unknown): MessageAttributes {
  if (typeof value !== "object" || value === null) return [];
  const attributes: MessageAttribute[] = [];
  for (const [name, member] of Object.entries(value)) {
    const fields = new Map<string, unknown>(Object.entries(Object(member)));
    const dataType = fields.get("Type");
    const text = fields.get("Value");
    if (typeof dataType !== "string" || typeof text !== "string") continue;
    attributes.push({ name, dataType, value: dataType.startsWith("Binary") ? Buffer.from(text, "base64") : text });
  }
  return attributes;
}
