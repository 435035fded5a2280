import { isNumber, isText, isTextList, membersOf } from "./guards.ts";

/** Where a shard's reading begins when nothing of it has been processed: at its oldest record, or at a time (milliseconds). */
export type GroupStart = "oldest" | number;

/** One shard of a consumer group. */
export interface Lease {
  readonly shardId: string;
  /** Shards that must be processed to their end before this one is read. Those that the group never gets do not count. */
  readonly parents: readonly string[];
  readonly start: GroupStart;
  /** The last sequence number that was processed. */
  readonly checkpoint: string | undefined;
  /** The worker that reads the shard; none when it was released. */
  readonly owner: string | undefined;
  /** The worker that wants to have the shard when its owner has finished the batch that it is at. */
  readonly askedBy: string | undefined;
  /** Raised whenever the owner changes: who takes a lease says which one it has seen. */
  readonly counter: number;
  /** Whether the shard was processed to its end. */
  readonly done: boolean;
}

/** A shard that the group learns of. */
export interface NewLease {
  readonly shardId: string;
  readonly parents: readonly string[];
  readonly start: GroupStart;
}

/** The commands of a consumer group. Each names the worker that wrote it, which shows that it lives. */
export type GroupCommand = { readonly worker: string } & (
  | { readonly type: "alive" }
  /** Of several workers that start a group at once, the first decides where. */
  | { readonly type: "begin"; readonly leases: readonly NewLease[] }
  /** Takes a shard that nobody reads, or whose owner has died. */
  | { readonly type: "take"; readonly shardId: string; readonly counter: number }
  /** Asks a living owner for a shard. */
  | { readonly type: "ask"; readonly shardId: string; readonly counter: number }
  | { readonly type: "checkpoint"; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly type: "finish"; readonly shardId: string; readonly children: readonly NewLease[] }
  /** Gives one shard, or all when none is named, to whoever has asked for it, else back. */
  | { readonly type: "release"; readonly shardId: string | undefined }
  /** Everything, so that what was written before may be removed from the log. */
  | { readonly type: "state"; readonly leases: readonly Lease[] }
);

/** The shards of a consumer group by id; empty before the group has begun. */
export type GroupState = Map<string, Lease>;

/** Applies a command; whether it changed anything. Every process that reads the log comes to the same state. */
export function applyGroupCommand(state: GroupState, command: GroupCommand): boolean {
  switch (command.type) {
    case "alive":
      return false;
    case "begin":
      if (state.size > 0) return false;
      for (const lease of command.leases) add(state, lease);
      return true;
    case "take":
      return change(state, command.shardId, (lease) =>
        lease.counter === command.counter && !lease.done
          ? { ...lease, owner: command.worker, askedBy: undefined, counter: lease.counter + 1 }
          : undefined,
      );
    case "ask":
      return change(state, command.shardId, (lease) =>
        lease.counter === command.counter && lease.owner !== undefined && lease.owner !== command.worker
          ? { ...lease, askedBy: command.worker }
          : undefined,
      );
    case "checkpoint":
      return change(state, command.shardId, (lease) =>
        lease.owner === command.worker ? { ...lease, checkpoint: command.sequenceNumber } : undefined,
      );
    case "finish":
      return finish(state, command.shardId, command.worker, command.children);
    case "release":
      return release(state, command.worker, command.shardId);
    case "state":
      state.clear();
      for (const lease of command.leases) state.set(lease.shardId, lease);
      return true;
  }
}

/** Whether a shard may be read: it is not done, and its parents are. */
export function isReadable(state: GroupState, { done, parents }: Lease): boolean {
  return !done && parents.every((parent) => state.get(parent)?.done ?? !isToCome(state, parent));
}

/** Whether the group may still get a shard: as the child of one that is not done. Those have lower ids than their children. */
function isToCome(state: GroupState, shardId: string): boolean {
  return [...state.values()].some((lease) => !lease.done && lease.shardId < shardId);
}

function finish(state: GroupState, shardId: string, worker: string, children: readonly NewLease[]): boolean {
  const finished = change(state, shardId, (lease) =>
    lease.owner === worker
      ? { ...lease, done: true, owner: undefined, askedBy: undefined, counter: lease.counter + 1 }
      : undefined,
  );
  if (finished) for (const child of children) add(state, child);
  return finished;
}

function release(state: GroupState, worker: string, shardId: string | undefined): boolean {
  let changed = false;
  for (const lease of state.values()) {
    if (lease.owner !== worker || (shardId !== undefined && lease.shardId !== shardId)) continue;
    state.set(lease.shardId, { ...lease, owner: lease.askedBy, askedBy: undefined, counter: lease.counter + 1 });
    changed = true;
  }
  return changed;
}

function add(state: GroupState, lease: NewLease): void {
  if (state.has(lease.shardId)) return;
  state.set(lease.shardId, {
    ...lease,
    checkpoint: undefined,
    owner: undefined,
    askedBy: undefined,
    counter: 0,
    done: false,
  });
}

function change(state: GroupState, shardId: string, changed: (lease: Lease) => Lease | undefined): boolean {
  const lease = state.get(shardId);
  const next = lease && changed(lease);
  if (next === undefined) return false;
  state.set(shardId, next);
  return true;
}

/** Reads a command off the group's log; `undefined` for anything else. */
export function parseGroupCommand(data: unknown): GroupCommand | undefined {
  const { type, worker, shardId, counter, sequenceNumber, children, leases } = membersOf(data);
  if (!isText(worker)) return undefined;
  switch (type) {
    case "alive":
      return { type, worker };
    case "begin":
      return isNewLeases(leases) ? { type, worker, leases } : undefined;
    case "take":
    case "ask":
      return isText(shardId) && isNumber(counter) ? { type, worker, shardId, counter } : undefined;
    case "checkpoint":
      return isText(shardId) && isText(sequenceNumber) ? { type, worker, shardId, sequenceNumber } : undefined;
    case "finish":
      return isText(shardId) && isNewLeases(children) ? { type, worker, shardId, children } : undefined;
    case "release":
      return shardId === undefined || isText(shardId) ? { type, worker, shardId } : undefined;
    case "state":
      return isLeases(leases) ? { type, worker, leases } : undefined;
    default:
      return undefined;
  }
}

function isNewLeases(value: unknown): value is readonly NewLease[] {
  return Array.isArray(value) && value.every(isNewLease);
}

function isNewLease(value: unknown): value is NewLease {
  const { shardId, parents, start } = membersOf(value);
  return isText(shardId) && isTextList(parents) && (start === "oldest" || isNumber(start));
}

function isLeases(value: unknown): value is readonly Lease[] {
  return Array.isArray(value) && value.every(isLease);
}

function isLease(value: unknown): value is Lease {
  const { checkpoint, owner, askedBy, counter, done } = membersOf(value);
  const texts = [checkpoint, owner, askedBy].every((text) => text === undefined || isText(text));
  return isNewLease(value) && texts && isNumber(counter) && typeof done === "boolean";
}
