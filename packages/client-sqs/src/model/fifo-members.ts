import { queueHash } from "./receipt-handle.ts";

/** A process that has not said for this long that it receives does not count any more. */
const MEMBER_MS = 5_000;

/** The processes that receive from a FIFO queue, and which of them each partition should go to. */
export class FifoMembers {
  readonly #lastSeen = new Map<string, number>();

  /** @param nowMs a clock of this process; clocks are not compared */
  seen(process: string, nowMs: number): void {
    this.#lastSeen.set(process, nowMs);
  }

  left(process: string): void {
    this.#lastSeen.delete(process);
  }

  /**
   * The process that should have a partition: the one with the highest hash of itself and the partition (rendezvous
   * hashing), so that few partitions move when a process comes or goes. `undefined` when nobody receives.
   */
  ownerOf(partition: number, nowMs: number): string | undefined {
    let owner: string | undefined;
    let highest = -1;
    for (const [process, seenAt] of this.#lastSeen) {
      if (nowMs - seenAt > MEMBER_MS) {
        this.#lastSeen.delete(process);
        continue;
      }
      const weight = mixed(queueHash(`${partition}.${process}`));
      if (weight < highest || (weight === highest && owner !== undefined && process < owner)) continue;
      highest = weight;
      owner = process;
    }
    return owner;
  }
}

/** FNV alone barely changes its high bits with the last characters (the finalizer of MurmurHash3 spreads them). */
function mixed(hash: number): number {
  let value = hash;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
