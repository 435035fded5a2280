import type { Broker, Deadline } from "@warrenmq/core/internal";
import {
  delayedDeliveryOf,
  encodeMessage,
  FifoLog,
  FifoSender,
  type DelayedDelivery,
  type FifoLayout,
  type OutgoingMessage,
  type QueueDirectory,
  type QueueRecord,
} from "@warrenmq/core/queues";

/** A message for a queue. */
export type QueueMessage = OutgoingMessage;

type FifoMessage = QueueMessage & { readonly messageGroupId: string; readonly messageDeduplicationId: string };

interface FifoQueue {
  readonly createdAt: number;
  readonly log: FifoLog;
  readonly sender: FifoSender;
}

/** Sends messages to queues one by one, as SendMessage does: after the queue's delay, or in the order of a FIFO queue. */
export class QueueSender {
  readonly #broker: Broker;
  readonly #directory: QueueDirectory;
  readonly #delays: DelayedDelivery;
  readonly #fifoQueues = new Map<string, FifoQueue>();

  constructor(broker: Broker, directory: QueueDirectory) {
    this.#broker = broker;
    this.#directory = directory;
    this.#delays = delayedDeliveryOf(broker);
  }

  /**
   * Sends messages in this order; resolves when the broker has confirmed them all.
   * @throws RabbitError `not-found` or `unroutable` when the queue is gone; otherwise as the publisher
   */
  async send(queue: QueueRecord, messages: readonly QueueMessage[], deadline: Deadline): Promise<void> {
    if (queue.fifo !== undefined) return this.#sendInOrder(queue, queue.fifo, messages, deadline);
    const delaySeconds = delaySecondsOf(queue);
    await Promise.all(messages.map((message) => this.#send(queue.name, delaySeconds, message, deadline)));
  }

  /** Stops following the logs of FIFO queues. */
  async close(): Promise<void> {
    await Promise.all([...this.#fifoQueues.values()].map(({ log }) => log.close()));
  }

  async #send(queueName: string, delaySeconds: number, message: QueueMessage, deadline: Deadline): Promise<void> {
    const wire = encodeMessage(forStandardQueue(message));
    if (delaySeconds > 0) return this.#delays.publish(queueName, delaySeconds, wire, deadline);
    const { content, properties } = wire;
    const publication = { exchange: "", routingKey: queueName, content, properties, mandatory: true };
    await this.#broker.publisher.publish(publication, deadline);
  }

  async #sendInOrder(
    queue: QueueRecord,
    layout: FifoLayout,
    messages: readonly QueueMessage[],
    deadline: Deadline,
  ): Promise<void> {
    const outgoing = messages.map(forFifoQueue).map((message) => ({
      messageId: message.messageId,
      groupId: message.messageGroupId,
      deduplicationId: message.messageDeduplicationId,
      encode: (logOffset: number) => encodeMessage({ ...message, logOffset }),
    }));
    const outcomes = await this.#fifoQueue(queue, layout).sender.send(outgoing, deadline);
    for (const outcome of outcomes) if ("error" in outcome) throw outcome.error;
  }

  #fifoQueue({ name, createdAt }: QueueRecord, layout: FifoLayout): FifoQueue {
    const known = this.#fifoQueues.get(name);
    if (known?.createdAt === createdAt) return known;
    void known?.log.close();
    const log = new FifoLog(this.#broker, name, layout, {
      listener: () => undefined,
      isNeeded: () => false,
      delayMs: () => delaySecondsOf(this.#directory.registry.state.queues.get(name)) * 1_000,
    });
    const made = { createdAt, log, sender: new FifoSender(this.#broker, name, layout, log) };
    this.#fifoQueues.set(name, made);
    return made;
  }
}

function delaySecondsOf(queue: QueueRecord | undefined): number {
  return Number(queue?.attributes["DelaySeconds"] ?? "0");
}

/** What comes from a standard topic into a FIFO queue, a dead-letter queue that is, stands by itself: no two are the same. */
function forFifoQueue(message: QueueMessage): FifoMessage {
  const { messageId, messageGroupId = messageId, messageDeduplicationId = messageId } = message;
  return { ...message, messageGroupId, messageDeduplicationId };
}

/** What comes from a FIFO topic has no group in a standard queue. Recorded from AWS. */
function forStandardQueue(message: QueueMessage): QueueMessage {
  if (message.messageDeduplicationId === undefined) return message;
  return { ...message, messageGroupId: undefined, messageDeduplicationId: undefined };
}
