import { RabbitError, remainingMs, type Deadline } from "@warrenmq/core/internal";
import { sequenceIndex, sequenceNumbersOf } from "../model/sequence-number.ts";
import { shardIdOf } from "../model/shard-id.ts";
import { routerOf, type ShardRecord, type ShardRouter } from "../model/shard-map.ts";
import type { StreamRecord } from "../model/stream-record.ts";
import { encodeFrame } from "../model/wire/batch-frame.ts";
import type { Resharding } from "./resharding.ts";
import { shardQueue } from "./shard-queues.ts";
import { ShardWriter, type Appended } from "./shard-writer.ts";
import type { StreamDirectory } from "./stream-directory.ts";
import { ShardMoved } from "./stream-gone.ts";
import type { ShardMessage, StreamTransport } from "./stream-transport.ts";

/** A record that is to be put. */
export interface NewRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string | undefined;
  /** Decimal. */
  readonly explicitHashKey: string | undefined;
}

/** Where a record was put. */
export interface PutPlace {
  readonly type: "stored";
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** What came of one record. */
export type PutResult = PutPlace | { readonly type: "failed"; readonly error: unknown };

/** A writer that was not used for so long gives back its channel. */
const IDLE_MS = 60_000;
const IDLE_CHECK_MS = 20_000;

const UNKNOWN: PutResult = { type: "failed", error: new RabbitError("broker-error", "The record was not put.") };

/** Puts records into the shards of streams, and follows those that are split or merged meanwhile. */
export class RecordProducer {
  readonly #transport: StreamTransport;
  readonly #directory: StreamDirectory;
  readonly #resharding: Resharding;
  readonly #writers = new Map<string, ShardWriter>();
  readonly #routers = new WeakMap<readonly ShardRecord[], ShardRouter>();
  readonly #idleCheck: NodeJS.Timeout;

  constructor(transport: StreamTransport, directory: StreamDirectory, resharding: Resharding) {
    this.#transport = transport;
    this.#directory = directory;
    this.#resharding = resharding;
    this.#idleCheck = setInterval(() => this.#closeIdle(), IDLE_CHECK_MS).unref();
  }

  /**
   * Puts records; a result for each, in their order.
   * @param framed whether records for the same shard share a message
   */
  async put(
    stream: StreamRecord,
    records: readonly NewRecord[],
    framed: boolean,
    deadline: Deadline,
  ): Promise<PutResult[]> {
    const results = Array.from<unknown, PutResult>(records, () => UNKNOWN);
    const puts = [...this.#groups(stream, records)].map(async ([shard, group]) => {
      const stored = await this.#putGroup(stream, shard, group.records, framed, deadline);
      for (let index = 0; index < stored.length; index++) results[group.places[index] ?? 0] = stored[index] ?? UNKNOWN;
    });
    await Promise.all(puts);
    return results;
  }

  /** The last offset that was seen in a shard's stream, which is being followed; -1 when it is not. */
  lastOffset(queue: string): number {
    return this.#writers.get(queue)?.lastOffset() ?? -1;
  }

  /** Stops writing to the shards of a stream that is being deleted. */
  forget(stream: StreamRecord): void {
    for (const { index } of stream.shards) {
      const queue = shardQueue(stream.name, index);
      this.#writers.get(queue)?.close(new RabbitError("not-found", `The stream "${queue}" was deleted.`));
      this.#writers.delete(queue);
    }
  }

  /** Stops. What is under way fails. */
  close(): void {
    clearInterval(this.#idleCheck);
    for (const writer of this.#writers.values()) writer.close();
    this.#writers.clear();
  }

  /** Which records go to which shard. */
  #groups({ shards }: StreamRecord, records: readonly NewRecord[]): Map<ShardRecord, Group> {
    const router = this.#router(shards);
    const groups = new Map<ShardRecord, Group>();
    let place = 0;
    for (const record of records) {
      const shard = route(router, record);
      let group = groups.get(shard);
      if (group === undefined) groups.set(shard, (group = { places: [], records: [] }));
      group.places.push(place++);
      group.records.push(record);
    }
    return groups;
  }

  async #putGroup(
    stream: StreamRecord,
    shard: ShardRecord,
    records: readonly NewRecord[],
    framed: boolean,
    deadline: Deadline,
  ): Promise<PutResult[]> {
    const messages = framed || records.length === 1 ? [records] : records.map((record) => [record]);
    const stored = await Promise.all(messages.map((group) => this.#putMessage(stream, shard, group, framed, deadline)));
    return stored.flat();
  }

  async #putMessage(
    stream: StreamRecord,
    shard: ShardRecord,
    records: readonly NewRecord[],
    framed: boolean,
    deadline: Deadline,
  ): Promise<PutResult[]> {
    const message = messageOf(records);
    try {
      const appended = await this.#append(stream, shard, message, deadline);
      if (!appended.behindEnd) {
        return placesOf(shard, appended.offset, message.arrivedAt, records.length);
      }
    } catch (error) {
      if (!(error instanceof ShardMoved)) return records.map(() => failed(error));
    }
    return this.#putElsewhere(stream, shard, records, framed, deadline);
  }

  /** The shard has ended: the records go to the shards that took its hash keys. */
  async #putElsewhere(
    stream: StreamRecord,
    shard: ShardRecord,
    records: readonly NewRecord[],
    framed: boolean,
    deadline: Deadline,
  ): Promise<PutResult[]> {
    try {
      const current = await this.#resharding.closed(stream, shard.index, deadline);
      if (remainingMs(deadline) === 0) throw new RabbitError("timeout", `Too many changes of "${stream.name}".`);
      return await this.put(current, records, framed, deadline);
    } catch (error) {
      return records.map(() => failed(error));
    }
  }

  #append(stream: StreamRecord, shard: ShardRecord, message: ShardMessage, deadline: Deadline): Promise<Appended> {
    return this.#directory.onShard(stream, shard.index, deadline, () =>
      this.#writer(stream, shard.index).append(message, deadline),
    );
  }

  #writer(stream: StreamRecord, shardIndex: number): ShardWriter {
    const queue = shardQueue(stream.name, shardIndex);
    const existing = this.#writers.get(queue);
    if (existing?.isOpen() === true) return existing;
    const onAttached = (deadline: Deadline): Promise<void> => this.#checkOpen(stream, shardIndex, deadline);
    const writer = new ShardWriter({ stream: queue, transport: this.#transport, onAttached });
    this.#writers.set(queue, writer);
    return writer;
  }

  /**
   * A writer that begins to read only now may have come too late for the end-of-shard marker. The registry is asked after
   * that: if the shard is still open, the marker is yet to come.
   */
  async #checkOpen(stream: StreamRecord, shardIndex: number, deadline: Deadline): Promise<void> {
    const { shards } = await this.#directory.current(stream, deadline);
    if (shards[shardIndex]?.state !== "open") throw new ShardMoved(shardQueue(stream.name, shardIndex));
  }

  #router(shards: readonly ShardRecord[]): ShardRouter {
    const known = this.#routers.get(shards);
    if (known !== undefined) return known;
    const router = routerOf(shards);
    this.#routers.set(shards, router);
    return router;
  }

  #closeIdle(): void {
    const oldest = performance.now() - IDLE_MS;
    for (const [queue, writer] of this.#writers) {
      if (writer.isOpen() && writer.idleSinceMs() > oldest) continue;
      writer.close();
      this.#writers.delete(queue);
    }
  }
}

/** Records for one shard, and their places in the call. */
interface Group {
  readonly places: number[];
  readonly records: NewRecord[];
}

/** The places of the records that share a message. */
function placesOf({ createdAt, index }: ShardRecord, offset: number, time: number, count: number): PutPlace[] {
  const shardId = shardIdOf(index);
  const first = { shardCreatedAt: createdAt, shardIndex: index, index: sequenceIndex({ offset, index: 0 }), time };
  return sequenceNumbersOf(first, count).map((sequenceNumber) => ({ type: "stored", shardId, sequenceNumber }));
}

function route(router: ShardRouter, { explicitHashKey, partitionKey }: NewRecord): ShardRecord {
  if (explicitHashKey !== undefined) return router.byHashKey(explicitHashKey);
  return partitionKey === undefined ? router.next() : router.byPartitionKey(partitionKey);
}

function messageOf(records: readonly NewRecord[]): ShardMessage {
  const base = { id: crypto.randomUUID(), arrivedAt: Date.now() };
  const [record, second] = records;
  if (record === undefined || second !== undefined) {
    return { ...base, kind: "batch", partitionKey: undefined, content: encodeFrame(records) };
  }
  const { data, partitionKey } = record;
  return { ...base, kind: "record", partitionKey, content: Buffer.from(data.buffer, data.byteOffset, data.length) };
}

function failed(error: unknown): PutResult {
  return { type: "failed", error };
}
