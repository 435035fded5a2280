import { invalidArgument } from "../errors.ts";
import { decodeToken } from "../next-token.ts";
import type { ShardFilter } from "../shard-filter.ts";
import { shardIndexOf } from "../shard-id.ts";
import { Members } from "./members.ts";
import { NAME, NEXT_TOKEN } from "./rules.ts";
import { readGivenStreamName } from "./stream-address.ts";

/** A ListShards that may be carried out. */
export interface ValidListShards {
  readonly streamName: string;
  /** Shards with a greater index are listed. */
  readonly afterIndex: number;
  readonly maxResults: number;
  readonly filter: ShardFilter;
  /** The filter as the next token carries it. */
  readonly filterText: string;
  /** Milliseconds since the epoch; names one of several streams that had the same name. */
  readonly createdAtMs: number | undefined;
}

const MAX_RESULTS = 1000;
const FILTERS = [
  "AFTER_SHARD_ID",
  "AT_TRIM_HORIZON",
  "FROM_TRIM_HORIZON",
  "AT_LATEST",
  "AT_TIMESTAMP",
  "FROM_TIMESTAMP",
];

/** Checks a ListShards as Kinesis does: a stream or a token, and not both. */
export function validateListShards(input: object, now: number): ValidListShards {
  const members = new Members(input);
  const token = members.text("NextToken", NEXT_TOKEN);
  const startId = members.text("ExclusiveStartShardId", NAME);
  const maxResults = members.integer("MaxResults", { min: 1, max: 10_000 }) ?? MAX_RESULTS;
  const createdAtMs = members.time("StreamCreationTimestamp");
  const given = readFilter(members);
  const name = readGivenStreamName(members);
  checkCombination(name, token, startId, createdAtMs);
  const shared = { maxResults: Math.min(maxResults, MAX_RESULTS), createdAtMs };
  if (token !== undefined) {
    const { streamName, after, filter } = decodeToken(token, now);
    const filterText = typeof filter === "string" ? filter : "";
    return { ...shared, streamName, afterIndex: Number(after), filter: parseFilter(filterText), filterText };
  }
  const afterIndex = startId === undefined ? -1 : requireIndex("ExclusiveStartShardId", startId);
  const filterText = given ?? "FROM_TRIM_HORIZON";
  return { ...shared, streamName: name ?? "", afterIndex, filter: parseFilter(filterText), filterText };
}

function checkCombination(
  name: string | undefined,
  token: string | undefined,
  startId: string | undefined,
  createdAtMs: number | undefined,
): void {
  if (name === undefined && token === undefined) {
    throw invalidArgument("Either NextToken or StreamName should be provided.");
  }
  if (token === undefined) return;
  if (name !== undefined) throw invalidArgument("NextToken and StreamName cannot be provided together.");
  if (startId !== undefined) throw invalidArgument("NextToken and ExclusiveStartShardId cannot be provided together.");
  if (createdAtMs !== undefined) {
    throw invalidArgument("NextToken and StreamCreationTimestamp cannot be provided together.");
  }
}

/** The filter as a text: its type, and what it needs behind a space. */
function readFilter(members: Members): string | undefined {
  const filter = members.structure("ShardFilter");
  if (filter === undefined) return undefined;
  const type = filter.text("Type", { required: true, values: FILTERS });
  const shardId = filter.text("ShardId", NAME);
  const timeMs = filter.time("Timestamp");
  filter.check();
  if (type === "AFTER_SHARD_ID") {
    if (shardId === undefined)
      throw invalidArgument("ShardId must be provided when ShardFilter Type is AFTER_SHARD_ID.");
    return `${type} ${requireIndex("ShardId", shardId)}`;
  }
  if (type === "AT_TIMESTAMP" || type === "FROM_TIMESTAMP") {
    if (timeMs === undefined) throw invalidArgument(`Timestamp must be provided when ShardFilter Type is ${type}.`);
    return `${type} ${timeMs}`;
  }
  return type;
}

function parseFilter(text: string): ShardFilter {
  const [type = "", value] = text.split(" ");
  switch (type) {
    case "AT_TRIM_HORIZON":
    case "AT_LATEST":
      return { type };
    case "AFTER_SHARD_ID":
      return { type, shardIndex: Number(value) };
    case "AT_TIMESTAMP":
    case "FROM_TIMESTAMP":
      return { type, timeMs: Number(value) };
    default:
      return { type: "FROM_TRIM_HORIZON" };
  }
}

function requireIndex(member: string, shardId: string): number {
  const index = shardIndexOf(shardId);
  if (index === undefined) throw invalidArgument(`${member} ${shardId} is invalid.`);
  return index;
}
