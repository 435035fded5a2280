import type { ConsumeMessage } from "amqplib";
import type { Broker } from "../amqp/broker.ts";
import { deadlineIn, withDeadline, type Deadline } from "../amqp/deadline.ts";
import { hasQueue } from "../amqp/queue-existence.ts";
import { decodeSnapshot, encodeSnapshot, type SnapshotRecord } from "./snapshot-record.ts";

/** The newest one counts; the broker drops old segments by itself. */
const LIMITS = { "x-max-length-bytes": 50_000_000, "x-stream-max-segment-size-bytes": 15_000_000 };
/** A stream that was declared, and whose first snapshot was never written, is not waited for any longer. */
const PATIENCE_MS = 1_000;

/** The stream that holds the snapshots of one service and version. It is declared by whoever writes the first one. */
export class SnapshotStream {
  readonly #broker: Broker;
  readonly #name: string;

  constructor(broker: Broker, name: string) {
    this.#broker = broker;
    this.#name = name;
  }

  /**
   * The newest snapshot, or one shortly before it; `undefined` when there is none, or it cannot be had within a moment.
   * @throws RabbitError when the broker cannot be reached.
   */
  async read(deadline: Deadline): Promise<SnapshotRecord | undefined> {
    if (!(await hasQueue(this.#broker.channels, this.#name, deadline))) return undefined;
    const channel = await this.#broker.consuming.channel(deadline);
    const patience = Math.min(deadline, deadlineIn(PATIENCE_MS));
    try {
      const message = new Promise<ConsumeMessage | null>((resolve) => {
        channel.on("close", () => resolve(null));
        const options = { arguments: { "x-stream-offset": "last" } };
        const consuming = channel.prefetch(1).then(() => channel.consume(this.#name, resolve, options));
        consuming.catch(() => resolve(null)); // its node is away: the log says the same
      });
      const newest = await withDeadline(message, patience, `read "${this.#name}"`).catch(() => null);
      return newest === null ? undefined : await decodeSnapshot(newest.content);
    } finally {
      void channel.close().catch(() => undefined); // closed already
    }
  }

  /** Resolves when the snapshot is there for others, or is too large to be kept. @throws RabbitError */
  async write(record: SnapshotRecord, deadline: Deadline): Promise<void> {
    const content = await encodeSnapshot(record);
    if (content === undefined) return;
    await this.#broker.channels.use(`declare the stream "${this.#name}"`, deadline, (channel) =>
      channel.assertQueue(this.#name, { durable: true, arguments: { "x-queue-type": "stream", ...LIMITS } }),
    );
    const properties = { persistent: true, messageId: crypto.randomUUID() };
    const publication = { exchange: "", routingKey: this.#name, content, properties, mandatory: true };
    await this.#broker.publisher.publish(publication, deadline);
  }
}
