import { registryOf, type Broker, type BrokerPart, type Deadline, type RegistryView } from "@warrenmq/core/internal";
import type { ShardPosition } from "../model/shard-iterator.ts";
import type { StreamCommand, StreamOutcome, StreamState } from "../model/stream-command.ts";
import type { StreamRecord } from "../model/stream-record.ts";
import type { StreamsOptions } from "../streams-options.ts";
import { STREAM_FOLD } from "../model/stream-registry.ts";
import { CursorPool } from "./cursor-pool.ts";
import { markEnd } from "./end-mark.ts";
import { openTransport } from "./open-transport.ts";
import type { LogLine } from "./probed-transport.ts";
import { RecordProducer } from "./record-producer.ts";
import { Resharding } from "./resharding.ts";
import { ShardCursor } from "./shard-cursor.ts";
import { declareShard, deleteShard, shardQueue } from "./shard-queues.ts";
import { StreamDirectory } from "./stream-directory.ts";
import type { StreamTransport } from "./stream-transport.ts";
import { keyOf } from "./streams-key.ts";

const HOUR_MS = 3_600_000;
/** Shards that are declared or deleted at once. */
const AT_ONCE = 8;

type Creation = StreamCommand & { readonly type: "create-stream" };

/** What all Kinesis clients of one process share for one broker. */
export class KinesisBroker implements BrokerPart {
  readonly broker: Broker;
  readonly registry: RegistryView<StreamState, StreamCommand, StreamOutcome>;
  readonly directory: StreamDirectory;
  readonly producer: RecordProducer;
  readonly resharding: Resharding;
  readonly cursors: CursorPool = new CursorPool();
  readonly #transport: StreamTransport;

  constructor(broker: Broker, transport: StreamTransport) {
    this.broker = broker;
    this.#transport = transport;
    this.registry = registryOf(broker).view(STREAM_FOLD);
    this.directory = new StreamDirectory(broker, this.registry);
    this.resharding = new Resharding(broker, this.registry, transport, this.directory);
    this.producer = new RecordProducer(transport, this.directory, this.resharding);
  }

  /** Creates a stream and declares its shards. The outcome is `exists` when there is one of that name. */
  async createStream(creation: Creation, deadline: Deadline): Promise<StreamOutcome> {
    const outcome = await this.registry.append(creation, deadline);
    const existing = this.registry.state.streams.get(creation.name);
    if (outcome.type === "exists" && existing?.deleting === true) {
      // Whoever began to delete it has died.
      await this.#remove(existing, deadline);
      return this.createStream(creation, deadline);
    }
    if (outcome.type !== "applied" || outcome.stream === undefined) return outcome;
    const { name, shards } = outcome.stream;
    await inParts(shards, (shard) => declareShard(this.broker, name, shard, deadline));
    return outcome;
  }

  /** Deletes a stream with all its records. */
  async deleteStream(name: string, enforce: boolean, deadline: Deadline): Promise<StreamOutcome> {
    const outcome = await this.registry.append({ type: "delete-stream", name, enforce }, deadline);
    if (outcome.type === "applied" && outcome.stream !== undefined) await this.#remove(outcome.stream, deadline);
    return outcome;
  }

  /** A new cursor on a shard. */
  cursor(stream: StreamRecord, shardIndex: number, position: ShardPosition): ShardCursor {
    const queue = shardQueue(stream.name, shardIndex);
    const retentionHours = (): number =>
      (this.registry.state.streams.get(stream.name) ?? stream).settings.retentionHours;
    return new ShardCursor({
      stream: queue,
      transport: this.#transport,
      position,
      trimmedBefore: () => Date.now() - retentionHours() * HOUR_MS,
      knownTip: () => this.producer.lastOffset(queue),
    });
  }

  /** The position behind everything that is in a shard now. */
  async tip(stream: StreamRecord, shardIndex: number, deadline: Deadline): Promise<ShardPosition> {
    return this.directory.onShard(stream, shardIndex, deadline, async () => {
      const queue = shardQueue(stream.name, shardIndex);
      const end = await this.#transport.endOffset?.(queue, deadline);
      if (end !== undefined) return { type: "record", offset: end, index: 0 };
      const offset = await markEnd(this.#transport, queue, deadline);
      return { type: "record", offset: offset + 1, index: 0 };
    });
  }

  close(): void {
    this.producer.close();
    this.cursors.close();
    this.#transport.close();
  }

  async #remove(stream: StreamRecord, deadline: Deadline): Promise<void> {
    const { name, incarnation, shards } = stream;
    this.producer.forget(stream);
    await inParts(shards, ({ index }) => deleteShard(this.broker, name, index, deadline));
    await this.registry.append({ type: "forget-stream", name, incarnation }, deadline);
  }
}

/**
 * The Kinesis part of a broker link, shared by all Kinesis clients on it that write and read their streams the same way.
 * @param log told which way was chosen
 */
export function kinesisBrokerOf(broker: Broker, streams: StreamsOptions, log: LogLine): KinesisBroker {
  return broker.part(
    `kinesis ${keyOf(streams)}`,
    (owner) => new KinesisBroker(owner, openTransport(owner, streams, log)),
  );
}

async function inParts<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await Promise.all(items.slice(start, start + AT_ONCE).map(work));
  }
}
