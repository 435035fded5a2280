/** Records that a process may have to read at its start, more or less: some 50 ms of reading. */
const EVERY_RECORDS = 2_000;
/** A writer that claimed a snapshot and died is not waited for any longer than this. */
const RETRY_RECORDS = 250;

/**
 * When a snapshot of the registry is due, and who writes it. A process that finds it due appends a claim; the log's order
 * makes one claim the first, for every process the same, and whoever wrote that one writes the snapshot as of its place.
 */
export class SnapshotSchedule {
  #newest = -1;
  #lastClaim: number | undefined;
  #isStale = false;

  /** A snapshot as of that offset is there, or is being written. */
  taken(offset: number): void {
    this.#newest = offset;
    this.#lastClaim = Math.max(offset, this.#lastClaim ?? offset);
    this.#isStale = false;
  }

  /** The log is another one than the snapshots are of. */
  restarted(): void {
    this.#newest = -1;
    this.#lastClaim = undefined;
    this.#isStale = true;
  }

  /** Whether the claim at this offset decides who writes; claims shortly after another one do not. */
  accepts(offset: number): boolean {
    if (!this.#isFree(offset)) return false;
    this.#lastClaim = offset;
    return true;
  }

  /** Whether a process that has read up to this offset should claim the next snapshot. */
  isDue(offset: number): boolean {
    return this.#isFree(offset) && (this.#isStale || offset - this.#newest >= EVERY_RECORDS);
  }

  #isFree(offset: number): boolean {
    return this.#lastClaim === undefined || offset - this.#lastClaim >= RETRY_RECORDS;
  }
}
