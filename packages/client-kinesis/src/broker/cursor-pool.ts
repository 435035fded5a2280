import type { Deadline } from "@warrenmq/core/internal";
import type { ShardPosition } from "../model/shard-iterator.ts";
import type { ShardCursor, Taken, TakeLimits } from "./shard-cursor.ts";

/** More cursors than this are not kept: the one that was used longest ago goes. */
const MAX_CURSORS = 256;
const IDLE_MS = 60_000;
const IDLE_CHECK_MS = 20_000;

/** One read through an iterator. */
export interface PooledRead {
  /** Of the iterator: those that came one of another have the same. */
  readonly lineage: string;
  readonly position: ShardPosition;
  readonly limits: TakeLimits;
  /** Makes a cursor that begins at the position. */
  readonly open: () => ShardCursor;
}

/** What a read gave, and where the next iterator begins. */
export interface PooledTaken extends Taken {
  readonly position: ShardPosition;
}

interface Entry {
  cursor: ShardCursor;
  /** Settles when nobody reads. */
  last: Promise<unknown>;
  usedAtMs: number;
}

/**
 * Keeps the cursors of iterators, so that a caller that goes on with the next iterator finds what was read ahead. An
 * iterator that is used a second time, or in another process, gets a cursor of its own.
 */
export class CursorPool {
  readonly #entries = new Map<string, Entry>();
  readonly #idleCheck: NodeJS.Timeout = setInterval(() => this.#closeIdle(), IDLE_CHECK_MS).unref();

  /** Reads at an iterator's position. @throws RabbitError as the cursor does */
  async take(read: PooledRead, deadline: Deadline): Promise<PooledTaken> {
    const entry = this.#entry(read);
    const turn = entry.last.then(() => this.#takeFrom(entry, read, deadline));
    entry.last = turn.catch(() => undefined);
    return turn;
  }

  /** Stops all. */
  close(): void {
    clearInterval(this.#idleCheck);
    for (const { cursor } of this.#entries.values()) cursor.close();
    this.#entries.clear();
  }

  async #takeFrom(entry: Entry, { position, limits, open }: PooledRead, deadline: Deadline): Promise<PooledTaken> {
    if (!isSame(entry.cursor.position(), position)) {
      entry.cursor.close();
      entry.cursor = open();
    }
    const taken = await entry.cursor.take(limits, deadline);
    entry.usedAtMs = performance.now();
    return { ...taken, position: entry.cursor.position() };
  }

  #entry({ lineage, open }: PooledRead): Entry {
    const existing = this.#entries.get(lineage);
    const entry = existing ?? { cursor: open(), last: Promise.resolve(), usedAtMs: 0 };
    entry.usedAtMs = performance.now();
    // The map's order is that of their use.
    this.#entries.delete(lineage);
    this.#entries.set(lineage, entry);
    if (this.#entries.size > MAX_CURSORS) this.#closeOldest();
    return entry;
  }

  #closeOldest(): void {
    for (const lineage of this.#entries.keys()) return this.#close(lineage);
  }

  #closeIdle(): void {
    const oldest = performance.now() - IDLE_MS;
    for (const [lineage, { usedAtMs }] of this.#entries) if (usedAtMs < oldest) this.#close(lineage);
  }

  #close(lineage: string): void {
    this.#entries.get(lineage)?.cursor.close();
    this.#entries.delete(lineage);
  }
}

function isSame(left: ShardPosition, right: ShardPosition): boolean {
  if (left.type === "record" && right.type === "record") {
    return left.offset === right.offset && left.index === right.index;
  }
  if (left.type === "time" && right.type === "time") return left.timeMs === right.timeMs;
  return left.type === right.type;
}
