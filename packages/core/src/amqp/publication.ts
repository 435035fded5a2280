import type { Options } from "amqplib";

/** One message to publish. */
export interface Publication {
  /** Exchange; the empty string is the default exchange, which routes by queue name. */
  readonly exchange: string;
  /** Routing key; with the default exchange the name of the queue. */
  readonly routingKey: string;
  readonly content: Buffer;
  /** AMQP properties and flags. `messageId` must be set when `mandatory` is. */
  readonly options: Options.Publish;
}
