import { OperationError } from "../../aws/operation-error.ts";
import type { CommandFacts, RegistryFold } from "../../registry/fold.ts";
import { addPermission, removePermission, type PermissionGrant } from "./queue-policy.ts";
import type { FifoLayout } from "./fifo-layout.ts";
import { isFifoLayout, isList, isMap } from "./queue-record-guards.ts";
import { QUEUE_SNAPSHOT } from "./queue-snapshot.ts";

/** Queue attributes as AWS names them, with string values. Read-only ones are not among them. */
export type AttributeMap = Readonly<Record<string, string>>;

/** What the registry knows of one queue. */
export interface QueueRecord {
  readonly name: string;
  /** The attributes that were set, at creation or later. */
  readonly attributes: AttributeMap;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** How the queue lies on the broker; only of a FIFO queue. */
  readonly fifo?: FifoLayout;
}

/** The commands that change queues. */
export type QueueCommand =
  | {
      readonly type: "create-queue";
      readonly name: string;
      readonly attributes: AttributeMap;
      readonly tags: AttributeMap;
      readonly fifo?: FifoLayout;
    }
  | { readonly type: "adopt-queue"; readonly name: string }
  | { readonly type: "delete-queue"; readonly name: string }
  /** The broker turned out not to have the queue: somebody deleted it natively. Its name is free at once. */
  | { readonly type: "forget-queue"; readonly name: string }
  | {
      readonly type: "set-attributes";
      readonly name: string;
      readonly attributes: AttributeMap;
      readonly removed: readonly string[];
    }
  | { readonly type: "tag-queue"; readonly name: string; readonly tags: AttributeMap }
  | { readonly type: "untag-queue"; readonly name: string; readonly keys: readonly string[] }
  | { readonly type: "purge-queue"; readonly name: string }
  /** What receipt handles are made with. The first one offered holds. */
  | { readonly type: "offer-receipt-key"; /** The key. */ readonly name: string }
  | ({ readonly type: "add-permission"; readonly name: string; readonly queueArn: string } & PermissionGrant)
  | { readonly type: "remove-permission"; readonly name: string; readonly label: string };

/** What came of a command, the same in every process. */
export type QueueOutcome =
  | { readonly type: "applied" }
  /** create-queue: a queue of that name was there before; the caller compares its attributes. */
  | { readonly type: "exists"; readonly queue: QueueRecord }
  /** create-queue: AWS refuses a name for 60 seconds after its queue was deleted. */
  | { readonly type: "deleted-recently" }
  /** purge-queue: AWS allows one purge in 60 seconds. */
  | { readonly type: "purge-in-progress" }
  /** add-permission, remove-permission: the policy, as it is when the command comes, does not allow it. */
  | { readonly type: "refused" }
  /** The queue is not in the registry. */
  | { readonly type: "no-such-queue" };

/** All queues of a virtual host, and what the 60-second rules need. */
export interface QueueState {
  readonly queues: Map<string, QueueRecord>;
  /** Milliseconds since the epoch of the last deletion, by queue name. */
  readonly deletedAt: Map<string, number>;
  readonly purgedAt: Map<string, number>;
  /** What receipt handles are made with; `undefined` while there are none. */
  receiptKey: string | undefined;
}

/** AWS: a deleted queue's name cannot be used again, and a queue not be purged again, for this long. */
export const COOL_DOWN_MS = 60_000;

/** Far beyond any difference between the clocks of writers. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** 128 random bits in base64url. */
const RECEIPT_KEY = /^[A-Za-z0-9_-]{22}$/;

const APPLIED: QueueOutcome = { type: "applied" };
const NO_SUCH_QUEUE: QueueOutcome = { type: "no-such-queue" };

/** How the SQS part of the registry is read. */
export const QUEUE_FOLD: RegistryFold<QueueState, QueueCommand, QueueOutcome> = {
  service: "sqs",
  initial: () => ({ queues: new Map(), deletedAt: new Map(), purgedAt: new Map(), receiptKey: undefined }),
  parse: parseCommand,
  apply: applyCommand,
  snapshot: QUEUE_SNAPSHOT,
};

/** Whether the 60 seconds after a deletion or a purge are still running. */
export function isCoolingDown(since: number | undefined, now: number): boolean {
  return since !== undefined && now - since < COOL_DOWN_MS;
}

/**
 * The SentTimestamp of a message that is sent to a queue now. Never before the queue was created or purged last: with a clock
 * that is behind, a delayed message would be taken for one of the time before, and dropped.
 */
export function sentTimestampFor(state: QueueState, { name, createdAt }: QueueRecord, nowMs: number): number {
  return Math.max(nowMs, createdAt, state.purgedAt.get(name) ?? 0);
}

function applyCommand(state: QueueState, command: QueueCommand, { at }: CommandFacts): QueueOutcome {
  switch (command.type) {
    case "create-queue":
      return create(state, command, at);
    case "adopt-queue":
      return adopt(state, command.name, at);
    case "delete-queue":
      // Also when a receiver that saw the queue vanish was faster to write `forget-queue`: this one names the reason.
      state.queues.delete(command.name);
      rememberDeletion(state, command.name, at);
      state.purgedAt.delete(command.name);
      return APPLIED;
    case "forget-queue":
      return state.queues.delete(command.name) ? APPLIED : NO_SUCH_QUEUE;
    case "purge-queue":
      if (isCoolingDown(state.purgedAt.get(command.name), at)) return { type: "purge-in-progress" };
      state.purgedAt.set(command.name, at);
      return APPLIED;
    case "offer-receipt-key":
      state.receiptKey ??= command.name;
      return APPLIED;
    case "set-attributes":
      return change(state, command.name, (queue) => ({
        ...queue,
        attributes: without({ ...queue.attributes, ...command.attributes }, command.removed),
        modifiedAt: at,
      }));
    case "tag-queue":
      return change(state, command.name, (queue) => ({ ...queue, tags: { ...queue.tags, ...command.tags } }));
    case "untag-queue":
      return change(state, command.name, (queue) => ({ ...queue, tags: without(queue.tags, command.keys) }));
    case "add-permission":
      return changePolicy(state, command.name, at, (policy) => addPermission(policy, command.queueArn, command));
    case "remove-permission":
      return changePolicy(state, command.name, at, (policy) => removePermission(policy, command.label));
  }
}

/** Of deletions only the latest matter: names that are never used again would pile up. */
function rememberDeletion({ deletedAt }: QueueState, name: string, at: number): void {
  deletedAt.delete(name);
  deletedAt.set(name, at);
  for (const [oldest, oldestAt] of deletedAt) {
    if (at - oldestAt < FORGOTTEN_AFTER_MS) return;
    deletedAt.delete(oldest);
  }
}

function create(
  state: QueueState,
  { name, attributes, tags, fifo }: QueueCommand & { type: "create-queue" },
  at: number,
): QueueOutcome {
  const existing = state.queues.get(name);
  if (existing !== undefined) return { type: "exists", queue: existing };
  if (isCoolingDown(state.deletedAt.get(name), at)) return { type: "deleted-recently" };
  state.deletedAt.delete(name);
  const layout = fifo === undefined ? {} : { fifo };
  state.queues.set(name, { name, attributes, tags, createdAt: at, modifiedAt: at, ...layout });
  return APPLIED;
}

/** A queue that a native application declared: it is there, with SQS's defaults, whatever was deleted before. */
function adopt(state: QueueState, name: string, at: number): QueueOutcome {
  state.deletedAt.delete(name);
  if (!state.queues.has(name))
    state.queues.set(name, { name, attributes: {}, tags: {}, createdAt: at, modifiedAt: at });
  return APPLIED;
}

function change(state: QueueState, name: string, changed: (queue: QueueRecord) => QueueRecord): QueueOutcome {
  const queue = state.queues.get(name);
  if (queue === undefined) return NO_SUCH_QUEUE;
  state.queues.set(name, changed(queue));
  return APPLIED;
}

/** Policies are changed in the order of the log, so that two processes which grant at once do not undo each other's. */
function changePolicy(
  state: QueueState,
  name: string,
  at: number,
  changed: (policy: string | undefined) => string | undefined,
): QueueOutcome {
  try {
    return change(state, name, (queue) => {
      const { Policy, ...others } = queue.attributes;
      const next = changed(Policy);
      return { ...queue, attributes: next === undefined ? others : { ...others, Policy: next }, modifiedAt: at };
    });
  } catch (error) {
    if (error instanceof OperationError) return { type: "refused" };
    throw error;
  }
}

function without(map: AttributeMap, keys: readonly string[]): AttributeMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

function parseCommand(data: unknown): QueueCommand | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { type, name, attributes, tags, removed, keys, fifo }: Partial<Record<string, unknown>> = { ...data };
  if (typeof name !== "string") return undefined;
  switch (type) {
    case "create-queue":
      if (!isMap(attributes) || !isMap(tags)) return undefined;
      return isFifoLayout(fifo) ? { type, name, attributes, tags, fifo } : { type, name, attributes, tags };
    case "adopt-queue":
    case "delete-queue":
    case "forget-queue":
    case "purge-queue":
      return { type, name };
    case "offer-receipt-key":
      return RECEIPT_KEY.test(name) ? { type, name } : undefined;
    case "set-attributes":
      return isMap(attributes) && isList(removed) ? { type, name, attributes, removed } : undefined;
    case "tag-queue":
      return isMap(tags) ? { type, name, tags } : undefined;
    case "untag-queue":
      return isList(keys) ? { type, name, keys } : undefined;
    case "add-permission":
    case "remove-permission":
      return parsePermission(type, name, { ...data });
    default:
      return undefined;
  }
}

function parsePermission(
  type: "add-permission" | "remove-permission",
  name: string,
  { label, queueArn, accountIds, actions }: Partial<Record<string, unknown>>,
): QueueCommand | undefined {
  if (typeof label !== "string") return undefined;
  if (type === "remove-permission") return { type, name, label };
  if (typeof queueArn !== "string" || !isList(accountIds) || !isList(actions)) return undefined;
  return { type, name, queueArn, label, accountIds, actions };
}
