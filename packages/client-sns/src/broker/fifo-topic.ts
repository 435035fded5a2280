import { StreamLog, withDeadline, type Broker, type Deadline } from "@warrenmq/core/internal";
import { randomUUID } from "node:crypto";
import {
  decodeTopicLogRecord,
  deduplicationKey,
  encodeTopicLogRecord,
  SequenceNumbers,
  TopicLogIndex,
  type AcceptedMessage,
} from "../model/topic-log.ts";

/** How far back a process reads when it begins: AWS's deduplication window, and a minute for clocks that differ. */
const BEGIN = "6m";
const LOG_ARGUMENTS = {
  "x-queue-type": "stream",
  "x-max-age": "1h",
  "x-stream-max-segment-size-bytes": 5_000_000,
} as const;

/** A message that is to be published to a FIFO topic. */
export interface FifoPublication {
  readonly messageId: string;
  readonly groupId: string;
  readonly deduplicationId: string;
}

/** Brings messages to all subscribers; resolves when the broker has them all. */
export type Deliver<Publication> = (
  accepted: readonly (Publication & { readonly sequenceNumber: string })[],
) => Promise<void>;

/** The name of the stream that says what a FIFO topic has accepted. */
export function topicLogStream(topic: string): string {
  return `warrenmq.sns.${topic}.log`;
}

/**
 * Deduplication and sequence numbers of a FIFO topic, across processes. A message is logged after its subscribers have
 * it: a publisher that fails in between publishes again, and FIFO queues deduplicate by themselves, so nothing is lost
 * and no FIFO queue has it twice. docs/decisions/042-fifo-topics.md.
 */
export class FifoTopic {
  readonly #broker: Broker;
  readonly #topic: string;
  readonly #isScopedToGroup: () => boolean;
  readonly #log: StreamLog;
  readonly #index = new TopicLogIndex();
  readonly #numbers = new SequenceNumbers();
  readonly #publishing = new Map<string, Promise<AcceptedMessage>>();
  #declared: Promise<void> | undefined;

  constructor(broker: Broker, topic: string, isScopedToGroup: () => boolean) {
    this.#broker = broker;
    this.#topic = topic;
    this.#isScopedToGroup = isScopedToGroup;
    this.#log = new StreamLog(broker, {
      stream: topicLogStream(topic),
      from: BEGIN,
      isNeeded: () => false,
      onRecord: ({ content }) => {
        const record = decodeTopicLogRecord(content);
        if (record !== undefined) this.#index.add(record, isScopedToGroup());
      },
    });
  }

  /**
   * Publishes messages in this order. One that repeats another of the last five minutes is not delivered.
   * @returns for each message, in the same order, what the topic has accepted: itself, or the one that it repeats
   * @throws RabbitError
   */
  async publish<Publication extends FifoPublication>(
    publications: readonly Publication[],
    deliver: Deliver<Publication>,
    deadline: Deadline,
  ): Promise<readonly AcceptedMessage[]> {
    if (!this.#log.isFollowing()) await this.#follow(deadline);
    const accepted: (Publication & AcceptedMessage)[] = [];
    // Filled at once below, in the same turn; delivered in the next.
    const delivered = Promise.resolve().then(() => this.#deliver(accepted, deliver, deadline));
    return Promise.all(publications.map((publication) => this.#accept(publication, accepted, delivered)));
  }

  /** Stops following. */
  close(): Promise<void> {
    return this.#log.close();
  }

  /** What publishing the message comes to: what it repeats, or itself, which is then added to `accepted`. */
  #accept<Publication extends FifoPublication>(
    publication: Publication,
    accepted: (Publication & AcceptedMessage)[],
    done: Promise<void>,
  ): Promise<AcceptedMessage> {
    const key = deduplicationKey(publication, this.#isScopedToGroup());
    const original = this.#index.original(key, Date.now());
    if (original !== undefined) return Promise.resolve(original);
    const same = this.#publishing.get(key);
    if (same !== undefined) return same;
    const message = { ...publication, sequenceNumber: this.#numbers.next(this.#log.nextOffset()) };
    accepted.push(message);
    const result = done.then(() => message).finally(() => this.#publishing.delete(key));
    this.#publishing.set(key, result);
    return result;
  }

  async #deliver<Publication extends FifoPublication>(
    accepted: readonly (Publication & AcceptedMessage)[],
    deliver: Deliver<Publication>,
    deadline: Deadline,
  ): Promise<void> {
    if (accepted.length === 0) return;
    const at = Date.now();
    await deliver(accepted);
    const record = encodeTopicLogRecord({ at, messages: accepted });
    await withDeadline(this.#log.append(randomUUID(), record, deadline), deadline, "log a message");
  }

  async #follow(deadline: Deadline): Promise<void> {
    this.#declared ??= this.#declare(deadline).catch((error: unknown) => {
      this.#declared = undefined;
      throw error;
    });
    await this.#declared;
    await this.#log.follow(deadline);
  }

  async #declare(deadline: Deadline): Promise<void> {
    const stream = topicLogStream(this.#topic);
    await this.#broker.channels.use(`declare stream "${stream}"`, deadline, (channel) =>
      channel.assertQueue(stream, { durable: true, arguments: LOG_ARGUMENTS }),
    );
  }
}
