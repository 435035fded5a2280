import { Connection } from "./connection.ts";
import { ChannelPool } from "./channel-pool.ts";
import { ConfirmedPublisher } from "./confirmed-publisher.ts";
import { deadlineIn, withDeadline, type Deadline } from "./deadline.ts";
import { KeepAlive } from "./keep-alive.ts";
import { mayHaveQueue } from "./queue-existence.ts";
import type { ResolvedRabbitMQOptions } from "./options.ts";

const CLOSE_TIMEOUT_MS = 2_000;

/** Something that lives as long as the broker link and is shared by all clients that use it. */
export interface BrokerPart {
  /** Called once, when the last client is destroyed. */
  close(): Promise<void> | void;
}

/**
 * Everything that the clients of one process share for one broker address: a connection for publishing, one for
 * consuming and declaring (a broker alarm stops reading the publishing socket, acknowledgements included, so the two
 * are kept apart), the confirmed publisher, and the parts that the clients add.
 *
 * The process stays alive while a call is outstanding ({@link Broker.hold}), and only then.
 */
export class Broker {
  readonly options: ResolvedRabbitMQOptions;
  readonly publishing: Connection;
  readonly consuming: Connection;
  readonly publisher: ConfirmedPublisher;
  /** Throw-away channels for declaring and probing. */
  readonly channels: ChannelPool;
  readonly #parts = new Map<string, BrokerPart>();
  readonly #keepAlive = new KeepAlive();

  constructor(options: ResolvedRabbitMQOptions) {
    this.options = options;
    this.publishing = new Connection(options, "publish");
    this.consuming = new Connection(options, "consume");
    this.channels = new ChannelPool(this.consuming);
    this.publisher = new ConfirmedPublisher(this.publishing, (name, deadline) =>
      mayHaveQueue(this.channels, name, deadline),
    );
  }

  /** The deadline for work that starts now: `timeoutMs` of the options ahead. */
  deadline(): Deadline {
    return deadlineIn(this.options.timeoutMs);
  }

  /** Keeps the process alive until {@link Broker.release} is called as often. */
  hold(): void {
    this.#keepAlive.hold();
  }

  /** Undoes one {@link Broker.hold}. */
  release(): void {
    this.#keepAlive.release();
  }

  /** The part of that name, made at the first call. This is how a client keeps state that all its instances share. */
  part<P extends BrokerPart>(name: string, make: (broker: Broker) => P): P {
    const existing = this.#parts.get(name);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a name belongs to one maker, so what is stored under it has that maker's type
    if (existing !== undefined) return existing as P;
    const made = make(this);
    this.#parts.set(name, made);
    return made;
  }

  /** Closes every part, then both connections. What was on its way to the broker (acknowledgements, say) arrives. */
  async close(): Promise<void> {
    this.hold();
    this.publisher.close();
    const parts = [...this.#parts.values()].map(async (part) => part.close());
    // A broker that no longer answers must not hold up a shutdown.
    await withDeadline(Promise.all(parts), deadlineIn(CLOSE_TIMEOUT_MS), "close").catch(() => undefined);
    await Promise.all([this.publishing.close(), this.consuming.close()]);
    this.#keepAlive.end();
  }
}
