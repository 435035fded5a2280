import { queueHash } from "@warrenmq/core/queues";

/** A process that has not said for this long that it receives does not count any more. It says so every 1.5 seconds. */
const MEMBER_MS = 6_000;

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
   * Which process should have each of the partitions: of those with room the one with the highest hash of itself and the
   * partition (rendezvous hashing), so that few partitions move when a process comes or goes. There is room for as many
   * as make the shares even. Empty when nobody receives.
   */
  owners(partitions: number, nowMs: number): readonly string[] {
    const processes = this.#present(nowMs);
    if (processes.length === 0) return [];
    const room = Math.ceil(partitions / processes.length);
    const shares = new Map<string, number>();
    const owners: string[] = [];
    for (let partition = 0; partition < partitions; partition++) {
      const owner = heaviest(
        processes.filter((process) => (shares.get(process) ?? 0) < room),
        partition,
      );
      shares.set(owner, (shares.get(owner) ?? 0) + 1);
      owners.push(owner);
    }
    return owners;
  }

  /** In an order that all processes agree on. */
  #present(nowMs: number): string[] {
    for (const [process, seenAt] of this.#lastSeen) {
      if (nowMs - seenAt > MEMBER_MS) this.#lastSeen.delete(process);
    }
    return [...this.#lastSeen.keys()].toSorted();
  }
}

function heaviest(processes: readonly string[], partition: number): string {
  let owner = "";
  let highest = -1;
  for (const process of processes) {
    const weight = mixed(queueHash(`${partition}.${process}`));
    if (weight <= highest) continue;
    highest = weight;
    owner = process;
  }
  return owner;
}

/** FNV alone barely changes its high bits with the last characters (the finalizer of MurmurHash3 spreads them). */
function mixed(hash: number): number {
  let value = hash;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
