import { deadlineIn, RabbitError, type Deadline } from "@warrenmq/core/internal";
import { ProtocolError } from "../bytes/protocol-error.ts";
import type { Delivery, StreamConnection, SubscriptionListener } from "../connection/stream-connection.ts";
import { ReceivedMessage } from "../message/received-message.ts";
import { parseChunk } from "../protocol/chunk.ts";
import type { Chunk } from "../protocol/chunk.ts";
import type { OffsetSpecification } from "../protocol/offset-specification.ts";
import type { Properties } from "../protocol/request-frame.ts";
import type { NodeAddress, StreamMetadata } from "../protocol/response-body.ts";
import { lastChunk } from "./last-chunk.ts";
import { asRabbitError, notInTime, retry } from "./retry.ts";
import type { StreamLink } from "./stream-link.ts";

/** Messages that the broker stored together, in order. */
export interface DeliveredChunk {
  /** The offset of the chunk's first message, also when that one was skipped. */
  readonly chunkId: number;
  /** When the broker stored them, in milliseconds since 1970. */
  readonly timestampMs: number;
  /** The newest chunk that is safely replicated: older ones mean that there is more to read. From RabbitMQ 3.11 on. */
  readonly committedChunkId: number | undefined;
  /** Never empty. */
  readonly messages: readonly ReceivedMessage[];
}

/** Reads only chunks that may hold messages with these filter values. Needs RabbitMQ 3.13. */
export interface ConsumerFilter {
  /** The broker's filter is a bloom filter over whole chunks: other messages may come along, which the reader has to leave out. */
  readonly values: readonly string[];
  /**
   * Whether messages without a filter value are wanted as well.
   * @default false
   */
  readonly matchUnfiltered?: boolean;
}

/** What a {@link StreamConsumer} reads, and who gets it. */
export interface ConsumerOptions {
  readonly offset: OffsetSpecification;
  /**
   * Gets the chunks one after the other: the next one comes when the promise of the last one is fulfilled. When it throws or rejects,
   * the consumer ends with that error.
   */
  readonly onChunk: (chunk: DeliveredChunk) => void | Promise<void>;
  /** The consumer ended by itself: the stream is gone, a chunk cannot be read, `onChunk` failed. Not called for {@link StreamConsumer.close}, nor before the consumer is open: then opening it fails. */
  readonly onEnd?: (reason: Error) => void;
  /**
   * How many chunks may be on their way or waiting here.
   * @default 10
   */
  readonly credit?: number;
  readonly filter?: ConsumerFilter;
  /** Of all consumers that give this name one is active. Needs RabbitMQ 3.11. */
  readonly singleActiveName?: string;
  /**
   * Which node to read from. The leader has a message some moments before its replicas, which share the load.
   * @default "replica", or the leader where there is none
   */
  readonly readFrom?: "replica" | "leader";
  /**
   * Whether reading goes on by itself after the node was lost. Otherwise the consumer ends with `connection-lost`: for callers that
   * want to know, and read on themselves.
   * @default true
   */
  readonly reconnect?: boolean;
}

const DEFAULT_CREDIT = 10;

/** A subscription on a node, and the chunks of it that wait for `onChunk`. */
interface Attachment {
  readonly connection: StreamConnection;
  readonly waiting: Delivery[];
  /** Chunks that have been handled and for which no credit was granted yet. */
  handled: number;
  /** Known when the broker has answered. */
  subscriptionId: number | undefined;
  /** The broker has dropped the subscription: its number may be another one's by now. */
  isLost: boolean;
}

/**
 * Reads one stream in order. A lost node is replaced, and reading goes on behind the last chunk that was handled: nothing is left out, and
 * nothing comes twice. It keeps no process alive.
 */
export class StreamConsumer {
  /** The stream. */
  readonly stream: string;
  readonly #link: StreamLink;
  readonly #options: ConsumerOptions;
  #start: OffsetSpecification;
  #fromOffset: number;
  #attachment: Attachment | undefined;
  #isOpening = true;
  #isAttaching = false;
  #isHandling = false;
  #isOver = false;
  #unreadableAt: number | undefined;
  #endReason: Error | undefined;

  /** Use {@link StreamClient.consumer}. @internal */
  constructor(link: StreamLink, stream: string, options: ConsumerOptions) {
    this.#link = link;
    this.stream = stream;
    this.#options = options;
    this.#start = options.offset;
    this.#fromOffset = options.offset.type === "offset" ? options.offset.offset : 0;
  }

  /** @internal */
  async open(deadline: Deadline): Promise<this> {
    let failure: RabbitError | undefined;
    this.#isAttaching = true;
    await retry({
      attempt: () => this.#attachOnce(deadline),
      isWanted: () => !this.#isOver,
      deadline,
      onFailure: (error) => (failure = error),
    });
    this.#isAttaching = false;
    this.#isOpening = false;
    if (this.#attachment === undefined) throw this.#endReason ?? failure ?? notInTime(this.stream);
    return this;
  }

  /** Stops reading. What was not handled yet is dropped. */
  close(deadline: Deadline = deadlineIn(this.#link.options.timeoutMs)): Promise<void> {
    this.#isOver = true;
    const attachment = this.#attachment;
    this.#attachment = undefined;
    return this.#link.whileAlive(attachment === undefined ? Promise.resolve() : unsubscribe(attachment, deadline));
  }

  #received(attachment: Attachment, delivery: Delivery): void {
    attachment.waiting.push(delivery);
    if (!this.#isHandling) void this.#handleWaiting();
  }

  /** Never rejects. Synchronous as long as `onChunk` is. */
  async #handleWaiting(): Promise<void> {
    this.#isHandling = true;
    try {
      for (let attachment = this.#attachment; attachment !== undefined; attachment = this.#attachment) {
        const delivery = attachment.waiting.shift();
        if (delivery === undefined) break;
        const handling = this.#handle(delivery);
        if (handling !== undefined) await handling;
        if (this.#attachment === attachment) this.#grant(attachment, delivery.subscriptionId);
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isHandling = false;
    }
  }

  /**
   * Some at a time: each grant is a write of its own where chunks come one by one. It comes behind what the chunk's messages set
   * off: whoever waits for them need not wait for a system call (measured on 4.3.6: 0.1 of 0.7 ms from a put to its answer).
   */
  #grant(attachment: Attachment, subscriptionId: number): void {
    const { credit = DEFAULT_CREDIT } = this.#options;
    if (++attachment.handled * 2 < credit) return;
    const chunks = attachment.handled;
    attachment.handled = 0;
    setImmediate(() => {
      if (this.#attachment === attachment) attachment.connection.grantCredit(subscriptionId, chunks);
    });
  }

  #handle({ chunk: bytes, committedChunkId }: Delivery): void | Promise<void> {
    const chunk = this.#parse(bytes);
    const messages = messagesOf(chunk);
    if (messages.length === 0) return this.#handled(chunk);
    const { chunkId, timestampMs } = chunk;
    const handling = this.#options.onChunk({ chunkId, timestampMs, committedChunkId, messages });
    if (handling === undefined) return this.#handled(chunk);
    return handling.then(() => this.#handled(chunk));
  }

  #handled({ chunkId, recordCount }: Chunk): void {
    this.#fromOffset = Math.max(this.#fromOffset, chunkId + recordCount);
    this.#start = { type: "offset", offset: this.#fromOffset };
  }

  #parse(bytes: Buffer): Chunk {
    const { chunkBytes: maxBytes } = this.#link.options.frameLimits;
    try {
      return parseChunk(bytes, { fromOffset: this.#fromOffset, maxBytes });
    } catch (error) {
      if (error instanceof ProtocolError) throw new UnreadableChunk(error.message, { cause: error });
      throw error;
    }
  }

  /** A chunk that is unreadable once may have been damaged on its way; one that is so twice is not read again. */
  #failed(error: unknown): void {
    if (error instanceof UnreadableChunk && this.#unreadableAt !== this.#fromOffset) {
      this.#unreadableAt = this.#fromOffset;
      this.#attachment?.connection.destroy(new RabbitError("connection-lost", error.message, { cause: error }));
      return;
    }
    const reason = error instanceof UnreadableChunk ? error.cause : error;
    this.#end(reason instanceof Error ? reason : new Error(String(reason)));
  }

  #end(reason: Error): void {
    if (this.#isOver) return;
    void this.close();
    this.#endReason = reason;
    // While it is being opened, the caller hears of it.
    if (!this.#isOpening) this.#options.onEnd?.(reason);
  }

  #detached(reason: RabbitError): void {
    this.#attachment = undefined;
    if (this.#options.reconnect === false && !this.#isOpening) {
      this.#end(new RabbitError("connection-lost", reason.message, { cause: reason }));
      return;
    }
    if (!this.#isOver && !this.#isAttaching) void this.#attach();
  }

  /** Never rejects: what stands in the way for good ends the consumer. */
  async #attach(): Promise<void> {
    this.#isAttaching = true;
    try {
      const deadline = (): Deadline => deadlineIn(this.#link.options.timeoutMs);
      await retry({ attempt: () => this.#attachOnce(deadline()), isWanted: () => !this.#isOver });
      this.#isAttaching = false;
      // Lost again before it was known to be there.
      if (this.#attachment === undefined && !this.#isOver) void this.#attach();
    } catch (error) {
      this.#isAttaching = false;
      this.#end(asRabbitError(error));
    }
  }

  async #attachOnce(deadline: Deadline): Promise<void> {
    const nodes = this.#nodes(await this.#link.locate(this.stream, deadline));
    const connection = await this.#link.consuming.acquire(nodes, deadline);
    if (this.#options.filter !== undefined && !connection.canFilter) {
      throw new RabbitError(
        "unsupported",
        `RabbitMQ ${connection.brokerVersion} has no filters for streams: they came with 3.13.`,
      );
    }
    await this.#fixStart(connection, deadline);
    if (this.#isOver) return;
    const attachment: Attachment = { connection, waiting: [], handled: 0, subscriptionId: undefined, isLost: false };
    this.#attachment = attachment;
    await this.#subscribe(attachment, deadline);
    if (this.#attachment === attachment) return;
    // Closed meanwhile, or lost again.
    await unsubscribe(attachment, deadline);
    if (!this.#isOver) throw new RabbitError("connection-lost", "Lost the connection.");
  }

  async #subscribe(attachment: Attachment, deadline: Deadline): Promise<void> {
    const listener: SubscriptionListener = {
      stream: this.stream,
      onChunk: (delivery) => this.#received(attachment, delivery),
      onConsumerUpdate: (active) => (active ? this.#start : undefined),
      onDetached: (reason) => {
        attachment.isLost = true;
        if (this.#attachment === attachment) this.#detached(reason);
      },
    };
    try {
      const { credit = DEFAULT_CREDIT } = this.#options;
      const subscription = { offset: this.#start, credit, properties: this.#properties() };
      attachment.subscriptionId = await attachment.connection.subscribe(listener, subscription, deadline);
    } catch (error) {
      if (this.#attachment === attachment) this.#attachment = undefined;
      throw error;
    }
  }

  /** `next` and `last` move while nobody is subscribed: a place that is found once is one that reading can go on from after a loss. */
  async #fixStart(connection: StreamConnection, deadline: Deadline): Promise<void> {
    if (this.#start.type !== "next" && this.#start.type !== "last") return;
    const last = await lastChunk(connection, this.stream, deadline);
    const { chunkId, recordCount } = last ?? { chunkId: 0, recordCount: 0 };
    this.#fromOffset = this.#start.type === "last" ? chunkId : chunkId + recordCount;
    this.#start = { type: "offset", offset: this.#fromOffset };
  }

  #nodes({ leader, replicas }: StreamMetadata): readonly NodeAddress[] {
    const leaders = leader === undefined ? [] : [leader];
    if (this.#options.readFrom === "leader") return [...leaders, ...replicas];
    return [...shuffled(replicas), ...leaders];
  }

  #properties(): Properties {
    const { filter, singleActiveName } = this.#options;
    const values = (filter?.values ?? []).map((value, index) => [`filter.${index}`, value]);
    return {
      ...Object.fromEntries(values),
      ...(filter?.matchUnfiltered === true ? { "match-unfiltered": "true" } : {}),
      ...(singleActiveName === undefined ? {} : { "single-active-consumer": "true", name: singleActiveName }),
    };
  }
}

/** Tells a chunk that is malformed from a message that `onChunk` finds malformed. */
class UnreadableChunk extends Error {}

async function unsubscribe({ connection, subscriptionId, isLost }: Attachment, deadline: Deadline): Promise<void> {
  if (subscriptionId === undefined || isLost) return;
  await connection.unsubscribe(subscriptionId, deadline).catch(() => undefined); // lost meanwhile
}

function messagesOf({ records, firstOffset }: Chunk): readonly ReceivedMessage[] {
  return records.map((bytes, index) => new ReceivedMessage(firstOffset + index, bytes));
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}
