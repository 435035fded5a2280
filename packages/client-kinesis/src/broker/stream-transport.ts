import type { Deadline, RabbitError } from "@warrenmq/core/internal";

/**
 * What a message in a shard's stream is.
 *
 * - `record`: one record. Its data is the message's body, so any client can write and read it.
 * - `batch`: several records in a frame (model/wire/batch-frame.ts).
 * - `end`: the end of a shard that was split or merged. What lies behind the first one is no part of the shard.
 * - `mark`: a place in the stream and nothing else.
 */
export type MessageKind = "record" | "batch" | "end" | "mark";

/** A message on its way into a shard's stream. */
export interface ShardMessage {
  readonly kind: MessageKind;
  /** Unique: the writer knows its message by it when it reads the stream. */
  readonly id: string;
  /** Of a `record`, when it has one. */
  readonly partitionKey: string | undefined;
  /** Milliseconds since the epoch, by the writer's clock. */
  readonly arrivedAt: number;
  readonly content: Buffer;
}

/** A message as it lies in a shard's stream. */
export interface StoredMessage extends Omit<ShardMessage, "id" | "arrivedAt"> {
  /** Its place in the stream; rises, with gaps. */
  readonly offset: number;
  /** `undefined` for a message that another client has written without one. */
  readonly id: string | undefined;
  /** By the writer's clock; it may be missing. */
  readonly arrivedAt: number | undefined;
  /** Milliseconds since the epoch at which the broker stored it, where the protocol tells. */
  readonly storedAt: number | undefined;
}

/** Where reading begins. */
export type ReadFrom =
  | { readonly type: "first" }
  /** Somewhere before the last message, and at the end when there is none. */
  | { readonly type: "last" }
  /** At that offset or, when it is not kept any more, at the first that is; at the end when it lies beyond it. */
  | { readonly type: "offset"; readonly offset: number }
  /** Milliseconds since the epoch, by the broker's clock. May begin earlier. */
  | { readonly type: "time"; readonly timeMs: number };

/** How a stream is read. The functions are not called any more once the reading is closed. They must not throw. */
export interface ReadOptions {
  readonly from: ReadFrom;
  /**
   * How many messages may have been given to `onMessage` without {@link StreamReading.taken} having been called for them. A
   * protocol that delivers several together gives those all.
   */
  readonly window: number;
  /** Called for each message, in order of the offsets, each offset once; perhaps before `read` has resolved. */
  readonly onMessage: (message: StoredMessage, reading: StreamReading) => void;
  /**
   * Called once, perhaps before `read` has resolved, when all has been given that was in the stream when reading began; only
   * by transports that have {@link StreamTransport.endOffset}.
   */
  readonly onTip?: () => void;
  /** Called once after `read` has resolved, when nothing more comes: `connection-lost`, `not-found` (the stream was deleted). */
  readonly onEnd: (reason: RabbitError) => void;
}

/** One reader at work. */
export interface StreamReading {
  /** Lets as many further messages come. */
  taken(messages: number): void;
  /** Stops reading. */
  close(): void;
}

/** The transports that there are. */
export type TransportName = "amqp" | "stream" | "rabbitmq-stream-js-client";

/**
 * How shards are written and read: the seam between Kinesis' rules and a protocol. Declaring and deleting the streams is
 * not its business; that is always done over AMQP 0-9-1. What is written through one transport is read through another.
 */
export interface StreamTransport {
  /** For logs and tests. */
  readonly name: TransportName;
  /**
   * Writes a message once; resolves when the broker has confirmed it. Messages to one stream are stored in the order of the
   * calls, as long as none fails.
   * @throws RabbitError `unroutable` or `not-found` when there is no such stream; after any other the message may be stored
   * or not.
   */
  publish(stream: string, message: ShardMessage, deadline: Deadline): Promise<void>;
  /**
   * Begins to read; resolves when the place to begin is fixed, so that whatever is written from then on is read.
   * @throws RabbitError `not-found`, or why the broker cannot be reached.
   */
  read(stream: string, options: ReadOptions, deadline: Deadline): Promise<StreamReading>;
  /**
   * The offset that the next message will get: all that has been confirmed lies before it. Missing where the protocol does
   * not tell; readers then write a mark and look for it.
   * @throws RabbitError as {@link StreamTransport.read}
   */
  readonly endOffset?: ((stream: string, deadline: Deadline) => Promise<number>) | undefined;
  /** Gives back what the transport holds besides the broker link. */
  close(): void;
}
