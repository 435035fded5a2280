import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetRecordsOutput,
  type GetShardIteratorInput,
} from "@aws-sdk/client-kinesis";
import type { KinesisClient } from "../kinesis-client.ts";
import type { Lease, NewLease } from "../model/group-state.ts";
import type { ResolvedConsumerOptions } from "./consumer-options.ts";

/** What a reader tells the consumer it works for. */
export interface ReaderEvents {
  /** Writes down that the shard was processed up to there. Resolves to whether the lease is still ours. */
  checkpoint(shardId: string, sequenceNumber: string): Promise<boolean>;
  /** The shard was processed to its end. */
  finish(shardId: string, children: readonly NewLease[]): Promise<void>;
}

const ERROR_PAUSE_MS = 500;

/** Reads one shard and hands its records to the application, until the lease is lost or the shard ends. */
export class ShardReader {
  readonly #client: KinesisClient;
  readonly #options: ResolvedConsumerOptions;
  readonly #events: ReaderEvents;
  readonly #lease: Lease;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #iterator: string | undefined;
  /** Processed, and perhaps not written down yet. */
  #processed: string | undefined;
  #writtenDown: string | undefined;
  #writtenAtMs = performance.now();
  #records = 0;
  #millisBehindLatest: number | undefined;

  constructor(client: KinesisClient, options: ResolvedConsumerOptions, lease: Lease, events: ReaderEvents) {
    this.#client = client;
    this.#options = options;
    this.#lease = lease;
    this.#events = events;
    this.#processed = lease.checkpoint;
    this.#writtenDown = lease.checkpoint;
    this.#done = this.#run();
  }

  /** The lease counter that the reader holds. */
  get counter(): number {
    return this.#lease.counter;
  }

  /** Records that were processed. */
  get records(): number {
    return this.#records;
  }

  /** As of the last batch. */
  get millisBehindLatest(): number | undefined {
    return this.#millisBehindLatest;
  }

  /** Whether it was told to stop. */
  isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Stops behind the batch that is being processed. What was processed is written down when the lease is still ours. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        if (await this.#step()) return;
      } catch (error) {
        this.#iterator = undefined;
        if (!(error instanceof ExpiredIteratorException)) this.#report(error);
        await this.#pause(ERROR_PAUSE_MS);
      }
    }
    await this.#writeDown().catch((error: unknown) => this.#report(error));
  }

  /** One batch. Resolves to whether there is nothing more to do. */
  async #step(): Promise<boolean> {
    this.#iterator ??= await this.#startIterator();
    const { maxRecords, pollMs, checkpointMs } = this.#options;
    const answer = await this.#client.send(new GetRecordsCommand({ ShardIterator: this.#iterator, Limit: maxRecords }));
    // What was not processed is another reader's: the shard must not count as finished.
    if (this.#stopping.signal.aborted) return false;
    await this.#process(answer);
    this.#iterator = answer.NextShardIterator;
    if (this.#iterator === undefined) {
      await this.#finish(answer);
      return true;
    }
    const isDue = performance.now() - this.#writtenAtMs >= checkpointMs;
    if (isDue && !(await this.#writeDown())) return true;
    if ((answer.Records ?? []).length === 0) await this.#pause(pollMs);
    return false;
  }

  async #process({
    Records: records = [],
    MillisBehindLatest: millisBehindLatest = 0,
  }: GetRecordsOutput): Promise<void> {
    this.#millisBehindLatest = millisBehindLatest;
    const last = records.at(-1)?.SequenceNumber;
    const { signal } = this.#stopping;
    if (last === undefined) return;
    await this.#options.onRecords({ shardId: this.#lease.shardId, records, millisBehindLatest, signal });
    this.#processed = last;
    this.#records += records.length;
  }

  async #finish({ ChildShards: children = [] }: GetRecordsOutput): Promise<void> {
    if (!(await this.#writeDown())) return;
    const leases = children.map(({ ShardId = "", ParentShards = [] }) => {
      return { shardId: ShardId, parents: ParentShards, start: "oldest" as const };
    });
    await this.#events.finish(this.#lease.shardId, leases);
  }

  /** Resolves to whether the lease is still ours. */
  async #writeDown(): Promise<boolean> {
    this.#writtenAtMs = performance.now();
    if (this.#processed === undefined || this.#processed === this.#writtenDown) return true;
    const isOurs = await this.#events.checkpoint(this.#lease.shardId, this.#processed);
    this.#writtenDown = this.#processed;
    return isOurs;
  }

  async #startIterator(): Promise<string> {
    const { ShardIterator = "" } = await this.#client.send(
      new GetShardIteratorCommand({
        StreamName: this.#options.streamName,
        ShardId: this.#lease.shardId,
        ...startOf(this.#lease, this.#processed),
      }),
    );
    return ShardIterator;
  }

  #report(error: unknown): void {
    this.#options.onError(error);
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener("abort", wake);
    });
  }
}

function startOf(
  { start }: Lease,
  processed: string | undefined,
): Pick<GetShardIteratorInput, "ShardIteratorType" | "StartingSequenceNumber" | "Timestamp"> {
  if (processed !== undefined) {
    return { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: processed };
  }
  if (start === "oldest") return { ShardIteratorType: "TRIM_HORIZON" };
  return { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(start) };
}
