import { RabbitError, type Deadline } from "@warrenmq/core/internal";
import type { ShardMessage, StreamTransport } from "./stream-transport.ts";

/** How a kind of publisher is handled. */
export interface PublisherHandling<P> {
  /** Opens a publisher for a stream. @throws RabbitError */
  readonly open: (stream: string, deadline: Deadline) => Promise<P>;
  /** Publishes; resolves when the message is confirmed. Called in the order in which messages are to be stored. */
  readonly publish: (publisher: P, message: ShardMessage, deadline: Deadline) => Promise<void>;
  /** Whether a message of so many bytes, encoded, can be published that way. */
  readonly fits: (publisher: P, bytes: number) => boolean;
  /** Must not throw. */
  readonly close: (publisher: P) => void;
  /** Publishes the others. */
  readonly large: StreamTransport;
}

interface Slot<P> {
  publisher: P | undefined;
  /** Settles when all that wait before have begun; `undefined` when nobody waits. */
  line: Promise<void> | undefined;
  /** The message that was published last, not counting large ones. */
  last: Promise<void>;
  inFlight: number;
  usedAtMs: number;
}

/** More than the properties and headers of a message of ours take; partition keys have 256 characters. */
const OVERHEAD_BYTES = 2_048;
const IDLE_MS = 60_000;
const IDLE_CHECK_MS = 20_000;

/**
 * A publisher for each stream, opened when it is needed and closed when it was not for a minute. Messages of one stream are
 * stored in the order of the calls, also when a large one goes another way: it waits for those before it, and those behind it
 * wait for it.
 */
export class StreamPublishers<P> {
  readonly #handling: PublisherHandling<P>;
  readonly #slots = new Map<string, Slot<P>>();
  readonly #idleCheck: NodeJS.Timeout = setInterval(() => this.#closeIdle(), IDLE_CHECK_MS).unref();
  #isClosed = false;

  constructor(handling: PublisherHandling<P>) {
    this.#handling = handling;
  }

  /** Publishes a message; resolves when it is confirmed. @throws RabbitError */
  async publish(stream: string, message: ShardMessage, deadline: Deadline): Promise<void> {
    if (this.#isClosed) throw new RabbitError("destroyed", "The client was destroyed.");
    const slot = this.#slot(stream);
    slot.inFlight++;
    try {
      const { publisher } = slot;
      const isAtOnce = slot.line === undefined && publisher !== undefined && this.#fits(publisher, message);
      await (isAtOnce
        ? this.#begin(slot, publisher, message, deadline)
        : this.#inLine(stream, slot, message, deadline));
    } finally {
      slot.inFlight--;
      slot.usedAtMs = performance.now();
    }
  }

  /** Forgets a publisher that is of no use any more. The next message opens another one. */
  drop(stream: string, publisher: P): void {
    this.#handling.close(publisher);
    const slot = this.#slots.get(stream);
    if (slot?.publisher === publisher) slot.publisher = undefined;
  }

  /** Forgets all publishers. */
  dropAll(): void {
    for (const [stream, { publisher }] of this.#slots) if (publisher !== undefined) this.drop(stream, publisher);
  }

  /** Closes all. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#idleCheck);
    this.dropAll();
    this.#slots.clear();
  }

  #begin(slot: Slot<P>, publisher: P, message: ShardMessage, deadline: Deadline): Promise<void> {
    const confirmed = this.#handling.publish(publisher, message, deadline);
    slot.last = confirmed.catch(() => undefined);
    return confirmed;
  }

  async #inLine(stream: string, slot: Slot<P>, message: ShardMessage, deadline: Deadline): Promise<void> {
    const before = slot.line ?? Promise.resolve();
    const begun = before.then(() => this.#beginNext(stream, slot, message, deadline));
    const line: Promise<void> = begun.then(noop, noop).finally(() => {
      if (slot.line === line) slot.line = undefined;
    });
    slot.line = line;
    const { confirmed } = await begun;
    await confirmed;
  }

  /** Resolves when the next message may begin. */
  async #beginNext(
    stream: string,
    slot: Slot<P>,
    message: ShardMessage,
    deadline: Deadline,
  ): Promise<{ readonly confirmed: Promise<void> }> {
    const publisher = (slot.publisher ??= await this.#handling.open(stream, deadline));
    if (this.#fits(publisher, message)) return { confirmed: this.#begin(slot, publisher, message, deadline) };
    await slot.last;
    await this.#handling.large.publish(stream, message, deadline);
    return { confirmed: Promise.resolve() };
  }

  #fits(publisher: P, { content }: ShardMessage): boolean {
    return this.#handling.fits(publisher, content.length + OVERHEAD_BYTES);
  }

  #slot(stream: string): Slot<P> {
    const existing = this.#slots.get(stream);
    if (existing !== undefined) return existing;
    const slot: Slot<P> = { publisher: undefined, line: undefined, last: Promise.resolve(), inFlight: 0, usedAtMs: 0 };
    this.#slots.set(stream, slot);
    return slot;
  }

  #closeIdle(): void {
    const oldest = performance.now() - IDLE_MS;
    for (const [stream, { inFlight, usedAtMs, publisher }] of this.#slots) {
      if (inFlight > 0 || usedAtMs > oldest) continue;
      if (publisher !== undefined) this.#handling.close(publisher);
      this.#slots.delete(stream);
    }
  }
}

function noop(): void {
  return undefined;
}
