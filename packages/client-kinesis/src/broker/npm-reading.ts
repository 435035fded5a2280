import { RabbitError } from "@warrenmq/core/internal";
import { factsOf, HEADER } from "./message-headers.ts";
import type { NpmCreditPolicy, NpmMessage, NpmOffset, NpmStreamClient } from "./npm-stream-client.ts";
import type { ReadFrom, ReadOptions, StoredMessage, StreamReading } from "./stream-transport.ts";

/** One consumer of `rabbitmq-stream-js-client`. */
export class NpmReading implements StreamReading {
  readonly #options: ReadOptions;
  readonly #client: NpmStreamClient;
  readonly #stream: string;
  #consumerId: string | undefined;
  #untaken = 0;
  #isClosed = false;
  #goOn: (() => void) | undefined;
  #onOver: (() => void) | undefined;

  constructor(options: ReadOptions, client: NpmStreamClient, stream: string) {
    this.#options = options;
    this.#client = client;
    this.#stream = stream;
  }

  /** One chunk at a time: with more, the package handles them at once, and their messages come mixed up. */
  readonly creditPolicy: NpmCreditPolicy = {
    onSubscription: () => 1,
    onChunkReceived: () => Promise.resolve(),
    onChunkCompleted: async (request) => {
      if (!this.#hasRoom()) {
        await new Promise<void>((resolve) => {
          this.#goOn = resolve;
        });
      }
      if (!this.#isClosed) await request(1).catch(() => undefined); // on a lost connection: `onConnectionClosed` tells
    },
  };

  readonly onMessage = (message: NpmMessage): void => {
    if (this.#isClosed) return;
    this.#untaken++;
    this.#options.onMessage(storedMessage(message), this);
  };

  /** Of the connection that it reads from, once it has begun. The package shares them between readers of a stream. */
  get connectionId(): string | undefined {
    return this.#consumerId?.split("@")[1];
  }

  /** The connection is gone, or the stream has left its node. */
  readonly onConnectionClosed = (): void => {
    if (this.#isClosed) return;
    this.#over();
    // Not begun: then opening it fails.
    if (this.#consumerId === undefined) return;
    this.#options.onEnd(new RabbitError("connection-lost", `Lost the connection while reading "${this.#stream}".`));
  };

  /**
   * Reading has begun.
   * @param onOver called when it is over, in whichever way
   * @throws RabbitError `connection-lost` when it is over already
   */
  begin(consumerId: string, onOver: () => void): void {
    if (this.#isClosed)
      throw new RabbitError("connection-lost", `Lost the connection while reading "${this.#stream}".`);
    this.#consumerId = consumerId;
    this.#onOver = onOver;
  }

  taken(messages: number): void {
    this.#untaken -= messages;
    if (this.#hasRoom()) this.#resume();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#over();
    if (this.#consumerId === undefined) return;
    this.#client.closeConsumer(this.#consumerId).catch(() => undefined); // lost already: that is what was wanted
  }

  #over(): void {
    this.#isClosed = true;
    this.#resume();
    this.#onOver?.();
  }

  #hasRoom(): boolean {
    return this.#isClosed || this.#untaken < this.#options.window;
  }

  #resume(): void {
    const goOn = this.#goOn;
    this.#goOn = undefined;
    goOn?.();
  }
}

function storedMessage({
  offset = 0n,
  content,
  amqpValue,
  messageProperties,
  applicationProperties: headers = {},
}: NpmMessage): StoredMessage {
  const creationTime = messageProperties?.creationTime?.getTime();
  const facts = factsOf({
    kind: headers[HEADER.kind],
    id: messageProperties?.messageId,
    partitionKey: headers[HEADER.partitionKey],
    arrivedAt: headers[HEADER.arrivedAt],
    timestampMs: creationTime === undefined ? undefined : Math.floor(creationTime / 1000) * 1000,
  });
  return { ...facts, offset: Number(offset), storedAt: undefined, content: content ?? Buffer.from(amqpValue ?? "") };
}

/** What the package's own writer of offsets calls. */
interface OffsetWriter {
  writeUInt16(value: number): void;
  writeUInt64(value: bigint): void;
  writeInt64(value: bigint): void;
}

interface Offset extends NpmOffset {
  readonly value: bigint | undefined;
  write(writer: OffsetWriter): void;
  clone(): Offset;
}

const CODES = { first: 1, last: 2, next: 3, numeric: 4, timestamp: 5 } as const;

/** As the package's `Offset`, which only who has the package has. */
export function npmOffset(from: ReadFrom): NpmOffset {
  switch (from.type) {
    case "first":
    case "last":
      return offsetOf(from.type, undefined);
    case "offset":
      return offsetOf("numeric", BigInt(from.offset));
    case "time":
      return offsetOf("timestamp", BigInt(Math.max(0, Math.floor(from.timeMs))));
  }
}

function offsetOf(type: NpmOffset["type"], value: bigint | undefined): Offset {
  return {
    type,
    value,
    write: (writer) => {
      writer.writeUInt16(CODES[type]);
      if (type === "numeric" && value !== undefined) writer.writeUInt64(value);
      if (type === "timestamp" && value !== undefined) writer.writeInt64(value);
    },
    clone: () => offsetOf(type, value),
  };
}
