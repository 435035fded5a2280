import { RabbitError, remainingMs, type Broker, type Deadline, type RegistryView } from "@warrenmq/core/internal";
import type { NewShard } from "../model/shard-map.ts";
import type { StreamCommand, StreamOutcome, StreamState } from "../model/stream-command.ts";
import type { StreamRecord } from "../model/stream-record.ts";
import { writeEndOfShard } from "./end-of-shard.ts";
import { declareShard, shardQueue } from "./shard-queues.ts";
import type { StreamDirectory, StreamKey } from "./stream-directory.ts";
import type { StreamTransport } from "./stream-transport.ts";

/** A change of shards takes some ten milliseconds. Whoever has not finished one by now has died; others finish it. */
const TAKE_OVER_MS = 3_000;

/**
 * Changes the shards of streams. In the registry first: the new shards are there and take nothing yet. Then the new streams
 * are declared and an end-of-shard marker is written to each old one. Then the registry again: the new shards are open.
 *
 * A producer that does not know of it yet goes on writing to an old shard. It finds the marker before its record when it
 * reads back, and writes the record to a new shard. So nothing lies behind an end, and records with the same key stay in
 * order: none goes to a new shard before the old one has its end. Every step can be done again by any process.
 */
export class Resharding {
  readonly #broker: Broker;
  readonly #registry: RegistryView<StreamState, StreamCommand, StreamOutcome>;
  readonly #transport: StreamTransport;
  readonly #directory: StreamDirectory;

  constructor(
    broker: Broker,
    registry: RegistryView<StreamState, StreamCommand, StreamOutcome>,
    transport: StreamTransport,
    directory: StreamDirectory,
  ) {
    this.#broker = broker;
    this.#registry = registry;
    this.#transport = transport;
    this.#directory = directory;
  }

  /** Closes shards and opens others in their place. The outcome is `not-active` when the stream does not allow it. */
  async reshard(
    { name, incarnation }: StreamKey,
    change: { readonly closes: readonly number[]; readonly opens: readonly NewShard[]; readonly keepHours: number },
    deadline: Deadline,
  ): Promise<StreamOutcome> {
    const id = crypto.randomUUID();
    const outcome = await this.#registry.append({ type: "begin-reshard", name, incarnation, id, ...change }, deadline);
    if (outcome.type !== "applied" || outcome.stream === undefined) return outcome;
    return this.#finish(outcome.stream, id, deadline);
  }

  /**
   * The stream once this shard is closed, so that its hash keys can be routed to others.
   * @throws StreamGone; RabbitError `timeout`
   */
  async closed(key: StreamKey, shardIndex: number, deadline: Deadline): Promise<StreamRecord> {
    for (;;) {
      const stream = await this.settled(key, deadline);
      if (stream.shards[shardIndex]?.state === "closed") return stream;
      if (stream.resharding === undefined) return stream;
      if (remainingMs(deadline) === 0) throw unfinished(key.name);
      await this.#directory.change(deadline);
    }
  }

  /** The stream as it is now; finishes a change of shards that somebody has left behind. */
  async settled(key: StreamKey, deadline: Deadline): Promise<StreamRecord> {
    const stream = await this.#directory.current(key, deadline);
    const { resharding } = stream;
    if (resharding === undefined || Date.now() - resharding.at < TAKE_OVER_MS) return stream;
    await this.#finish(stream, resharding.id, deadline);
    return this.#directory.current(key, deadline);
  }

  async #finish(stream: StreamRecord, id: string, deadline: Deadline): Promise<StreamOutcome> {
    const { name, incarnation, shards } = stream;
    const opening = shards.filter(({ state }) => state === "opening");
    await Promise.all(opening.map((shard) => declareShard(this.#broker, name, shard, deadline)));
    const closing = shards.filter(({ state }) => state === "closing");
    await Promise.all(
      closing.map(({ index }) =>
        this.#directory.onShard(stream, index, deadline, () =>
          writeEndOfShard(this.#transport, shardQueue(name, index), deadline),
        ),
      ),
    );
    return this.#registry.append({ type: "finish-reshard", name, incarnation, id }, deadline);
  }
}

function unfinished(name: string): RabbitError {
  return new RabbitError("timeout", `The shards of the stream "${name}" are being changed, which takes too long.`);
}
