import type { HashRange } from "./hash-key.ts";
import type { NewShard, ShardRecord } from "./shard-map.ts";
import type { ConsumerRecord, StreamRecord, StreamSettings } from "./stream-record.ts";

/** The members of a value off the registry's log, each still unknown; none when it is no object. */
export function membersOf(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** As {@link membersOf}, without a copy: for what is read at once and often. */
export function viewOf(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value : {};
}

/** Whether the value is an object that holds texts only. */
export function isTextMap(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isText);
}

/** Whether the value is a list of texts. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

/** Whether the value is a list of shard indexes. */
export function isIndexList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isIndex);
}

/** Whether the value is a shard index. */
export function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Whether the value is a list of hash ranges. */
export function isRangeList(value: unknown): value is readonly HashRange[] {
  return Array.isArray(value) && value.every(isRange);
}

/** Whether the value is a list of shards that are to be opened. */
export function isNewShardList(value: unknown): value is readonly NewShard[] {
  return isRangeList(value) && value.every((shard) => isIndexList(membersOf(shard)["parents"]));
}

/** Whether the value can be merged into a stream's settings. */
export function isSettingsPart(value: unknown): value is Partial<StreamSettings> {
  if (typeof value !== "object" || value === null) return false;
  const { mode, retentionHours, maxRecordSizeInKiB, distribution, warmThroughput, monitoring, encryptionKeyId } =
    membersOf(value);
  return (
    isAbsentOr(isMode, mode) &&
    isAbsentOr(isNumber, retentionHours) &&
    isAbsentOr(isNumber, maxRecordSizeInKiB) &&
    isAbsentOr(isText, distribution) &&
    isAbsentOr(isNumber, warmThroughput) &&
    isAbsentOr(isTextList, monitoring) &&
    isAbsentOr(isText, encryptionKeyId)
  );
}

/** Whether the value is all settings of a stream. */
export function isSettings(value: unknown): value is StreamSettings {
  const { mode, retentionHours, maxRecordSizeInKiB, distribution, warmThroughput, monitoring, encryptionKeyId } =
    membersOf(value);
  const all = [mode, retentionHours, maxRecordSizeInKiB, distribution, warmThroughput, monitoring, encryptionKeyId];
  return isSettingsPart(value) && !all.includes(undefined);
}

/** Whether the value is a stream's record, as a snapshot holds it. */
export function isStreamRecord(value: unknown): value is StreamRecord {
  const { name, incarnation, createdAt, settings, tags, shards, resharding, deleting, consumers } = membersOf(value);
  return (
    isText(name) &&
    isText(incarnation) &&
    isNumber(createdAt) &&
    isSettings(settings) &&
    isTextMap(tags) &&
    Array.isArray(shards) &&
    shards.every(isShard) &&
    isAbsentOr((at) => isText(membersOf(at)["id"]) && isNumber(membersOf(at)["at"]), resharding) &&
    typeof deleting === "boolean" &&
    Array.isArray(consumers) &&
    consumers.every(isConsumer)
  );
}

function isShard(value: unknown): value is ShardRecord {
  const { index, createdAt, parents, state, closedAt, keepHours } = membersOf(value);
  const known = state === "opening" || state === "open" || state === "closing" || state === "closed";
  const numbers = isIndex(index) && isNumber(createdAt) && isAbsentOr(isNumber, closedAt) && isNumber(keepHours);
  return isRange(value) && known && numbers && isIndexList(parents);
}

function isConsumer(value: unknown): value is ConsumerRecord {
  const { name, createdAt, tags, subscriptions } = membersOf(value);
  if (!isText(name) || !isNumber(createdAt) || !isTextMap(tags)) return false;
  return Object.values(membersOf(subscriptions)).every((held) => {
    return isText(membersOf(held)["id"]) && isNumber(membersOf(held)["at"]);
  });
}

function isRange(value: unknown): value is HashRange {
  const { startHash, endHash } = membersOf(value);
  return isHashKey(startHash) && isHashKey(endHash);
}

function isHashKey(value: unknown): boolean {
  return isText(value) && /^\d{1,39}$/u.test(value);
}

function isMode(value: unknown): boolean {
  return value === "PROVISIONED" || value === "ON_DEMAND";
}

function isAbsentOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || is(value);
}

/** Whether the value is a text. */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether the value is a finite number. */
export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
