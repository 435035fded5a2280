import type { Broker } from "../../amqp/broker.ts";
import type { Deadline } from "../../amqp/deadline.ts";
import { partitionOf, partitionQueues, type FifoLayout } from "../model/fifo-layout.ts";
import type { SentMessage } from "../model/fifo-log-index.ts";
import type { LoggedMessage } from "../model/fifo-log-record.ts";
import type { PublishableMessage } from "../model/wire-message.ts";
import type { FifoLog } from "./fifo-log.ts";

/** A message for a FIFO queue: it has a group and a deduplication id. */
export interface FifoOutgoing extends LoggedMessage {
  /** The message as it is to be published. @param logOffset up to which offset the log has been read; goes with it */
  encode(logOffset: number): PublishableMessage;
}

/** What came of one message: its place, or why the broker did not take it. */
export type FifoSendOutcome = { readonly sent: SentMessage } | { readonly error: unknown };

/**
 * Sends to a FIFO queue: first the message to its partition queue, then its record to the log, whose offset is its
 * place. In this order nothing can be lost: a message without a record is given one by whoever receives it, while a
 * record without a message would make a later send a duplicate of nothing.
 */
export class FifoSender {
  readonly #broker: Broker;
  readonly #log: FifoLog;
  readonly #layout: FifoLayout;
  readonly #queues: readonly string[];

  constructor(broker: Broker, queueName: string, layout: FifoLayout, log: FifoLog) {
    this.#broker = broker;
    this.#log = log;
    this.#layout = layout;
    this.#queues = partitionQueues(queueName, layout);
  }

  /** Sends messages in this order, each with its own outcome. @throws RabbitError when the log cannot be followed */
  async send(messages: readonly FifoOutgoing[], deadline: Deadline): Promise<FifoSendOutcome[]> {
    if (!this.#log.isFollowing()) await this.#log.follow(deadline);
    const base = this.#log.nextOffset();
    const now = Date.now();
    const outcomes = await Promise.all(messages.map((message) => this.#publish(message, base, now, deadline)));
    const published = messages.filter((_, index) => outcomes[index] === undefined);
    const sent = await this.#record(published, base, now, deadline);
    return messages.map((message, index) => outcomes[index] ?? sent.get(message.messageId) ?? { error: undefined });
  }

  /** Publishes one message; `undefined` when the broker has it, else what came of it. */
  async #publish(
    message: FifoOutgoing,
    base: number,
    now: number,
    deadline: Deadline,
  ): Promise<FifoSendOutcome | undefined> {
    const { groupId, deduplicationId } = message;
    // What this process knows to be a duplicate need not be sent at all.
    const original = this.#log.index.originalOf(groupId, deduplicationId, now);
    if (original !== undefined) return { sent: original };
    const { content, properties } = message.encode(base);
    const routingKey = this.#queues[partitionOf(groupId, this.#layout)] ?? "";
    try {
      const publication = { exchange: "", routingKey, content, properties, mandatory: true };
      await this.#broker.publisher.publish(publication, deadline);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  async #record(
    messages: readonly FifoOutgoing[],
    base: number,
    at: number,
    deadline: Deadline,
  ): Promise<ReadonlyMap<string, FifoSendOutcome>> {
    if (messages.length === 0) return new Map();
    try {
      const sent = await this.#log.record(messages, { at, base }, deadline);
      return new Map(sent.map((one, index) => [messages[index]?.messageId ?? "", { sent: one.original ?? one }]));
    } catch (error) {
      // In the queue, but not known to be logged: a retry with the same deduplication id is told of it.
      return new Map(messages.map(({ messageId }) => [messageId, { error }]));
    }
  }
}
