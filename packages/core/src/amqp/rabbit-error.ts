/** What went wrong between this process and the broker. A closed list, so that one mapper can turn each into AWS's terms. */
export type RabbitErrorCode =
  /** No address answered: refused, DNS failure, TLS failure, time-out while connecting. */
  | "connection-failed"
  /** The broker refused the credentials or the permission (AMQP 403). */
  | "access-refused"
  /** The virtual host does not exist or the user may not enter it. */
  | "vhost-not-found"
  /** The connection or channel went away while the call was under way. */
  | "connection-lost"
  /** The broker has a memory or disk alarm and accepts no publishes (`connection.blocked`). */
  | "connection-blocked"
  /** The broker did not confirm a publish in time. It may or may not have stored the message. */
  | "confirm-timeout"
  /** The broker refused to store the message (`basic.nack`). */
  | "publish-nacked"
  /** A mandatory message had no queue to go to (`basic.return`). */
  | "unroutable"
  /** A queue, exchange or stream does not exist (AMQP 404). */
  | "not-found"
  /** The queue or stream exists, but the node that holds it is down or still starting (also AMQP 404). */
  | "queue-unavailable"
  /** The broker holds an object of that name with other arguments (AMQP 406). */
  | "precondition-failed"
  /** The message does not fit into a frame of the stream protocol. */
  | "too-large"
  /** The broker's version cannot do what was asked. */
  | "unsupported"
  /** Another AMQP error. */
  | "broker-error"
  /** A time limit passed while waiting for the broker. */
  | "timeout"
  /** The client was destroyed while the call was under way, or before it. */
  | "destroyed"
  /** The broker address is missing or malformed. */
  | "invalid-address";

/** Further facts about a {@link RabbitError}. */
export interface RabbitErrorOptions {
  /** The error underneath, for logs. */
  readonly cause?: unknown;
  /** AMQP reply code, where the broker sent one. */
  readonly replyCode?: number;
}

const RETRYABLE: ReadonlySet<RabbitErrorCode> = new Set<RabbitErrorCode>([
  "connection-failed",
  "connection-lost",
  "connection-blocked",
  "confirm-timeout",
  "publish-nacked",
  "queue-unavailable",
  "timeout",
]);

/**
 * The one error type of the broker side. The message says what was tried, on what, and what to do; it never holds
 * credentials. The AWS side turns it into an AWS-shaped exception (see `aws/service-exception.ts`).
 * @public
 */
export class RabbitError extends Error {
  override readonly name = "RabbitError";
  readonly code: RabbitErrorCode;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** AMQP reply code, where the broker sent one. */
  readonly replyCode: number | undefined;

  constructor(code: RabbitErrorCode, message: string, options: RabbitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = RETRYABLE.has(code);
    this.replyCode = options.replyCode;
  }
}
