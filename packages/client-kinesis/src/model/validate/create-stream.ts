import { validationError } from "../errors.ts";
import { evenRanges, type HashRange } from "../hash-key.ts";
import type { StreamMode, StreamSettings } from "../stream-record.ts";
import { checkTags } from "../tags.ts";
import { Members } from "./members.ts";
import { REQUIRED_NAME } from "./rules.ts";

/** A CreateStream that may be carried out. */
export interface ValidCreateStream {
  readonly name: string;
  readonly shards: readonly HashRange[];
  readonly settings: StreamSettings;
  readonly tags: Readonly<Record<string, string>>;
}

const MODES = ["PROVISIONED", "ON_DEMAND"] as const;
/** AWS's quota for a stream that UpdateShardCount may reach. */
const MAX_SHARDS = 10_000;
/** AWS gives a stream that names no number of shards four. */
const ON_DEMAND_SHARDS = 4;
const MIN_RECORD_KIB = 1024;
const MAX_RECORD_KIB = 10_240;
const DISTRIBUTIONS = ["AUTO", "USER_PARTITION_KEY"] as const;

/** Checks a CreateStream as Kinesis does. */
export function validateCreateStream(input: object): ValidCreateStream {
  const members = new Members(input);
  const shardCount = members.integer("ShardCount", { min: 1, max: MAX_SHARDS });
  const name = members.text("StreamName", REQUIRED_NAME) ?? "";
  const tags = members.tags("Tags", { min: 1, max: 200 });
  const mode = readMode(members, false) ?? (shardCount === undefined ? "ON_DEMAND" : "PROVISIONED");
  const maxRecordSizeInKiB = readMaxRecordSize(members, false) ?? MIN_RECORD_KIB;
  const distribution = readDistribution(members, false) ?? "USER_PARTITION_KEY";
  const warmThroughput = members.integer("WarmThroughputMiBps", { min: 0 }) ?? 0;
  members.check();
  if (mode === "PROVISIONED" && shardCount === undefined) {
    throw validationError("ShardCount must be provided when StreamMode is PROVISIONED.");
  }
  if (mode === "ON_DEMAND" && shardCount !== undefined) {
    throw validationError("ShardCount must not be provided when StreamMode is ON_DEMAND.");
  }
  checkTags(tags, {}, name);
  const base = { retentionHours: 24, monitoring: [], encryptionKeyId: "" };
  const settings = { ...base, mode, maxRecordSizeInKiB, distribution, warmThroughput };
  return { name, shards: evenRanges(shardCount ?? ON_DEMAND_SHARDS), settings, tags };
}

/** `StreamModeDetails.StreamMode`. */
export function readMode(members: Members, required: boolean): StreamMode | undefined {
  const details = members.structure("StreamModeDetails", { required });
  const mode = details?.text("StreamMode", { required: true, values: MODES });
  return MODES.find((known) => known === mode);
}

/** `MaxRecordSizeInKiB`. */
export function readMaxRecordSize(members: Members, required: boolean): number | undefined {
  return members.integer("MaxRecordSizeInKiB", { min: MIN_RECORD_KIB, max: MAX_RECORD_KIB, required });
}

/** `RecordDistributionStrategy`. */
export function readDistribution(members: Members, required: boolean): StreamSettings["distribution"] | undefined {
  const given = members.text("RecordDistributionStrategy", { values: DISTRIBUTIONS, required });
  return DISTRIBUTIONS.find((known) => known === given);
}
