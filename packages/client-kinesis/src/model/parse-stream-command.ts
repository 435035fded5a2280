import {
  isIndex,
  isIndexList,
  isNewShardList,
  isNumber,
  isRangeList,
  isSettings,
  isSettingsPart,
  isText,
  isTextList,
  isTextMap,
  membersOf,
} from "./guards.ts";
import type { StreamCommand } from "./stream-command.ts";

type Members = Partial<Record<string, unknown>>;

/** Reads a command off the registry's log; `undefined` for one that this version does not know, or that is malformed. */
export function parseStreamCommand(data: unknown): StreamCommand | undefined {
  const members = membersOf(data);
  const { type, name, incarnation, resource, policy, status } = members;
  if (type === "set-policy") {
    return isText(resource) && (policy === undefined || isText(policy)) ? { type, resource, policy } : undefined;
  }
  if (type === "set-billing") return status === "ENABLED" || status === "DISABLED" ? { type, status } : undefined;
  if (!isText(name)) return undefined;
  if (type === "create-stream") return parseCreation(name, members);
  if (type === "delete-stream") return { type, name, enforce: members["enforce"] === true };
  return isText(incarnation) ? parseChange(type, { name, incarnation }, members) : undefined;
}

function parseCreation(name: string, { shards, keepHours, settings, tags }: Members): StreamCommand | undefined {
  if (!isRangeList(shards) || shards.length === 0 || !isNumber(keepHours)) return undefined;
  if (!isSettings(settings) || !isTextMap(tags)) return undefined;
  return { type: "create-stream", name, shards, keepHours, settings, tags };
}

function parseChange(
  type: unknown,
  on: { readonly name: string; readonly incarnation: string },
  members: Members,
): StreamCommand | undefined {
  const { settings, id, tags, removed } = members;
  switch (type) {
    case "forget-stream":
      return { type, ...on };
    case "update-stream":
      return isSettingsPart(settings) ? { type, ...on, settings } : undefined;
    case "finish-reshard":
      return isText(id) ? { type, ...on, id } : undefined;
    case "tag-stream":
      return isTextMap(tags) && isTextList(removed) ? { type, ...on, tags, removed } : undefined;
    case "begin-reshard": {
      const { closes, opens, keepHours } = members;
      if (!isText(id) || !isIndexList(closes) || !isNewShardList(opens) || !isNumber(keepHours)) return undefined;
      return { type, ...on, id, closes, opens, keepHours };
    }
    default:
      return parseConsumerChange(type, on, members);
  }
}

function parseConsumerChange(
  type: unknown,
  on: { readonly name: string; readonly incarnation: string },
  { consumer, tags, removed, shard, id }: Members,
): StreamCommand | undefined {
  if (!isText(consumer)) return undefined;
  switch (type) {
    case "register-consumer":
      return isTextMap(tags) ? { type, ...on, consumer, tags } : undefined;
    case "deregister-consumer":
      return { type, ...on, consumer };
    case "tag-consumer":
      return isTextMap(tags) && isTextList(removed) ? { type, ...on, consumer, tags, removed } : undefined;
    case "subscribe":
      return isIndex(shard) && isText(id) ? { type, ...on, consumer, shard, id } : undefined;
    default:
      return undefined;
  }
}
