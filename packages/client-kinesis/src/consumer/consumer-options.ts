import type { _Record } from "@aws-sdk/client-kinesis";
import type { KinesisClientConfig } from "../kinesis-client.ts";

/** Records of one shard, in order. */
export interface RecordBatch {
  readonly shardId: string;
  readonly records: readonly _Record[];
  /** How far the shard's reader is behind its newest record, in milliseconds. */
  readonly millisBehindLatest: number;
  /** Fires when the shard is given to another worker, or the consumer is stopped. */
  readonly signal: AbortSignal;
}

/** How a {@link StreamConsumer} works. */
export interface StreamConsumerOptions {
  readonly streamName: string;
  /** Names the group: its workers share the shards between them. One group's progress is nothing to another's. */
  readonly applicationName: string;
  /**
   * Processes records. A batch counts as processed when the promise resolves; when it rejects the batch comes again, after
   * a pause.
   */
  readonly onRecords: (batch: RecordBatch) => Promise<void> | void;
  /** The broker, and the client's other options. */
  readonly client?: KinesisClientConfig;
  /**
   * Where a group begins that has never been there: at the oldest record, at those that come from now on, or at a time.
   * @default "TRIM_HORIZON"
   */
  readonly startAt?: "TRIM_HORIZON" | "LATEST" | Date;
  /**
   * Records of a batch at most.
   * @default 1000
   */
  readonly maxRecords?: number;
  /**
   * Pause in milliseconds before a shard that has no new records is looked at again.
   * @default 100
   */
  readonly pollMs?: number;
  /**
   * A worker that has not been heard of for so long, in milliseconds, has died: others take its shards.
   * @default 10000
   */
  readonly leaseMs?: number;
  /**
   * How often a shard's progress is written down at most, in milliseconds. What lies behind it comes again after a crash.
   * @default 1000
   */
  readonly checkpointMs?: number;
  /** Told of everything that went wrong and is tried again: a batch that was not processed, a broker that was away. */
  readonly onError?: (error: unknown) => void;
}

/** Where one shard stands. */
export interface ShardProgress {
  readonly shardId: string;
  /** The last sequence number that was written down as processed. */
  readonly checkpoint: string | undefined;
  /** Whether this consumer reads the shard; else some other worker of the group does, or nobody yet. */
  readonly isMine: boolean;
  /** Whether it was processed to its end. */
  readonly done: boolean;
  /** Records that this consumer has processed. */
  readonly records: number;
  /** As of the last batch of this consumer; `undefined` before one. */
  readonly millisBehindLatest: number | undefined;
}

/** {@link StreamConsumerOptions} with every default filled in. */
export type ResolvedConsumerOptions = Required<StreamConsumerOptions>;

/** Fills in the defaults. */
export function resolveConsumerOptions(options: StreamConsumerOptions): ResolvedConsumerOptions {
  return {
    client: {},
    startAt: "TRIM_HORIZON",
    maxRecords: 1_000,
    pollMs: 100,
    leaseMs: 10_000,
    checkpointMs: 1_000,
    onError: () => undefined,
    ...options,
  };
}
