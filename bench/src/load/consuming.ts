import type { Consumer, TargetSession } from "../targets/target.ts";
import type { Job } from "./job.ts";
import { Ledger } from "./ledger.ts";
import type { RecordHeader } from "./record-header.ts";
import type { TimeSlots } from "./time-slots.ts";

/** All consumers of one process, and the accounts that they keep. */
export class Consuming {
  readonly ledgers: Map<number, Ledger> = new Map();
  firstMs: number | null = null;
  lastMs: number | null = null;
  readonly #job: Job;
  readonly #slots: TimeSlots;
  readonly #nowMs: () => number;
  readonly #onError: (error: Error) => void;
  readonly #consumers: Consumer[] = [];

  constructor(job: Job, slots: TimeSlots, nowMs: () => number, onError: (error: Error) => void) {
    this.#job = job;
    this.#slots = slots;
    this.#nowMs = nowMs;
    this.#onError = onError;
  }

  /** Different records that came, over all groups. */
  get received(): number {
    let count = 0;
    for (const { received } of this.ledgers.values()) count += received;
    return count;
  }

  async start(session: TargetSession): Promise<void> {
    const { consumers, request, reading, workload, run } = this.#job;
    for (const place of consumers) {
      const ledger = this.ledgers.get(place.group) ?? new Ledger(run, place.group);
      this.ledgers.set(place.group, ledger);
      const consumer = await session.consumer(request, {
        ...place,
        reading,
        batch: workload.batch,
        onRecords: (headers) => this.#take(ledger, headers),
        onError: this.#onError,
      });
      this.#consumers.push(consumer);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#consumers.map((consumer) => consumer.close()));
  }

  #take(ledger: Ledger, headers: readonly (RecordHeader | undefined)[]): void {
    const nowMs = this.#nowMs();
    let [fresh, sameDue, dueMs] = [0, 0, -1];
    const isTimed = this.#job.flow === "pass-through";
    for (const header of headers) {
      if (!ledger.take(header)) continue;
      fresh++;
      if (!isTimed) continue;
      // Records of one call have one due time: they are counted together.
      if (header.dueMs !== dueMs && sameDue > 0) {
        this.#arrived(dueMs, nowMs, sameDue);
        sameDue = 0;
      }
      dueMs = header.dueMs;
      sameDue++;
    }
    if (sameDue > 0) this.#arrived(dueMs, nowMs, sameDue);
    if (fresh === 0) return;
    this.firstMs ??= nowMs;
    this.lastMs = nowMs;
    if (this.#job.flow !== "produce") this.#slots.received(nowMs, fresh);
  }

  #arrived(dueMs: number, nowMs: number, count: number): void {
    this.#slots.timed("arrival", dueMs, nowMs - dueMs - this.#job.request.delaySeconds * 1000, count);
  }
}
