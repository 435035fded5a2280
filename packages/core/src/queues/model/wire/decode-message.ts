import { isUtf8 } from "node:buffer";
import { NO_ATTRIBUTES, type MessageAttributes } from "../message-attribute.ts";
import { timeOfMessageId } from "../message-id.ts";
import { APP_ID, FRAMED_CONTENT_TYPE, HEADERS, type IncomingMessage, type WireDelivery } from "../wire-message.ts";
import { decodeFrame, type Frame } from "./frame.ts";
import { messageIdOf } from "./message-id.ts";
import { attributesOfHeaders, type Headers } from "./native-attributes.ts";
import { readPropagation } from "./propagation-headers.ts";

const MAX_ATTRIBUTES = 10;
const NO_HEADERS: Headers = {};
const BASE64_MARK = { name: "Content-Transfer-Encoding", dataType: "String", value: "base64" } as const;
// The year 5138 in seconds, 1973 in milliseconds: some clients put milliseconds where AMQP has seconds.
const LARGEST_TIMESTAMP_IN_SECONDS = 1e11;

/** Reads a delivery, whoever published it. Never throws. See `wire-message.ts` for the format. */
export function decodeMessage(delivery: WireDelivery): IncomingMessage {
  return new DecodedMessage(delivery);
}

class DecodedMessage implements IncomingMessage {
  readonly #delivery: WireDelivery;
  readonly #headers: Headers;
  readonly #frame: Frame | undefined;
  #messageId: string | undefined;
  #body: string | undefined;
  #attributes: MessageAttributes | undefined;

  constructor(delivery: WireDelivery) {
    const { contentType, headers } = delivery.properties;
    this.#delivery = delivery;
    this.#headers = isHeaders(headers) ? headers : NO_HEADERS;
    this.#frame = contentType === FRAMED_CONTENT_TYPE ? decodeFrame(delivery.content) : undefined;
  }

  get wire(): WireDelivery {
    return this.#delivery;
  }

  get messageId(): string {
    this.#messageId ??= messageIdOf(this.#delivery);
    return this.#messageId;
  }

  get native(): boolean {
    return this.#delivery.properties.appId !== APP_ID;
  }

  get bodyBytes(): Buffer {
    return this.#frame?.body ?? this.#delivery.content;
  }

  get body(): string {
    this.#body ??= this.bodyBytes.toString(this.#isText() ? "utf8" : "base64");
    return this.#body;
  }

  get attributes(): MessageAttributes {
    this.#attributes ??= this.#readAttributes();
    return this.#attributes;
  }

  get systemAttributes(): MessageAttributes {
    const value = this.#text(HEADERS.awsTraceHeader);
    return value === undefined ? NO_ATTRIBUTES : [{ name: "AWSTraceHeader", dataType: "String", value }];
  }

  get sentTimestampMs(): number | undefined {
    const inMessageId = this.native ? undefined : timeOfMessageId(this.messageId);
    return this.#count(HEADERS.sentTimestamp) ?? inMessageId ?? milliseconds(this.#delivery.properties.timestamp);
  }

  get senderId(): string | undefined {
    const { userId } = this.#delivery.properties;
    return this.#text(HEADERS.senderId) ?? (typeof userId === "string" ? userId : undefined);
  }

  get messageGroupId(): string | undefined {
    return this.#text(HEADERS.messageGroupId);
  }

  get messageDeduplicationId(): string | undefined {
    return this.#text(HEADERS.messageDeduplicationId);
  }

  get sequenceNumber(): string | undefined {
    return this.#text(HEADERS.sequenceNumber);
  }

  get deadLetterQueueSourceArn(): string | undefined {
    return this.#text(HEADERS.deadLetterQueueSourceArn);
  }

  get receiveCount(): number {
    return this.#count(HEADERS.receiveCount) ?? 0;
  }

  get earlierReceiveCount(): number {
    return this.#count(HEADERS.earlierReceiveCount) ?? 0;
  }

  get firstReceiveTimestampMs(): number | undefined {
    return this.#count(HEADERS.firstReceiveTimestamp);
  }

  get logOffset(): number | undefined {
    return this.#count(HEADERS.logOffset);
  }

  get propagation(): Readonly<Record<string, string>> | undefined {
    return this.#headers === NO_HEADERS ? undefined : readPropagation(this.#headers);
  }

  get deliveryCount(): number | undefined {
    return this.#count("x-delivery-count");
  }

  get acquiredCount(): number | undefined {
    return this.#count("x-acquired-count");
  }

  #isText(): boolean {
    return isUtf8(this.bodyBytes);
  }

  #readAttributes(): MessageAttributes {
    const attributes = this.#frame?.attributes ?? attributesOfHeaders(this.#headers);
    if (this.#isText()) return attributes;
    const others = attributes.filter(({ name }) => name !== BASE64_MARK.name);
    return [...others.slice(0, MAX_ATTRIBUTES - 1), BASE64_MARK];
  }

  #text(name: string): string | undefined {
    const value = this.#header(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  #count(name: string): number | undefined {
    const value = this.#header(name);
    return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  }

  #header(name: string): unknown {
    // A header `__proto__` makes amqplib set the prototype of the table.
    return Object.hasOwn(this.#headers, name) ? this.#headers[name] : undefined;
  }
}

function isHeaders(value: unknown): value is Headers {
  return typeof value === "object" && value !== null;
}

function milliseconds(timestamp: unknown): number | undefined {
  if (typeof timestamp !== "number" || !Number.isFinite(timestamp) || timestamp < 0) return undefined;
  return timestamp > LARGEST_TIMESTAMP_IN_SECONDS ? timestamp : timestamp * 1000;
}
