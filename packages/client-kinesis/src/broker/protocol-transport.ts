import { RabbitError, type Deadline } from "@warrenmq/core/internal";
import {
  PublishRefusedError,
  type OffsetSpecification,
  type StreamClient,
  type StreamPublisher,
} from "@warrenmq/streams";
import type { ChunkPlace } from "@warrenmq/streams";
import { ProtocolReading } from "./protocol-reading.ts";
import { toOutgoing } from "./stream-message.ts";
import { StreamPublishers } from "./stream-publishers.ts";
import type { ReadFrom, ReadOptions, ShardMessage, StreamReading, StreamTransport } from "./stream-transport.ts";

/** Chunks that may be on their way for one reader. */
const CREDIT = 8;

/**
 * Shards over RabbitMQ's stream protocol. Messages that do not fit into its frames go over AMQP 0-9-1 to the same stream.
 *
 * Publishers have names, so that the broker knows a message again that is sent a second time after a lost connection.
 */
export class ProtocolTransport implements StreamTransport {
  readonly name = "stream";
  readonly #client: StreamClient;
  readonly #publishers: StreamPublishers<StreamPublisher>;

  /** @param large publishes what does not fit into a frame */
  constructor(client: StreamClient, large: StreamTransport) {
    this.#client = client;
    this.#publishers = new StreamPublishers({
      large,
      open: (stream, deadline) => client.publisher(stream, { name: `warrenmq-${crypto.randomUUID()}` }, deadline),
      publish: (publisher, message, deadline) => publish(publisher, message, deadline),
      fits: (publisher, bytes) => bytes <= publisher.maxMessageBytes,
      close: (publisher) => void publisher.close(),
    });
  }

  publish(stream: string, message: ShardMessage, deadline: Deadline): Promise<void> {
    return this.#publishers.publish(stream, message, deadline);
  }

  async read(stream: string, options: ReadOptions, deadline: Deadline): Promise<StreamReading> {
    const last = await this.#client.lastChunk(stream, deadline);
    const end = endOf(last);
    const offset = startOf(options.from, last);
    const reading = new ProtocolReading(options, end);
    const { onChunk, onEnd } = reading;
    // From the leader, which has what was just written before its replicas. Shards have their leaders on all nodes.
    const how = { readFrom: "leader", reconnect: false, credit: CREDIT } as const;
    const consumer = await this.#client.consumer(stream, { ...how, offset, onChunk, onEnd }, deadline);
    reading.begin(consumer);
    reading.reached(offset.type === "offset" ? offset.offset : 0);
    return reading;
  }

  endOffset(stream: string, deadline: Deadline): Promise<number> {
    return this.#client.endOffset(stream, deadline);
  }

  close(): void {
    this.#publishers.close();
    void this.#client.close().catch(() => undefined); // the broker is gone: nothing is left to be closed
  }
}

async function publish(publisher: StreamPublisher, message: ShardMessage, deadline: Deadline): Promise<void> {
  try {
    await publisher.publish([toOutgoing(message)], { deadline });
  } catch (error) {
    if (error instanceof PublishRefusedError) throw new RabbitError("publish-nacked", error.message, { cause: error });
    throw error;
  }
}

function endOf(last: ChunkPlace | undefined): number {
  return last === undefined ? 0 : last.chunkId + last.recordCount;
}

function startOf(from: ReadFrom, last: ChunkPlace | undefined): OffsetSpecification {
  switch (from.type) {
    case "first":
      return { type: "first" };
    case "last":
      return { type: "offset", offset: last?.chunkId ?? 0 };
    case "offset":
      return { type: "offset", offset: from.offset };
    case "time":
      // Behind the last chunk the broker waits for new ones and says nothing; an offset is a place that we know.
      if (last === undefined || last.timestampMs < from.timeMs) return { type: "offset", offset: endOf(last) };
      return { type: "timestamp", timestampMs: Math.max(0, Math.floor(from.timeMs)) };
  }
}
