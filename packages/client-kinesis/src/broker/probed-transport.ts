import { deadlineIn, RabbitError, remainingMs, type Deadline } from "@warrenmq/core/internal";
import type { StreamClient } from "@warrenmq/streams";
import type { AmqpTransport } from "./amqp-transport.ts";
import type { ProtocolTransport } from "./protocol-transport.ts";
import type { ReadOptions, ShardMessage, StreamReading, StreamTransport, TransportName } from "./stream-transport.ts";

/** Tells the application what was decided, and why. */
export type LogLine = (text: string) => void;

/** What is chosen between. */
export interface ProbedTransportOptions {
  /** The one that `stream` uses; closed when it is not chosen. */
  readonly client: StreamClient;
  readonly stream: ProtocolTransport;
  readonly amqp: AmqpTransport;
  /** How long the stream protocol has to answer. */
  readonly timeoutMs: number;
  readonly log: LogLine;
}

/**
 * The stream protocol where it can be used, else AMQP 0-9-1: decided once, with the first message or reading, on the stream that
 * it is for. A port that answers is not enough: the node that leads the stream must be within reach, where it says that it is.
 */
export class ProbedTransport implements StreamTransport {
  readonly #options: ProbedTransportOptions;
  #chosen: StreamTransport | undefined;
  #choosing: Promise<StreamTransport> | undefined;
  #isClosed = false;

  constructor(options: ProbedTransportOptions) {
    this.#options = options;
  }

  /** AMQP's until something was chosen. */
  get name(): TransportName {
    return (this.#chosen ?? this.#options.amqp).name;
  }

  /** Missing until the stream protocol was chosen: whoever asks for it has chosen before. */
  get endOffset(): StreamTransport["endOffset"] {
    const chosen = this.#chosen;
    return chosen?.endOffset === undefined ? undefined : (stream, deadline) => this.#endOffset(stream, deadline);
  }

  async publish(stream: string, message: ShardMessage, deadline: Deadline): Promise<void> {
    const transport = this.#chosen ?? (await this.#choose(stream, deadline));
    return transport.publish(stream, message, deadline);
  }

  async read(stream: string, options: ReadOptions, deadline: Deadline): Promise<StreamReading> {
    const transport = this.#chosen ?? (await this.#choose(stream, deadline));
    return transport.read(stream, options, deadline);
  }

  close(): void {
    this.#isClosed = true;
    this.#options.stream.close();
  }

  async #endOffset(stream: string, deadline: Deadline): Promise<number> {
    return this.#options.stream.endOffset(stream, deadline);
  }

  #choose(stream: string, deadline: Deadline): Promise<StreamTransport> {
    this.#choosing ??= this.#probe(stream, deadline).finally(() => (this.#choosing = undefined));
    return this.#choosing;
  }

  async #probe(stream: string, deadline: Deadline): Promise<StreamTransport> {
    const { client, amqp, timeoutMs, log } = this.#options;
    const until = Math.min(deadline, deadlineIn(timeoutMs));
    try {
      const version = await client.connect(until);
      await reachLeader(client, stream, until);
      log(`Kinesis records go over RabbitMQ's stream protocol (RabbitMQ ${version}).`);
      return (this.#chosen = this.#options.stream);
    } catch (error) {
      // Nothing is known of the protocol yet: there may be no such stream, or another broker has the port. AMQP can tell.
      if (error instanceof RabbitError && error.code === "not-found") return amqp;
      if (remainingMs(deadline) === 0 || this.#isClosed) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      log(`Kinesis records go over AMQP 0-9-1, because the stream protocol cannot be used: ${reason}`);
      this.#chosen = amqp;
      this.#options.stream.close();
      return amqp;
    }
  }
}

/** Publishing goes to the node that leads the stream, and that node may say that it is where we cannot reach it. */
async function reachLeader(client: StreamClient, stream: string, deadline: Deadline): Promise<void> {
  try {
    const publisher = await client.publisher(stream, {}, deadline);
    await publisher.close(deadline);
  } catch (error) {
    // Who may only read has reached it nevertheless.
    if (!(error instanceof RabbitError) || error.code !== "access-refused") throw error;
  }
}
