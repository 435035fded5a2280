import { pause, withDeadline, type Broker, type ConsumeMessage, type Deadline } from "@warrenmq/core/internal";
import { randomUUID } from "node:crypto";
import { decodeArchivedMessage, encodeArchivedMessage, type ArchivedMessage } from "../model/archived-message.ts";

const ARGUMENTS = { "x-queue-type": "stream", "x-stream-max-segment-size-bytes": 50_000_000 } as const;
const PREFETCH = 200;
/** How long a reader waits for the next message before it gives up. */
const SILENCE_MS = 30_000;

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
    const waiting: ConsumeMessage[] = [];
    let closed = false;
    channel.on("close", () => {
      closed = true;
    });
    try {
      await channel.prefetch(PREFETCH);
      // A stream begins with the chunk that holds the time, so earlier messages are skipped below.
      const offset = { "!": "timestamp", value: Math.floor(fromMs / 1_000) };
      await channel.consume(this.#stream, (message) => message !== null && waiting.push(message), {
        arguments: { "x-stream-offset": offset },
      });
      let silentSinceMs = performance.now();
      for (;;) {
        const next = waiting.shift();
        if (next === undefined) {
          if (closed || performance.now() - silentSinceMs > SILENCE_MS) throw new Error("The archive cannot be read.");
          await pause(5);
          continue;
        }
        silentSinceMs = performance.now();
        if (next.properties.messageId === marker) return;
        const message = decodeArchivedMessage(next.content);
        if (message !== undefined && message.publishedAtMs >= fromMs && !(await visit(message))) return;
        channel.ack(next);
      }
    } finally {
      void channel.close().catch(() => undefined); // closed already
    }
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
