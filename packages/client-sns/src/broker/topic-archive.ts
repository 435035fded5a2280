import {
  beginConsuming,
  RabbitError,
  withDeadline,
  type Broker,
  type Channel,
  type ConsumeMessage,
  type Deadline,
} from "@warrenmq/core/internal";
import { decodeArchivedMessage, encodeArchivedMessage, type ArchivedMessage } from "../model/archived-message.ts";

const ARGUMENTS = { "x-queue-type": "stream", "x-stream-max-segment-size-bytes": 50_000_000 } as const;
const PREFETCH = 200;
/** How far the clocks of publishers and brokers may be apart. */
const CLOCKS_MS = 60_000;

/** Where the reading of an archive begins. */
export interface ArchiveStart {
  /** About the earliest publish, milliseconds since the epoch: earlier messages may come as well. */
  readonly fromMs: number;
  /** An offset instead, behind which the reading goes on. */
  readonly after: number | undefined;
}

/** Is given each message with its offset; returns whether the reading goes on. */
export type VisitArchived = (message: ArchivedMessage, offset: number) => Promise<boolean>;

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
   * Reads messages that were published before the first call with this id, in order.
   * @param id names what the messages are read for: going on with it later ends where it would have ended
   * @param visit is awaited before the next one is read; it ends the reading by returning false
   * @throws RabbitError
   */
  async read(from: ArchiveStart, id: string, visit: VisitArchived, deadline: Deadline): Promise<void> {
    await this.#append(id, Buffer.alloc(0), deadline);
    const channel = await this.#broker.consuming.channel(deadline);
    try {
      await new Promise<void>((resolve, reject) => {
        channel.on("close", () => reject(new RabbitError("connection-lost", "Lost the connection to RabbitMQ.")));
        let over = false;
        const take = async (message: ConsumeMessage): Promise<void> => {
          if (over) return;
          over = message.properties.messageId === id || !(await visitArchived(message, visit));
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
          if (message === null) fail(new RabbitError("not-found", `The stream "${this.#stream}" was deleted.`));
          else work = work.then(() => take(message)).catch(fail);
        };
        this.#consumeFrom(channel, from, consumer, deadline).catch(fail);
      });
    } finally {
      void channel.close().catch(() => undefined); // closed already
    }
  }

  /** A stream is read from the chunk on that holds the time or offset, so what is delivered may be a little earlier. */
  async #consumeFrom(
    channel: Channel,
    { fromMs, after }: ArchiveStart,
    onMessage: (message: ConsumeMessage | null) => void,
    deadline: Deadline,
  ): Promise<void> {
    const time = { "!": "timestamp", value: Math.max(0, Math.floor((fromMs - CLOCKS_MS) / 1_000)) };
    const offset = after === undefined ? time : after + 1;
    const options = { arguments: { "x-stream-offset": offset } };
    await beginConsuming(channel, { queue: this.#stream, prefetch: PREFETCH, onMessage, options }, deadline);
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

async function visitArchived({ content, properties }: ConsumeMessage, visit: VisitArchived): Promise<boolean> {
  const message = decodeArchivedMessage(content);
  return message === undefined || visit(message, Number(properties.headers?.["x-stream-offset"]));
}
