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
 * consumers another, and a third one is for questions. Nothing but an outstanding call keeps the process alive.
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

  /** The offset that the next message will get, as a replica of the stream sees it. @throws RabbitError `not-found` */
  endOffset(stream: string, deadline: Deadline = this.#deadline()): Promise<number> {
    return this.#link.whileAlive(this.#endOffset(stream, deadline));
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

  async #endOffset(stream: string, deadline: Deadline): Promise<number> {
    const { leader, replicas } = await this.#link.locate(stream, deadline);
    const nodes = leader === undefined ? replicas : [leader, ...replicas];
    const connection = await this.#link.consuming.acquire(nodes, deadline);
    const last = await lastChunk(connection, stream, deadline);
    return last === undefined ? 0 : last.chunkId + last.recordCount;
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
