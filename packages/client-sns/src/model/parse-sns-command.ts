import type { SnsCommand } from "./sns-command.ts";
import type { ReplayOrder } from "./sns-registry.ts";
import { isMap, isProtocol, isReplayOrder, isReplayStatus } from "./sns-snapshot.ts";

type Fields = Readonly<Partial<Record<string, unknown>>>;
type Parser = (name: string, fields: Fields) => SnsCommand | undefined;

/** Reads a command off the log; `undefined` for one that this version does not know or that is malformed. */
export function parseSnsCommand(data: unknown): SnsCommand | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const fields: Fields = { ...data };
  const { type, name } = fields;
  if (typeof type !== "string" || typeof name !== "string" || !Object.hasOwn(PARSERS, type)) return undefined;
  return PARSERS[type]?.(name, fields);
}

const PARSERS: Readonly<Record<string, Parser>> = {
  "create-topic": (name, { attributes, tags }) =>
    isMap(attributes) && isMap(tags) ? { type: "create-topic", name, attributes, tags } : undefined,
  "delete-topic": (name) => ({ type: "delete-topic", name }),
  "set-topic-attributes": (name, { attributes, removed }) =>
    isMap(attributes) && isList(removed) ? { type: "set-topic-attributes", name, attributes, removed } : undefined,
  "tag-topic": (name, { tags }) => (isMap(tags) ? { type: "tag-topic", name, tags } : undefined),
  "untag-topic": (name, { keys }) => (isList(keys) ? { type: "untag-topic", name, keys } : undefined),
  "protect-topic": (name, { policy }) =>
    typeof policy === "string" ? { type: "protect-topic", name, policy } : undefined,
  "add-permission": parseAddPermission,
  "remove-permission": (name, { topicArn, label }) =>
    typeof topicArn === "string" && typeof label === "string"
      ? { type: "remove-permission", name, topicArn, label }
      : undefined,
  subscribe: parseSubscribe,
  "issue-token": (name, { id, token }) =>
    typeof id === "string" && typeof token === "string" ? { type: "issue-token", name, id, token } : undefined,
  confirm: (name, { id, authenticate, authenticated }) =>
    typeof id === "string"
      ? { type: "confirm", name, id, authenticate: authenticate === true, authenticated: authenticated === true }
      : undefined,
  unsubscribe: (name, { id, token }) =>
    typeof id === "string"
      ? { type: "unsubscribe", name, id, ...(typeof token === "string" ? { token } : {}) }
      : undefined,
  "set-subscription-attributes": (name, { id, attributes, removed, replay }) =>
    typeof id === "string" && isMap(attributes) && isList(removed)
      ? { type: "set-subscription-attributes", name, id, attributes, removed, ...replayOf(replay) }
      : undefined,
  bound: (name, { id, boundTo }) =>
    typeof id === "string" && typeof boundTo === "number" ? { type: "bound", name, id, boundTo } : undefined,
  "take-replay": (name, { id, replayId, from, owner }) =>
    typeof id === "string" && typeof replayId === "string" && typeof from === "string" && typeof owner === "string"
      ? { type: "take-replay", name, id, replayId, from, owner }
      : undefined,
  "report-replay": parseReportReplay,
};

function parseAddPermission(name: string, { topicArn, label, accountIds, actions }: Fields): SnsCommand | undefined {
  if (typeof topicArn !== "string" || typeof label !== "string") return undefined;
  if (!isList(accountIds) || !isList(actions)) return undefined;
  return { type: "add-permission", name, topicArn, label, accountIds, actions };
}

function parseReportReplay(name: string, fields: Fields): SnsCommand | undefined {
  const { id, replayId, owner, position, status } = fields;
  if (typeof id !== "string" || typeof replayId !== "string" || typeof owner !== "string") return undefined;
  if (!isReplayStatus(status) || (position !== null && typeof position !== "number")) return undefined;
  return { type: "report-replay", name, id, replayId, owner, position, status };
}

function replayOf(value: unknown): { readonly replay?: ReplayOrder } {
  return isReplayOrder(value) ? { replay: value } : {};
}

function parseSubscribe(name: string, fields: Fields): SnsCommand | undefined {
  const { id, protocol, endpoint, attributes, token, boundTo } = fields;
  if (typeof id !== "string" || typeof endpoint !== "string" || !isProtocol(protocol) || !isMap(attributes)) {
    return undefined;
  }
  return {
    type: "subscribe",
    name,
    id,
    protocol,
    endpoint,
    attributes,
    ...(typeof token === "string" ? { token } : {}),
    ...(typeof boundTo === "number" ? { boundTo } : {}),
    ...replayOf(fields["replay"]),
  };
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
