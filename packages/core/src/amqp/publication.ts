/** The properties of a message, by amqplib's names. */
export interface MessageProperties {
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  /** Values as amqplib takes and gives them: `{ "!": "timestamp", value }` names a type that JavaScript has not. */
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the message is to be stored on disk: delivery mode 2. */
  readonly persistent?: boolean | undefined;
  readonly priority?: number | undefined;
  readonly correlationId?: string | undefined;
  readonly replyTo?: string | undefined;
  /** Milliseconds, as text. */
  readonly expiration?: string | undefined;
  readonly messageId?: string | undefined;
  /** Seconds since the epoch. */
  readonly timestamp?: number | undefined;
  readonly type?: string | undefined;
  readonly appId?: string | undefined;
}

/** One message to publish. */
export interface Publication {
  /** Exchange; the empty string is the default exchange, which routes by queue name. */
  readonly exchange: string;
  /** Routing key; with the default exchange the name of the queue. */
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: MessageProperties;
  /** Whether the publish fails when no queue takes the message. Needs `messageId`: the broker's answer is matched by it. */
  readonly mandatory?: boolean;
}
