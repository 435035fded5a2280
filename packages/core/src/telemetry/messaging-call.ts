/** What a call is by OpenTelemetry's conventions for messaging. */
export interface MessagingCall {
  /** `messaging.operation.name`, in RabbitMQ's terms: `send`, `receive`, `ack`. */
  readonly operation: string;
  /** `messaging.operation.type`. */
  readonly type: "send" | "receive" | "settle";
  /** `messaging.destination.name`: the queue, topic or stream. */
  readonly destination: string | undefined;
  /** `messaging.destination.partition.id`: the shard. */
  readonly partition?: string | undefined;
  /** How many messages the call is about, when it may be several. */
  readonly batchSize?: number | undefined;
}

/** What came of such a call. */
export interface MessagingResult {
  /** `messaging.message.id`, of a call about one message. */
  readonly messageId?: string | undefined;
  /** As of the call, where only the answer tells. */
  readonly partition?: string | undefined;
  /** How many messages were sent, received or settled. */
  readonly messages: number;
  /** The received messages, whose senders' spans are linked to. */
  readonly received?: readonly object[];
}

/** How a service's calls are described to OpenTelemetry. Inputs are unchecked: neither function may throw. */
export interface MessagingConventions {
  /** `undefined` for an operation that is not about messages. */
  call(operationName: string, input: unknown): MessagingCall | undefined;
  result(operationName: string, output: unknown): MessagingResult;
}
