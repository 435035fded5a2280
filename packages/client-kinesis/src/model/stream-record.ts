import { takesRecords, type ShardRecord } from "./shard-map.ts";

/** How a stream's capacity is said to be managed. On RabbitMQ both take what the broker takes. */
export type StreamMode = "PROVISIONED" | "ON_DEMAND";

/** What may be changed of a stream besides its shards. */
export interface StreamSettings {
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly maxRecordSizeInKiB: number;
  readonly distribution: "USER_PARTITION_KEY" | "AUTO";
  /** MiB/s, as it was asked for: shown, and nothing else. 0: none. */
  readonly warmThroughput: number;
  /** Names of shard-level metrics: shown, and nothing else. */
  readonly monitoring: readonly string[];
  /** The KMS key that was asked for: shown, and nothing else. Empty: none. */
  readonly encryptionKeyId: string;
}

/** A registered consumer: enhanced fan-out. */
export interface ConsumerRecord {
  readonly name: string;
  /** Milliseconds since the epoch; its seconds are part of its ARN. */
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** By shard index, which SubscribeToShard call holds the shard, and since when in milliseconds since the epoch. */
  readonly subscriptions: Readonly<Record<string, { readonly id: string; readonly at: number }>>;
}

/** What the registry knows of one stream. */
export interface StreamRecord {
  readonly name: string;
  /** Tells the stream from later ones of its name. Also the secret that its iterators are signed with. */
  readonly incarnation: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly settings: StreamSettings;
  readonly tags: Readonly<Record<string, string>>;
  /** By index. */
  readonly shards: readonly ShardRecord[];
  /** The change of shards that is under way: its id, and since when in milliseconds since the epoch. */
  readonly resharding: { readonly id: string; readonly at: number } | undefined;
  /** Whether it is being deleted. */
  readonly deleting: boolean;
  readonly consumers: readonly ConsumerRecord[];
}

/** The stream's status as AWS names it. There is no CREATING: a stream that is shown can be used. */
export function statusOf({ deleting, resharding }: StreamRecord): "ACTIVE" | "UPDATING" | "DELETING" {
  if (deleting) return "DELETING";
  return resharding === undefined ? "ACTIVE" : "UPDATING";
}

/** The shards that Kinesis would show: not those that are still opening. */
export function shownShards({ shards }: StreamRecord): ShardRecord[] {
  return shards.filter(({ state }) => state !== "opening");
}

/** The shards that take records, in order of their hash keys. */
export function openShards({ shards }: StreamRecord): ShardRecord[] {
  return shards
    .filter(takesRecords)
    .toSorted((left, right) => (BigInt(left.startHash) < BigInt(right.startHash) ? -1 : 1));
}
