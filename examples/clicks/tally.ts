import Table from "cli-table3";
import type { Click } from "./click.ts";

/** Counts what was put and what was processed. */
export class Tally {
  readonly #put = new Set<string>();
  readonly #processed = new Set<string>();
  readonly #last = new Map<string, number>();
  readonly #byWorker = new Map<object, number>();
  #startedMs: number | undefined;
  #lastMs = 0;
  #reads = 0;
  #disordered = 0;

  /** Clicks that were put. */
  get puts(): number {
    return this.#put.size;
  }

  /** Clicks that were put and have not been processed. */
  get lost(): number {
    return [...this.#put].filter((id) => !this.#processed.has(id)).length;
  }

  /** Clicks that were processed, the first time, behind a later one of the same visitor. */
  get disordered(): number {
    return this.#disordered;
  }

  /** How many clicks a worker has processed. */
  processedBy(worker: object): number {
    return this.#byWorker.get(worker) ?? 0;
  }

  /** The puts of these clicks were answered. */
  put(clicks: readonly Click[]): void {
    this.#startedMs ??= performance.now();
    for (const click of clicks) this.#put.add(idOf(click));
  }

  /** A worker has processed these. */
  processed(clicks: readonly Click[], worker: object): void {
    this.#reads += clicks.length;
    this.#byWorker.set(worker, this.processedBy(worker) + clicks.length);
    this.#lastMs = performance.now();
    for (const click of clicks) {
      if (this.#processed.has(idOf(click))) continue;
      this.#processed.add(idOf(click));
      const last = this.#last.get(click.visitor) ?? -1;
      if (click.count < last) this.#disordered++;
      this.#last.set(click.visitor, Math.max(last, click.count));
    }
  }

  /** The final table. */
  table(shards: number): string {
    const seconds = (this.#lastMs - (this.#startedMs ?? 0)) / 1000;
    const table = new Table({ colAligns: ["left", "right"], style: { head: [], border: [], compact: true } });
    table.push(
      row("put", this.#put.size),
      row("read", this.#reads),
      row("duplicates", this.#reads - this.#processed.size),
      row("lost", this.lost),
      row("out of order", this.#disordered),
      row("shards, closed ones too", shards),
      ["from the first put to the last read", `${seconds.toFixed(1)} s`],
    );
    return table.toString();
  }
}

function row(name: string, count: number): [string, string] {
  return [name, count.toLocaleString("en")];
}

function idOf({ visitor, count }: Click): string {
  return `${visitor}:${count}`;
}
