/** Records that a process may have to read at its start, more or less: some 50 ms of reading. */
const EVERY_RECORDS = 2_000;
/** A writer that claimed a snapshot and died is not waited for any longer than either of these. */
const RETRY_RECORDS = 250;
const RETRY_MS = 60_000;

/**
 * When a snapshot of the registry is due, and who writes it. A process that finds it due appends a claim; the log's order
 * makes one claim the first, for every process the same, and whoever wrote that one writes the snapshot as of its place.
 */
export class SnapshotSchedule {
  #newest = -1;
  #lastClaim: { readonly offset: number; readonly at: number } | undefined;
  #isStale = false;

  /** A snapshot as of that offset is there, or is being written. */
  taken(offset: number): void {
    this.#newest = offset;
    // When it was claimed is not known: only records count.
    if (this.#lastClaim === undefined || this.#lastClaim.offset < offset) this.#lastClaim = { offset, at: Infinity };
    this.#isStale = false;
  }

  /** The log is another one than the snapshots are of. */
  restarted(): void {
    this.#newest = -1;
    this.#lastClaim = undefined;
    this.#isStale = true;
  }

  /**
   * Whether the claim at this offset decides who writes; claims shortly after another one do not.
   * @param at when it was made, in milliseconds since the epoch by its maker's clock
   */
  accepts(offset: number, at: number): boolean {
    if (!this.#isFree(offset, at)) return false;
    this.#lastClaim = { offset, at };
    return true;
  }

  /** Whether a process that has read up to this offset should claim the next snapshot now. */
  isDue(offset: number, now: number): boolean {
    return this.#isFree(offset, now) && (this.#isStale || offset - this.#newest >= EVERY_RECORDS);
  }

  #isFree(offset: number, at: number): boolean {
    const last = this.#lastClaim;
    return last === undefined || offset - last.offset >= RETRY_RECORDS || at - last.at >= RETRY_MS;
  }
}
