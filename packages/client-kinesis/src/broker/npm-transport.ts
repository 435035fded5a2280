import { deadlineIn, RabbitError, remainingMs, withDeadline, type Deadline } from "@warrenmq/core/internal";
import { sureStart } from "./end-mark.ts";
import { NpmPublishing } from "./npm-publishing.ts";
import { NpmReading, npmOffset } from "./npm-reading.ts";
import type { NpmStreamClient } from "./npm-stream-client.ts";
import { StreamPublishers } from "./stream-publishers.ts";
import type { ReadOptions, ShardMessage, StreamReading, StreamTransport } from "./stream-transport.ts";

const CLOSE_TIMEOUT_MS = 2_000;
const ATTEMPT_MS = 3_000;

/** Where the client comes from. */
export interface NpmClientSource {
  /** A connected client. Asked again when the last one turned out to be of no use. */
  readonly connect: () => Promise<NpmStreamClient>;
  /** Whether the client is ours to close. */
  readonly isOurs: boolean;
}

/**
 * Shards over the stream protocol, as the npm package `rabbitmq-stream-js-client` 1.0 speaks it. Its defects are worked around
 * where that is possible: each message is flushed by itself (a larger flush is truncated), numbers of messages are unique in
 * the process (its publishers share confirms), everything has a deadline (a lost connection answers nothing). Not possible:
 * it gives the messages of a chunk with several sub-batches wrongly, so that no foreign client may write sub-batches.
 */
export class NpmTransport implements StreamTransport {
  readonly name = "rabbitmq-stream-js-client";
  readonly #source: NpmClientSource;
  readonly #publishers: StreamPublishers<NpmPublishing>;
  readonly #readings = new Set<NpmReading>();
  #client: Promise<NpmStreamClient> | undefined;
  #maxFrameBytes = 0;

  /** @param large publishes what does not fit into a frame */
  constructor(source: NpmClientSource, large: StreamTransport) {
    this.#source = source;
    this.#publishers = new StreamPublishers({
      large,
      open: (stream, deadline) => this.#openPublisher(stream, deadline),
      publish: (publishing, message, deadline) => publishing.publish(message, deadline),
      fits: (_publishing, bytes) => bytes <= this.#maxFrameBytes,
      close: (publishing) => publishing.close(),
    });
  }

  publish(stream: string, message: ShardMessage, deadline: Deadline): Promise<void> {
    return this.#publishers.publish(stream, message, deadline);
  }

  async read(stream: string, options: ReadOptions, deadline: Deadline): Promise<StreamReading> {
    const from = await sureStart(this, stream, options.from, deadline);
    return this.#withClient(`read "${stream}"`, deadline, async (client) => {
      const reading = new NpmReading(options, client, stream);
      const { extendedId } = await client.declareConsumer(
        {
          stream,
          offset: npmOffset(from),
          creditPolicy: reading.creditPolicy,
          connectionClosedListener: () => this.#lost(reading),
        },
        reading.onMessage,
      );
      reading.begin(extendedId, () => this.#readings.delete(reading));
      this.#readings.add(reading);
      return reading;
    });
  }

  close(): void {
    this.#publishers.close();
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) this.#discard(client);
  }

  /** The package tells of a lost connection only the reader that it was opened for; others may read from it as well. */
  #lost(reading: NpmReading): void {
    const { connectionId } = reading;
    reading.onConnectionClosed();
    if (connectionId === undefined) return;
    for (const other of this.#readings) if (other.connectionId === connectionId) other.onConnectionClosed();
  }

  #openPublisher(stream: string, deadline: Deadline): Promise<NpmPublishing> {
    return this.#withClient(`publish to "${stream}"`, deadline, async (client) => {
      let publishing: NpmPublishing | undefined;
      const connectionClosedListener = (): void => {
        if (publishing !== undefined) this.#publishers.drop(stream, publishing);
      };
      const publisher = await client.declarePublisher({ stream, maxChunkLength: 1, connectionClosedListener });
      this.#maxFrameBytes = client.maxFrameSize === 0 ? Infinity : client.maxFrameSize;
      publishing = new NpmPublishing(client, publisher, stream);
      return publishing;
    });
  }

  /** Works with the client. One that fails is replaced, so that the next attempt has a new one. */
  async #withClient<T>(action: string, deadline: Deadline, work: (client: NpmStreamClient) => Promise<T>): Promise<T> {
    const connecting = (this.#client ??= this.#source.connect());
    try {
      // When the connection is lost in the middle the package never answers: an attempt is short, and can be made again.
      return await withDeadline(connecting.then(work), Math.min(deadline, deadlineIn(ATTEMPT_MS)), action);
    } catch (error) {
      const failure = failureOf(error, action, deadline);
      if (failure.code !== "not-found" && this.#client === connecting) {
        this.#client = undefined;
        this.#discard(connecting);
      }
      throw failure;
    }
  }

  #discard(connecting: Promise<NpmStreamClient>): void {
    if (!this.#source.isOurs) return;
    // Its `close` ends them without a word.
    for (const reading of this.#readings) reading.onConnectionClosed();
    this.#publishers.dropAll();
    const closing = connecting.then((client) => withDeadline(client.close(), deadlineIn(CLOSE_TIMEOUT_MS), "close"));
    closing.catch(() => undefined); // it was of no use anyway
  }
}

/** The package throws plain errors, whose texts are all that tells them apart. */
function failureOf(error: unknown, action: string, deadline: Deadline): RabbitError {
  const isRabbit = error instanceof RabbitError;
  if (isRabbit && (error.code !== "timeout" || remainingMs(deadline) === 0)) return error;
  const text = error instanceof Error ? error.message : String(error);
  const isMissing = !isRabbit && /not found on any node|does ?n[o']t exist/iu.test(text);
  const message = `rabbitmq-stream-js-client could not ${action}: ${text}`;
  return new RabbitError(isMissing ? "not-found" : "connection-lost", message, { cause: error });
}
