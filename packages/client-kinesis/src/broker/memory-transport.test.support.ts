import { RabbitError } from "@warrenmq/core/internal";
import type {
  ReadFrom,
  ReadOptions,
  ShardMessage,
  StoredMessage,
  StreamReading,
  StreamTransport,
} from "./stream-transport.ts";

/** What becomes of a publish: it is stored and confirmed, or the connection is lost before or after it was stored. */
export type PublishFate = "stored" | "lost" | "stored-and-lost";

interface Reader {
  readonly options: ReadOptions;
  next: number;
  taken: number;
  given: number;
  closed: boolean;
}

/**
 * Streams in memory: for interleavings and faults that no broker can be made to have at a chosen moment. What a broker does is
 * tested on brokers.
 */
export class MemoryTransport implements StreamTransport {
  readonly name = "amqp";
  readonly messages: StoredMessage[] = [];
  /** Asked for each publish. */
  fate: (message: ShardMessage) => PublishFate = () => "stored";
  /** Whether reading can begin. */
  isReachable = true;
  /** Called when a time has been looked for, before reading begins: a broker goes on storing meanwhile. */
  afterLookUp: () => void = () => undefined;
  /** How often reading has begun, and where. */
  readonly readsFrom: ReadFrom[] = [];
  readonly #readers = new Set<Reader>();

  async publish(_stream: string, message: ShardMessage): Promise<void> {
    await turn();
    const fate = this.fate(message);
    if (fate !== "lost") this.store(message);
    if (fate !== "stored") throw lost();
  }

  async read(_stream: string, options: ReadOptions): Promise<StreamReading> {
    await turn();
    if (!this.isReachable) throw lost();
    this.readsFrom.push(options.from);
    const reader: Reader = { options, next: this.#start(options.from), taken: 0, given: 0, closed: false };
    this.#readers.add(reader);
    setImmediate(() => this.#feed(reader));
    return this.#reading(reader);
  }

  close(): void {
    this.#readers.clear();
  }

  /** Puts a message into the stream, as if somebody else had. */
  store({ id, arrivedAt, ...message }: ShardMessage): void {
    this.messages.push({ ...message, id, arrivedAt, storedAt: undefined, offset: this.messages.length });
    for (const reader of this.#readers) setImmediate(() => this.#feed(reader));
  }

  /** Gives nothing more to those who read now, as a slow connection does. */
  stall(): void {
    for (const reader of this.#readers) reader.closed = true;
  }

  /** Ends all readings, as a lost connection does. */
  loseReaders(): void {
    for (const reader of this.#readers) {
      reader.closed = true;
      reader.options.onEnd(lost());
    }
    this.#readers.clear();
  }

  /** Readings that are under way. */
  get readers(): number {
    return this.#readers.size;
  }

  #start(from: ReadFrom): number {
    switch (from.type) {
      case "first":
        return 0;
      case "time": {
        const found = this.messages.findIndex(({ arrivedAt = 0 }) => arrivedAt >= from.timeMs);
        this.afterLookUp();
        return found < 0 ? this.messages.length : found;
      }
      case "last":
        return Math.max(0, this.messages.length - 1);
      case "offset":
        return Math.min(from.offset, this.messages.length);
    }
  }

  #reading(reader: Reader): StreamReading {
    return {
      taken: (messages) => {
        reader.taken += messages;
        setImmediate(() => this.#feed(reader));
      },
      close: () => {
        reader.closed = true;
        this.#readers.delete(reader);
      },
    };
  }

  #feed(reader: Reader): void {
    while (!reader.closed && reader.given - reader.taken < reader.options.window) {
      const message = this.messages[reader.next];
      if (message === undefined) return;
      reader.next++;
      reader.given++;
      reader.options.onMessage(message, this.#reading(reader));
    }
  }
}

function lost(): RabbitError {
  return new RabbitError("connection-lost", "Lost the connection.");
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A message that holds one record. */
export function recordMessage(text: string, arrivedAt: number = Date.now()): ShardMessage {
  return { kind: "record", id: crypto.randomUUID(), partitionKey: "a", arrivedAt, content: Buffer.from(text) };
}

/** The end of a shard. */
export function endMessage(): ShardMessage {
  return { ...recordMessage(""), kind: "end", partitionKey: undefined };
}
