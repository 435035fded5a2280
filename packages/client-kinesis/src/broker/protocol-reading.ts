import { RabbitError } from "@warrenmq/core/internal";
import type { DeliveredChunk, StreamConsumer } from "@warrenmq/streams";
import { fromReceived } from "./stream-message.ts";
import type { ReadOptions, StreamReading } from "./stream-transport.ts";

/** One consumer of the stream protocol, which gets its messages in chunks. */
export class ProtocolReading implements StreamReading {
  readonly #options: ReadOptions;
  /** What was in the stream when reading began lies before it. */
  readonly #endOffset: number;
  #consumer: StreamConsumer | undefined;
  #untaken = 0;
  #isAtTip = false;
  #isClosed = false;
  #goOn: (() => void) | undefined;

  constructor(options: ReadOptions, endOffset: number) {
    this.#options = options;
    this.#endOffset = endOffset;
  }

  /** Reading has begun. */
  begin(consumer: StreamConsumer): void {
    this.#consumer = consumer;
    if (this.#isClosed) this.#stop();
  }

  /** All messages before that offset have been read, or are not wanted. */
  reached(offset: number): void {
    if (this.#isAtTip || this.#isClosed || offset < this.#endOffset) return;
    this.#isAtTip = true;
    this.#options.onTip?.();
  }

  /** Gives the chunk's messages. The next chunk waits until there is room for it. */
  readonly onChunk = ({ messages, timestampMs }: DeliveredChunk): void | Promise<void> => {
    this.#untaken += messages.length;
    for (const message of messages) {
      if (this.#isClosed) return undefined;
      this.#options.onMessage(fromReceived(message, timestampMs), this);
    }
    this.reached((messages.at(-1)?.offset ?? -1) + 1);
    if (this.#hasRoom()) return undefined;
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  };

  /** Nothing more comes. */
  readonly onEnd = (reason: Error): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const failure = reason instanceof RabbitError ? reason : new RabbitError("broker-error", reason.message);
    this.#options.onEnd(failure);
  };

  taken(messages: number): void {
    this.#untaken -= messages;
    if (this.#goOn === undefined || !this.#hasRoom()) return;
    const goOn = this.#goOn;
    this.#goOn = undefined;
    goOn();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#goOn?.();
    this.#stop();
  }

  #hasRoom(): boolean {
    return this.#isClosed || this.#untaken < this.#options.window;
  }

  #stop(): void {
    void this.#consumer?.close().catch(() => undefined); // lost already: that is what was wanted
  }
}
