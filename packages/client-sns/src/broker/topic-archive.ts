import {
  RabbitError,
  withDeadline,
  type Broker,
  type Channel,
  type ConsumeMessage,
  type Deadline,
} from "@warrenmq/core/internal";
import { randomUUID } from "node:crypto";
import { decodeArchivedMessage, encodeArchivedMessage, type ArchivedMessage } from "../model/archived-message.ts";

const ARGUMENTS = { "x-queue-type": "stream", "x-stream-max-segment-size-bytes": 50_000_000 } as const;
const PREFETCH = 200;

/** The name of the stream that holds what a FIFO topic archives. */
export function topicArchiveStream(topic: string): string {
  return `warrenmq.sns.${topic}.archive`;
}

/** The messages that a FIFO topic keeps, in a stream. */
export class TopicArchive {
  readonly #broker: Broker;
  readonly #stream: string;
  #declared: Promise<unknown> | undefined;

  constructor(broker: Broker, topic: string) {
    this.#broker = broker;
    this.#stream = topicArchiveStream(topic);
  }

  /**
   * Declares the stream. It keeps messages as long as the first archive policy said; RabbitMQ cannot change that later,
   * so a longer period takes effect for what the stream still has.
   */
  async declare(days: number, deadline: Deadline): Promise<void> {
    this.#declared ??= this.#declare(days, deadline).catch((error: unknown) => {
      this.#declared = undefined;
      throw error;
    });
    await this.#declared;
  }

  /** Keeps messages; resolves when the broker has confirmed them. @throws RabbitError */
  async keep(messages: readonly ArchivedMessage[], days: number, deadline: Deadline): Promise<void> {
    await this.declare(days, deadline);
    for (const message of messages) {
      await this.#append(message.messageId, encodeArchivedMessage(message), deadline);
    }
  }

  /**
   * Reads the messages that were published from `fromMs` on and before the call, in order.
   * @param visit is awaited before the next one is read; it ends the reading by returning false
   * @throws RabbitError
   */
  async read(fromMs: number, visit: (message: ArchivedMessage) => Promise<boolean>, deadline: Deadline): Promise<void> {
    const marker = randomUUID();
    await this.#append(marker, Buffer.alloc(0), deadline);
    const channel = await this.#broker.consuming.channel(deadline);
    try {
      await new Promise<void>((resolve, reject) => {
        channel.on("close", () => reject(new RabbitError("connection-lost", "Lost the connection to RabbitMQ.")));
        let over = false;
        const take = async (message: ConsumeMessage): Promise<void> => {
          if (over) return;
          over = message.properties.messageId === marker || !(await visitArchived(message, fromMs, visit));
          if (over) resolve();
          else channel.ack(message);
        };
        const fail = (error: unknown): void => {
          over = true;
          reject(error);
        };
        // One after the other: the order is that of the archive.
        let work = Promise.resolve();
        const consumer = (message: ConsumeMessage | null): void => {
          if (message !== null) work = work.then(() => take(message)).catch(fail);
        };
        this.#consumeFrom(channel, fromMs, consumer).catch(fail);
      });
    } finally {
      void channel.close().catch(() => undefined); // closed already
    }
  }

  /** A stream is read from the chunk on that holds the time, so what is delivered may be a little earlier. */
  async #consumeFrom(
    channel: Channel,
    fromMs: number,
    consumer: (message: ConsumeMessage | null) => void,
  ): Promise<void> {
    await channel.prefetch(PREFETCH);
    const offset = { "!": "timestamp", value: Math.floor(fromMs / 1_000) };
    await channel.consume(this.#stream, consumer, { arguments: { "x-stream-offset": offset } });
  }

  async #append(messageId: string, content: Buffer, deadline: Deadline): Promise<void> {
    const properties = { persistent: true, messageId };
    const publication = { exchange: "", routingKey: this.#stream, content, properties, mandatory: true };
    await withDeadline(this.#broker.publisher.publish(publication, deadline), deadline, "archive a message");
  }

  async #declare(days: number, deadline: Deadline): Promise<void> {
    const stream = this.#stream;
    const exists = await this.#broker.channels
      .use(`look at stream "${stream}"`, deadline, (channel) => channel.checkQueue(stream))
      .then(
        () => true,
        () => false,
      );
    if (exists) return;
    await this.#broker.channels.use(`declare stream "${stream}"`, deadline, (channel) =>
      channel.assertQueue(stream, { durable: true, arguments: { ...ARGUMENTS, "x-max-age": `${days}D` } }),
    );
  }
}

async function visitArchived(
  { content }: ConsumeMessage,
  fromMs: number,
  visit: (message: ArchivedMessage) => Promise<boolean>,
): Promise<boolean> {
  const message = decodeArchivedMessage(content);
  return message === undefined || message.publishedAtMs < fromMs || visit(message);
}
