/**
 * How an SQS message travels as an AMQP message. A native AMQP client can read and write these messages.
 *
 * | SQS | AMQP 0-9-1 |
 * |---|---|
 * | MessageId | property `message-id`, a UUID |
 * | body | content in UTF-8, `content-type: text/plain`, persistent |
 * | String attribute | header of the same name, long string |
 * | Number attribute | header of the same name, long string with the digits as sent |
 * | Binary attribute | header of the same name, byte array |
 * | data types other than plain String and Binary | header `warrenmq-attribute-types`: JSON, `{"name":"Number"}` |
 * | attributes whose names the broker or WarrenMQ owns (`CC`, `BCC`, `x-…`, `warrenmq-…`), or AMQP cannot carry | header `warrenmq-attributes`: JSON, `[[name, type, value]]`, Binary values in base64 |
 * | SentTimestamp | the first 48 bits of the `message-id`, a UUID of version 7 (ms), and property `timestamp` (s); header `warrenmq-sent-timestamp` (ms) when the `message-id` tells another time |
 * | SenderId | header `warrenmq-sender-id`, when it is not the default account |
 * | that WarrenMQ published it | property `app-id: warrenmq` |
 * | AWSTraceHeader, MessageGroupId, MessageDeduplicationId, SequenceNumber, DeadLetterQueueSourceArn | `warrenmq-aws-trace-header`, `warrenmq-message-group-id`, … (see {@link HEADERS}), only when there |
 * | a FIFO queue's log as far as the sender had read it | `warrenmq-log-offset` |
 * | receives before this copy was published (redrive, long invisibility) | `warrenmq-receive-count`, `warrenmq-first-receive-timestamp` (ms), only when there |
 * | the sender's trace context | `traceparent`, `tracestate`, … as OpenTelemetry's propagators write them, and `warrenmq-propagation`: their names, separated by spaces; these headers are no attributes |
 *
 * Of these receives, `warrenmq-earlier-receive-count` were from other queues, for a message in a dead-letter queue.
 * A delayed message also has the headers `warrenmq-delay-long` and `warrenmq-delay-short`, and those that the broker adds
 * to a dead letter (`x-death`, …); it arrives from the exchange `warrenmq.delayed`. So does a message that was hidden for
 * long (docs/decisions/023-long-visibility.md), with the headers `warrenmq-hidden` and `warrenmq-hidden-copy`.
 *
 * Attributes that would make the header table larger than 60 KiB (amqplib and the broker's frames end at 64 and 128)
 * go in front of the body instead, under `content-type: application/vnd.warrenmq.sqs-message` (see `wire/frame.ts`).
 * `expiration` is never set, and `priority` only, to 5, for a quiet MessageGroupId on a standard queue
 * (docs/decisions/024-fair-queues.md).
 *
 * A message from a native client has another `app-id`, or none. Its text is the body, its headers are the attributes
 * (see `wire/native-attributes.ts`), and content that is not UTF-8 is given in base64 with the attribute
 * `Content-Transfer-Encoding: base64`. A `warrenmq-…` header that is malformed counts as absent.
 */
import type { MessageAttributes } from "./message-attribute.ts";

/** The headers that WarrenMQ owns. */
export const HEADERS = {
  sentTimestamp: "warrenmq-sent-timestamp",
  senderId: "warrenmq-sender-id",
  attributeTypes: "warrenmq-attribute-types",
  attributes: "warrenmq-attributes",
  awsTraceHeader: "warrenmq-aws-trace-header",
  messageGroupId: "warrenmq-message-group-id",
  messageDeduplicationId: "warrenmq-message-deduplication-id",
  sequenceNumber: "warrenmq-sequence-number",
  deadLetterQueueSourceArn: "warrenmq-dead-letter-queue-source-arn",
  receiveCount: "warrenmq-receive-count",
  earlierReceiveCount: "warrenmq-earlier-receive-count",
  firstReceiveTimestamp: "warrenmq-first-receive-timestamp",
  logOffset: "warrenmq-log-offset",
  propagation: "warrenmq-propagation",
} as const;

/** The headers that name the delay levels a message passes, in seconds as text; `0` for none. */
export const DELAY_HEADERS = { long: "warrenmq-delay-long", short: "warrenmq-delay-short" } as const;

/** The headers of a message that is, or was, hidden for long: where it stays, and which copy it is. */
export const HIDDEN_HEADERS = { place: "warrenmq-hidden", copy: "warrenmq-hidden-copy" } as const;

/** Property `app-id` of the messages that WarrenMQ publishes; what has another one, or none, comes from a native client. */
export const APP_ID = "warrenmq";

/** The content type of a message whose attributes stand in front of its body. */
export const FRAMED_CONTENT_TYPE = "application/vnd.warrenmq.sqs-message";

/** A message as it is to be published. */
export interface OutgoingMessage {
  /** A UUID; one of `newMessageId` holds the sent timestamp already. */
  readonly messageId: string;
  /** The body in UTF-8. */
  readonly body: Buffer;
  readonly attributes: MessageAttributes;
  /** AWSTraceHeader, if any. */
  readonly systemAttributes: MessageAttributes;
  /** When the message was sent first; redelivery and redrive on a standard queue keep it. */
  readonly sentTimestampMs: number;
  /** Left out for the default account. */
  readonly senderId?: string | undefined;
  readonly messageGroupId?: string | undefined;
  readonly messageDeduplicationId?: string | undefined;
  readonly sequenceNumber?: string | undefined;
  /** The queue that gave this message up, for a message on its way to a dead-letter queue. */
  readonly deadLetterQueueSourceArn?: string | undefined;
  /** How often the message was received before this copy was published. 0 and absent are the same. */
  readonly receiveCount?: number | undefined;
  readonly firstReceiveTimestampMs?: number | undefined;
  /** FIFO queues: up to which offset the sender had read the queue's log. */
  readonly logOffset?: number | undefined;
  /** The sender's trace context, by header name in lower case. */
  readonly propagation?: Readonly<Record<string, string>> | undefined;
}

/** Properties for amqplib's `publish`. */
export interface WireProperties {
  readonly messageId: string;
  readonly persistent: true;
  readonly contentType: string;
  readonly appId: string;
  /** Seconds. */
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, string | number | Buffer>> | undefined;
}

/** A message ready for amqplib's `publish`. */
export interface WireMessage {
  readonly content: Buffer;
  readonly properties: WireProperties;
}

/** Any message ready for amqplib's `publish`, also one that a native client had published. */
export interface PublishableMessage {
  readonly content: Buffer;
  readonly properties: {
    readonly messageId: string;
    readonly persistent: true;
    readonly headers: Readonly<Record<string, unknown>> | undefined;
    readonly contentType?: string;
    readonly contentEncoding?: string;
    readonly timestamp?: number;
    readonly correlationId?: string;
    readonly type?: string;
    readonly appId?: string;
    readonly replyTo?: string;
    readonly expiration?: string;
    readonly priority?: number;
  };
}

/** What amqplib delivers. Nothing in it is trusted: any client may have published it. */
export interface WireDelivery {
  readonly content: Buffer;
  readonly properties: {
    readonly messageId?: unknown;
    readonly contentType?: unknown;
    readonly timestamp?: unknown;
    readonly headers?: unknown;
    readonly userId?: unknown;
    readonly correlationId?: unknown;
    readonly type?: unknown;
    readonly appId?: unknown;
    readonly contentEncoding?: unknown;
    readonly replyTo?: unknown;
    readonly priority?: unknown;
    readonly expiration?: unknown;
  };
}

/** A message as it was delivered. What costs something is worked out when it is first asked for. */
export interface IncomingMessage {
  /** As it was delivered, for publishing it again. */
  readonly wire: WireDelivery;
  /**
   * Fit for the `Id` of a batch entry, as a MessageId from AWS is. A native message whose `message-id` is not, or that
   * has none, gets a UUID made from a hash: the same at each redelivery, but also the same for two messages that equal
   * each other in content, properties and headers (see `numberedMessageId`).
   */
  readonly messageId: string;
  /** Whether a native AMQP client published it: then nothing makes sure that its `messageId` is its alone. */
  readonly native: boolean;
  readonly body: string;
  /** The body as bytes, for publishing it again. */
  readonly bodyBytes: Buffer;
  readonly attributes: MessageAttributes;
  readonly systemAttributes: MessageAttributes;
  /** `undefined` for a native message without the `timestamp` property. */
  readonly sentTimestampMs: number | undefined;
  /** For a native message the AMQP user that the broker vouches for, if the publisher gave it. */
  readonly senderId: string | undefined;
  readonly messageGroupId: string | undefined;
  readonly messageDeduplicationId: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly deadLetterQueueSourceArn: string | undefined;
  /** Receives before this copy was published. 0 when none were noted. */
  readonly receiveCount: number;
  /** How many of these were receives from other queues. 0 when none were noted. */
  readonly earlierReceiveCount: number;
  readonly firstReceiveTimestampMs: number | undefined;
  /** FIFO queues: up to which offset the sender had read the queue's log. */
  readonly logOffset: number | undefined;
  /** The sender's trace context, by header name in lower case, whoever published the message. */
  readonly propagation: Readonly<Record<string, string>> | undefined;
  /** `x-delivery-count`: absent at the first delivery. */
  readonly deliveryCount: number | undefined;
  /** `x-acquired-count`, from RabbitMQ 4.3 on. */
  readonly acquiredCount: number | undefined;
}
