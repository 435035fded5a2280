import { deadlineIn, type Deadline } from "@warrenmq/core/internal";
import { resolveStreamOptions } from "../connection/options.ts";
import type { StreamClientOptions } from "../connection/options.ts";
import {
  createStreamRequest,
  deleteStreamRequest,
  partitionsRequest,
  routeRequest,
  streamStatsRequest,
} from "../protocol/request-frame.ts";
import type { Properties, StreamRequest } from "../protocol/request-frame.ts";
import type { ChunkPlace } from "../protocol/chunk.ts";
import { readStreamStats, readStrings } from "../protocol/response-body.ts";
import type { StreamMetadata, StreamStats } from "../protocol/response-body.ts";
import { readNothing } from "../connection/wire.ts";
import type { Query } from "../connection/wire.ts";
import { lastChunk } from "./last-chunk.ts";
import { StreamConsumer } from "./stream-consumer.ts";
import type { ConsumerOptions } from "./stream-consumer.ts";
import { StreamLink } from "./stream-link.ts";
import { StreamPublisher } from "./stream-publisher.ts";
import type { PublisherOptions } from "./publisher-options.ts";

/**
 * The way to RabbitMQ's streams over their own protocol (plugin `rabbitmq_stream`). All publishers share one connection to a node, all
 * consumers another. Nothing but an outstanding call keeps the process alive.
 *
 * Every call takes a deadline, `timeoutMs` of the options ahead by default, and fails with a `RabbitError` when it passes.
 */
export class StreamClient {
  readonly #link: StreamLink;
  readonly #timeoutMs: number;

  /** Connects with the first call. @throws RabbitError `invalid-address` */
  constructor(options: StreamClientOptions) {
    const resolved = resolveStreamOptions(options);
    this.#link = new StreamLink(resolved);
    this.#timeoutMs = resolved.timeoutMs;
  }

  /**
   * Connects to the first address that answers, each tried once; resolves with the broker's version. All other calls connect by
   * themselves, and try again until their deadline: this one is for who wants to know whether there is a stream port at all.
   * @throws RabbitError `connection-failed`, `access-refused`, `vhost-not-found`, `timeout`
   */
  connect(deadline: Deadline = this.#deadline()): Promise<string> {
    return this.#link.whileAlive(this.#link.locator.connectOnce(deadline));
  }

  /**
   * Creates a stream.
   * @param streamArguments those of a stream queue, without `x-`: `{ "max-age": "24h", "max-length-bytes": "1000000000" }`
   * @throws RabbitError `precondition-failed` when it exists
   */
  async createStream(stream: string, streamArguments: Properties = {}, deadline?: Deadline): Promise<void> {
    await this.#ask(
      createStreamRequest(stream, streamArguments),
      `create the stream "${stream}"`,
      readNothing,
      deadline,
    );
  }

  /** Deletes a stream with all messages. @throws RabbitError `not-found` */
  async deleteStream(stream: string, deadline?: Deadline): Promise<void> {
    await this.#ask(deleteStreamRequest(stream), `delete the stream "${stream}"`, readNothing, deadline);
  }

  /** Where streams are. One that is unknown or has no leader says so by its `code`. */
  metadata(streams: readonly string[], deadline: Deadline = this.#deadline()): Promise<readonly StreamMetadata[]> {
    return this.#link.whileAlive(this.#link.metadata(streams, deadline));
  }

  /** Counters of a stream: `first_chunk_id`, `committed_chunk_id`, … Needs RabbitMQ 3.11. @throws RabbitError `unsupported`, `not-found` */
  stats(stream: string, deadline?: Deadline): Promise<StreamStats> {
    return this.#ask(streamStatsRequest(stream), `show the statistics of "${stream}"`, readStreamStats, deadline);
  }

  /** The streams that a super stream consists of, in order. @throws RabbitError `not-found` */
  partitions(superStream: string, deadline?: Deadline): Promise<readonly string[]> {
    return this.#ask(partitionsRequest(superStream), `list the partitions of "${superStream}"`, readStrings, deadline);
  }

  /** The streams of a super stream that a routing key leads to. @throws RabbitError `not-found` */
  route(routingKey: string, superStream: string, deadline?: Deadline): Promise<readonly string[]> {
    const request = routeRequest(routingKey, superStream);
    return this.#ask(request, `route "${routingKey}" in "${superStream}"`, readStrings, deadline);
  }

  /**
   * The last chunk of a stream, as its leader sees it; `undefined` when it is empty.
   * @throws RabbitError `not-found`, or why no node of the stream can be reached
   */
  lastChunk(stream: string, deadline: Deadline = this.#deadline()): Promise<ChunkPlace | undefined> {
    return this.#link.whileAlive(this.#lastChunk(stream, deadline));
  }

  /** The offset that the next message will get, as the stream's leader sees it. @throws RabbitError as {@link StreamClient.lastChunk} */
  async endOffset(stream: string, deadline: Deadline = this.#deadline()): Promise<number> {
    const last = await this.lastChunk(stream, deadline);
    return last === undefined ? 0 : last.chunkId + last.recordCount;
  }

  /**
   * Opens a publisher.
   * @throws RabbitError `not-found`, `access-refused`, `unsupported`, or why the leader cannot be reached
   */
  publisher(
    stream: string,
    options: PublisherOptions = {},
    deadline: Deadline = this.#deadline(),
  ): Promise<StreamPublisher> {
    return this.#link.whileAlive(new StreamPublisher(this.#link, stream, options).open(deadline));
  }

  /**
   * Opens a consumer.
   * @throws RabbitError `not-found`, `access-refused`, `unsupported`, or why no node of the stream can be reached
   */
  consumer(stream: string, options: ConsumerOptions, deadline: Deadline = this.#deadline()): Promise<StreamConsumer> {
    return this.#link.whileAlive(new StreamConsumer(this.#link, stream, options).open(deadline));
  }

  /** Closes all connections. Close publishers first: what they have not confirmed yet fails. */
  close(): Promise<void> {
    return this.#link.whileAlive(this.#link.close(deadlineIn(CLOSE_TIMEOUT_MS)));
  }

  async #lastChunk(stream: string, deadline: Deadline): Promise<ChunkPlace | undefined> {
    const { leader, replicas } = await this.#link.locate(stream, deadline);
    const nodes = leader === undefined ? replicas : [leader, ...replicas];
    const connection = await this.#link.consuming.acquire(nodes, deadline);
    return lastChunk(connection, stream, deadline);
  }

  #ask<T>(request: StreamRequest, action: string, read: Query<T>["read"], deadline = this.#deadline()): Promise<T> {
    return this.#link.whileAlive(this.#link.locator.ask({ request, action, read }, deadline));
  }

  #deadline(): Deadline {
    return deadlineIn(this.#timeoutMs);
  }
}

/** A broker that no longer answers must not hold up a shutdown. */
const CLOSE_TIMEOUT_MS = 2_000;
