import { ListShardsCommand, type ShardFilter } from "@aws-sdk/client-kinesis";
import { leaseBroker, resolveBrokerOptions, type BrokerLease } from "@warrenmq/core/internal";
import { GroupLog } from "../broker/group-log.ts";
import { KinesisClient } from "../kinesis-client.ts";
import { nextLease } from "../model/group-plan.ts";
import type { GroupCommand, Lease, NewLease } from "../model/group-state.ts";
import {
  resolveConsumerOptions,
  type ResolvedConsumerOptions,
  type ShardProgress,
  type StreamConsumerOptions,
} from "./consumer-options.ts";
import { ShardReader } from "./shard-reader.ts";

/** Of the lease time: how often a worker shows that it lives, and looks for shards to take. */
const BEATS_PER_LEASE = 4;

/** What a command is without its writer. */
type Unsigned<Command> = Command extends GroupCommand ? Omit<Command, "worker"> : never;

/**
 * One worker of a consumer group: the shards of a stream are shared out among the workers of all processes that have the same
 * `applicationName`, each shard to one at a time. Every record is processed at least once, those of a shard in order, and a
 * shard that was split or merged before its children. What the group has done is kept in the broker, in the stream
 * `warrenmq.kinesis.group.<applicationName>.<streamName>`.
 *
 * It does what the Kinesis Client Library does, which AWS has for Java; there is none for `@aws-sdk` in Node.
 * @example
 * const consumer = new StreamConsumer({
 *   streamName: "clicks",
 *   applicationName: "reports",
 *   onRecords: async ({ records }) => { for (const { Data } of records) await store(Data); },
 * });
 * await consumer.start();
 * @public
 */
export class StreamConsumer {
  readonly #options: ResolvedConsumerOptions;
  readonly #worker: string = crypto.randomUUID();
  readonly #readers = new Map<string, ShardReader>();
  readonly #processed = new Map<string, number>();
  #running: Running | undefined;

  constructor(options: StreamConsumerOptions) {
    this.#options = resolveConsumerOptions(options);
  }

  /** Joins the group. @throws what ListShards throws: `ResourceNotFoundException` when there is no such stream */
  async start(): Promise<void> {
    if (this.#running !== undefined) return;
    const { client: config, applicationName, streamName, leaseMs } = this.#options;
    const client = new KinesisClient(config);
    const lease = leaseBroker(resolveBrokerOptions({ rabbitmq: config.rabbitmq, endpoint: config.endpoint }));
    const log = new GroupLog(lease.broker, `${applicationName}.${streamName}`, () => {
      if (this.#running === running && running.beat !== undefined) void this.#share(running);
    });
    const running: Running = { client, lease, log, sharedAgain: false };
    this.#running = running;
    lease.broker.hold();
    try {
      await running.log.follow(lease.deadline());
      if (running.log.state.size === 0) await this.#begin(running);
      await this.#append(running, { type: "alive" });
    } catch (error) {
      this.#running = undefined;
      this.#leave(running);
      throw error;
    }
    running.beat = setInterval(() => void this.#beat(running), leaseMs / BEATS_PER_LEASE);
    await this.#share(running);
  }

  /** Leaves the group: resolves when the batches under way are processed and the shards are given back. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    clearInterval(running.beat);
    await running.sharing;
    await Promise.all([...this.#readers].map(([shardId, reader]) => this.#drop(shardId, reader)));
    await this.#append(running, { type: "release", shardId: undefined }).catch(this.#options.onError);
    this.#leave(running);
  }

  /** Where each shard of the group stands. */
  progress(): ShardProgress[] {
    const leases = [...(this.#running?.log.state.values() ?? [])];
    return leases.map(({ shardId, checkpoint, done }) => {
      const reader = this.#readers.get(shardId);
      const records = (this.#processed.get(shardId) ?? 0) + (reader?.records ?? 0);
      const { millisBehindLatest } = reader ?? { millisBehindLatest: undefined };
      return { shardId, checkpoint, isMine: reader !== undefined, done, records, millisBehindLatest };
    });
  }

  /** `stop()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #leave({ client, lease }: Running): void {
    client.destroy();
    lease.broker.release();
    lease.release();
  }

  /** Shows that this worker lives, and looks whether others have died. */
  async #beat(running: Running): Promise<void> {
    if (running.sharing !== undefined) return; // a slow broker must not pile them up
    const { log, lease } = running;
    try {
      await this.#append(running, { type: "alive" });
      const whole = log.stateIfDue(this.#worker);
      if (whole !== undefined) await log.append(whole, lease.deadline());
    } catch (error) {
      this.#options.onError(error);
    }
    await this.#share(running);
  }

  /** Sees to it that this worker has its share of the shards. Once more when they change meanwhile. */
  #share(running: Running): Promise<void> {
    running.sharedAgain = running.sharing !== undefined;
    running.sharing ??= this.#shareOut(running)
      .catch(this.#options.onError)
      .finally(() => {
        running.sharing = undefined;
        if (running.sharedAgain && this.#running === running) void this.#share(running);
      });
    return running.sharing;
  }

  async #shareOut(running: Running): Promise<void> {
    const { log } = running;
    this.#dropLost(running);
    for (;;) {
      const alive = log.alive(this.#options.leaseMs).add(this.#worker);
      const next = nextLease(log.state, this.#worker, alive);
      if (next === undefined || this.#running !== running) break;
      const { type, lease } = next;
      await this.#append(running, { type, shardId: lease.shardId, counter: lease.counter });
    }
    this.#startReaders(running);
  }

  /** Stops the readers whose shards another worker has taken, or has asked for. */
  #dropLost(running: Running): void {
    const { state } = running.log;
    for (const [shardId, reader] of this.#readers) {
      const lease = state.get(shardId);
      if (lease?.owner !== this.#worker || lease.counter !== reader.counter) void this.#drop(shardId, reader);
    }
    for (const { shardId, owner, askedBy } of state.values()) {
      if (owner === this.#worker && askedBy !== undefined) void this.#handOver(running, shardId);
    }
  }

  /** Lets another worker go on with a shard, behind the batch that is being processed and its checkpoint. */
  async #handOver(running: Running, shardId: string): Promise<void> {
    const reader = this.#readers.get(shardId);
    if (reader?.isStopping() === true) return;
    if (reader !== undefined) await this.#drop(shardId, reader);
    await this.#append(running, { type: "release", shardId }).catch(this.#options.onError);
  }

  #startReaders(running: Running): void {
    for (const lease of running.log.state.values()) {
      const isOurs = lease.owner === this.#worker && lease.askedBy === undefined && !lease.done;
      if (!isOurs || this.#readers.has(lease.shardId)) continue;
      this.#readers.set(lease.shardId, this.#reader(running, lease));
    }
  }

  #reader(running: Running, lease: Lease): ShardReader {
    return new ShardReader(running.client, this.#options, lease, {
      checkpoint: (shardId, sequenceNumber) => this.#append(running, { type: "checkpoint", shardId, sequenceNumber }),
      finish: async (shardId, children) => {
        await this.#append(running, { type: "finish", shardId, children });
        const reader = this.#readers.get(shardId);
        if (reader !== undefined) this.#forget(shardId, reader);
        // The children are free now.
        if (this.#running === running) void this.#share(running);
      },
    });
  }

  async #drop(shardId: string, reader: ShardReader): Promise<void> {
    await reader.stop();
    this.#forget(shardId, reader);
  }

  #forget(shardId: string, reader: ShardReader): void {
    if (this.#readers.get(shardId) !== reader) return;
    this.#readers.delete(shardId);
    this.#processed.set(shardId, (this.#processed.get(shardId) ?? 0) + reader.records);
  }

  /** A group that has never been there: its first worker decides with which shards it begins. */
  async #begin(running: Running): Promise<void> {
    const { startAt, streamName } = this.#options;
    const now = new Date();
    const at = startAt === "LATEST" ? now : startAt;
    const filter: ShardFilter =
      at === "TRIM_HORIZON"
        ? { Type: "AT_TRIM_HORIZON" }
        : startAt === "LATEST"
          ? { Type: "AT_LATEST" }
          : { Type: "AT_TIMESTAMP", Timestamp: at };
    const leases: NewLease[] = [];
    let input: { StreamName?: string; ShardFilter?: ShardFilter; NextToken?: string } = {
      StreamName: streamName,
      ShardFilter: filter,
    };
    for (;;) {
      const { Shards = [], NextToken } = await running.client.send(new ListShardsCommand(input));
      for (const { ShardId = "" } of Shards) {
        leases.push({ shardId: ShardId, parents: [], start: at === "TRIM_HORIZON" ? "oldest" : at.getTime() });
      }
      if (NextToken === undefined) break;
      input = { NextToken };
    }
    await this.#append(running, { type: "begin", leases });
  }

  #append({ log, lease }: Running, command: Unsigned<GroupCommand>): Promise<boolean> {
    return log.append({ ...command, worker: this.#worker }, lease.deadline());
  }
}

/** What a consumer has while it works. */
interface Running {
  readonly client: KinesisClient;
  readonly lease: BrokerLease;
  readonly log: GroupLog;
  beat?: NodeJS.Timeout;
  /** While the shards are being shared out. */
  sharing?: Promise<void> | undefined;
  /** Whether they must be shared out once more after that. */
  sharedAgain: boolean;
}
