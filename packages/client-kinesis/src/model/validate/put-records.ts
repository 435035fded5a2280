import { invalidArgument } from "../errors.ts";
import { viewOf } from "../guards.ts";
import { HASH_KEYS } from "../hash-key.ts";
import { optionalList } from "../json-types.ts";
import { parseSequenceNumber } from "../sequence-number.ts";
import type { StreamSettings } from "../stream-record.ts";
import { Members } from "./members.ts";
import { HASH_KEY, MAX_DATA_BYTES, MAX_KEY_LENGTH, PARTITION_KEY, SEQUENCE_NUMBER } from "./rules.ts";
import { readStreamName } from "./stream-address.ts";

/** A record that may be put. */
export interface ValidRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string | undefined;
  /** Decimal. */
  readonly explicitHashKey: string | undefined;
}

/** A PutRecord or PutRecords that may be carried out. */
export interface ValidPut {
  readonly streamName: string;
  readonly records: readonly ValidRecord[];
  readonly sequenceNumberForOrdering: string | undefined;
  readonly dryRun: boolean;
}

const MAX_RECORDS = 500;
const MAX_REQUEST_BYTES = 10_485_760;
const KIB = 1024;
/** What Kinesis shows of an entry. */
const SHOWN_ENTRY = "com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry";
/** Clocks of producers differ by this much at most. */
const CLOCK_SLACK_MS = 60_000;

/** Checks a PutRecord. */
export function validatePutRecord(input: object): ValidPut {
  const members = new Members(input);
  const record = readRecord(members);
  const sequenceNumberForOrdering = members.text("SequenceNumberForOrdering", SEQUENCE_NUMBER);
  const dryRun = members.flag("DryRun");
  const streamName = readStreamName(members);
  checkHashKeys([record]);
  return { streamName, records: [record], sequenceNumberForOrdering, dryRun };
}

/** Checks a PutRecords: the whole call is refused when one record does not fit the API's model, as Kinesis does. */
export function validatePutRecords(input: { readonly Records?: unknown }): ValidPut {
  const violations: string[] = [];
  const members = new Members(input, "", violations);
  const entries = optionalList(input.Records);
  if (entries === undefined) members.violation("Records", undefined, "Member must not be null");
  else checkCount(members, entries.length);
  const records = (entries ?? []).map(
    (entry, index) =>
      plainRecord(entry) ?? readRecord(new Members(Object(entry), `records.${index + 1}.member.`, violations)),
  );
  const dryRun = members.flag("DryRun");
  const streamName = readStreamName(members);
  checkHashKeys(records);
  let bytes = 0;
  for (const record of records) bytes += sizeOf(record);
  if (bytes > MAX_REQUEST_BYTES) throw invalidArgument("Records size exceeds 10 MB limit");
  return { streamName, records, sequenceNumberForOrdering: undefined, dryRun };
}

/** Checks what depends on the stream: the size of records, and whether they need a partition key. */
export function checkAgainstStream(
  put: ValidPut,
  { maxRecordSizeInKiB, distribution }: StreamSettings,
  single: boolean,
): void {
  const maxBytes = maxRecordSizeInKiB * KIB;
  for (const [index, record] of put.records.entries()) {
    const isKeyMissing = record.partitionKey === undefined && distribution === "USER_PARTITION_KEY";
    const isTooLarge = record.data.length > maxBytes;
    if (!isKeyMissing && !isTooLarge) continue;
    const members = new Members({}, single ? "" : `records.${index + 1}.member.`);
    if (isKeyMissing) members.violation("PartitionKey", undefined, "Member must not be null");
    if (isTooLarge) tooLarge(members, record.data.length, maxBytes);
    members.check();
  }
}

/** @throws OperationError when the number is none that Kinesis has given, or lies in the future */
export function checkOrdering(number: string | undefined, streamName: string, accountId: string, now: number): void {
  if (number === undefined) return;
  const parsed = parseSequenceNumber(number);
  if (parsed !== undefined && parsed.time <= now + CLOCK_SLACK_MS) return;
  throw invalidArgument(
    `ExclusiveMinimumSequenceNumber ${number} used in PutRecord on stream ${streamName} under account ${accountId} is invalid.`,
  );
}

/** Most entries, at a fifth of what {@link readRecord} takes: bytes, a key, and nothing wrong with them. */
function plainRecord(entry: unknown): ValidRecord | undefined {
  const { Data: data, PartitionKey: partitionKey, ExplicitHashKey: hashKey } = viewOf(entry);
  if (hashKey !== undefined || !(data instanceof Uint8Array) || data.length > MAX_DATA_BYTES) return undefined;
  const isKey = typeof partitionKey === "string" && partitionKey.length > 0 && partitionKey.length <= MAX_KEY_LENGTH;
  return isKey ? { data, partitionKey, explicitHashKey: undefined } : undefined;
}

function readRecord(members: Members): ValidRecord {
  const partitionKey = members.text("PartitionKey", PARTITION_KEY);
  const explicitHashKey = members.text("ExplicitHashKey", HASH_KEY);
  const data = members.bytes("Data", { required: true, max: MAX_DATA_BYTES });
  return { partitionKey, explicitHashKey, data: data ?? new Uint8Array() };
}

function checkCount(members: Members, count: number): void {
  const shown = (): string => `[${Array.from({ length: count }, () => SHOWN_ENTRY).join(", ")}]`;
  if (count < 1) members.violation("Records", shown(), "Member must have length greater than or equal to 1");
  if (count > MAX_RECORDS) {
    members.violation("Records", shown(), `Member must have length less than or equal to ${MAX_RECORDS}`);
  }
}

function checkHashKeys(records: readonly ValidRecord[]): void {
  for (const { explicitHashKey } of records) {
    if (explicitHashKey === undefined || BigInt(explicitHashKey) < HASH_KEYS) continue;
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicitHashKey}`,
    );
  }
}

function tooLarge(members: Members, bytes: number, maxBytes: number): void {
  const shown = `java.nio.HeapByteBuffer[pos=0 lim=${bytes} cap=${bytes}]`;
  members.violation("Data", shown, `Member must have length less than or equal to ${maxBytes}`);
}

function sizeOf({ data, partitionKey }: ValidRecord): number {
  return data.length + (partitionKey === undefined ? 0 : Buffer.byteLength(partitionKey));
}
