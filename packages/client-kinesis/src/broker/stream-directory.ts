import {
  deadlineIn,
  RabbitError,
  remainingMs,
  type Broker,
  type Deadline,
  type RegistryView,
} from "@warrenmq/core/internal";
import type { StreamCommand, StreamOutcome, StreamState } from "../model/stream-command.ts";
import type { StreamRecord } from "../model/stream-record.ts";
import { declareShard } from "./shard-queues.ts";
import { StreamGone } from "./stream-gone.ts";

/** How often a change is looked for that the registry may have been told of while it was not followed. */
const RECHECK_MS = 500;

/** Names a stream, and not a later one of the same name. */
export type StreamKey = Pick<StreamRecord, "name" | "incarnation">;

/** What is known of streams: the registry, and whether the broker agrees. */
export class StreamDirectory {
  readonly #broker: Broker;
  readonly #registry: RegistryView<StreamState, StreamCommand, StreamOutcome>;
  readonly #waiting = new Set<() => void>();

  constructor(broker: Broker, registry: RegistryView<StreamState, StreamCommand, StreamOutcome>) {
    this.#broker = broker;
    this.#registry = registry;
    registry.onApplied(() => {
      for (const wake of this.#waiting) wake();
    });
  }

  /**
   * The stream of that name as this process knows it, or `undefined`. Another process may have changed it a moment ago:
   * who refuses something because of what it says asks {@link StreamDirectory.latest} first.
   * @throws RabbitError when the broker cannot be asked
   */
  async find(name: string, deadline: Deadline): Promise<StreamRecord | undefined> {
    if (!this.#registry.isReady()) await this.#registry.ready(deadline);
    const known = this.#registry.state.streams.get(name);
    return known ?? this.latest(name, deadline);
  }

  /**
   * The stream of that name with all that any process has changed of it before the call, or `undefined`.
   * @throws RabbitError when the broker cannot be asked
   */
  async latest(name: string, deadline: Deadline): Promise<StreamRecord | undefined> {
    await this.refresh(deadline);
    return this.#registry.state.streams.get(name);
  }

  /** Resolves when everything that any process has changed before the call is known here. @throws RabbitError */
  async refresh(deadline: Deadline): Promise<void> {
    // While the broker takes no publishes, no process can change anything.
    if (this.#registry.isReady() && this.#broker.publishing.blockedReason() !== undefined) return;
    await this.#registry.sync(deadline);
  }

  /** The stream as every process sees it that asks from now on. @throws StreamGone when it has been deleted */
  async current({ name, incarnation }: StreamKey, deadline: Deadline): Promise<StreamRecord> {
    const stream = await this.latest(name, deadline);
    if (stream?.incarnation !== incarnation || stream.deleting) throw new StreamGone(name);
    return stream;
  }

  /** Resolves when some stream may have changed. */
  async change(deadline: Deadline): Promise<void> {
    const until = Math.min(deadline, deadlineIn(RECHECK_MS));
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, remainingMs(until)).unref();
      this.#waiting.add(wake);
    });
  }

  /**
   * Does `work` on a shard. When the broker has no stream queue for it although the registry has the shard (whoever created
   * it has died in between, or the queue was deleted by hand), declares the queue and does the work again.
   * @throws StreamGone when the stream has been deleted
   */
  async onShard<T>(key: StreamKey, shardIndex: number, deadline: Deadline, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isMissing(error)) throw error;
      const stream = await this.current(key, deadline);
      const shard = stream.shards[shardIndex];
      if (shard === undefined) throw error;
      await declareShard(this.#broker, stream.name, shard, deadline);
      return work();
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof RabbitError && (error.code === "not-found" || error.code === "unroutable");
}
