import { LatencyRecorder } from "../method/latency.ts";

/** What happened in one stretch of a run. */
export interface SlotState {
  readonly slot: number;
  /** Records by when they were confirmed. */
  readonly confirmed: number;
  /** Different records by when they came, over all groups. */
  readonly received: number;
  /** From due time to answer, by when the calls were due. */
  readonly send?: string;
  /** From start to answer. */
  readonly service?: string;
  /** From due time to arrival at a consumer (with a delay: from when the delay was over). */
  readonly arrival?: string;
  /** From due time to start: what the load itself is late. */
  readonly lateness?: string;
}

/** What is timed. */
export type Timed = "send" | "service" | "arrival" | "lateness";

type Slot = { confirmed: number; received: number } & { [kind in Timed]?: LatencyRecorder };

/** So many stretches has a run; with them, histograms of a long run take no more memory than those of a short one. */
const MOST_SLOTS = 120;

/** How long a stretch is, for a run of that length. */
export function slotMs(durationMs: number): number {
  return Math.max(250, Math.ceil(durationMs / MOST_SLOTS / 250) * 250);
}

/** Counts and times by stretches of the run, so that a curve over time and a sum without the warm-up can be had of it. */
export class TimeSlots {
  readonly #slotMs: number;
  readonly #slots: Slot[] = [];

  constructor(durationMs: number) {
    this.#slotMs = slotMs(durationMs);
  }

  confirmed(atMs: number, records: number): void {
    this.#at(atMs).confirmed += records;
  }

  received(atMs: number, records: number): void {
    this.#at(atMs).received += records;
  }

  /** Something took so long, that was due at that time. */
  timed(kind: Timed, dueMs: number, tookMs: number, count = 1): void {
    const slot = this.#at(dueMs);
    (slot[kind] ??= new LatencyRecorder()).record(tookMs, count);
  }

  /** Everything, for the process that adds up. */
  state(): SlotState[] {
    const states: SlotState[] = [];
    for (const [slot, { confirmed, received, ...timed }] of this.#slots.entries()) {
      const encoded = Object.entries(timed).map(([kind, recorder]) => [kind, recorder.encoded()]);
      if (confirmed + received + encoded.length > 0) {
        states.push({ slot, confirmed, received, ...Object.fromEntries(encoded) });
      }
    }
    return states;
  }

  #at(ms: number): Slot {
    const index = Math.max(0, Math.floor(ms / this.#slotMs));
    while (this.#slots.length <= index) this.#slots.push({ confirmed: 0, received: 0 });
    return this.#slots[index] ?? { confirmed: 0, received: 0 };
  }
}
