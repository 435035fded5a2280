import { BitSet } from "./bit-set.ts";
import type { RecordHeader } from "./record-header.ts";

/** What one group of consumers has seen, as it goes from process to process. */
export interface LedgerState {
  readonly group: number;
  /** By producer. */
  readonly seen: readonly { readonly producer: number; readonly pieces: readonly (string | null)[] }[];
  readonly duplicated: number;
  readonly outOfOrder: number;
  readonly foreign: number;
}

/** Keeps account of the records that a group of consumers receives: each must come once, and those of a key in order. */
export class Ledger {
  readonly group: number;
  readonly #run: number;
  readonly #seen = new Map<number, BitSet>();
  /** By producer and key: one more than the highest number that has come. */
  readonly #next = new Map<number, Uint32Array>();
  #duplicated = 0;
  #outOfOrder = 0;
  #foreign = 0;

  constructor(run: number, group: number) {
    this.#run = run;
    this.group = group;
  }

  /** How many different records have come. */
  get received(): number {
    let count = 0;
    for (const { size } of this.#seen.values()) count += size;
    return count;
  }

  /** A record came. @returns whether it is one of this run that had not come before */
  take(header: RecordHeader | undefined): header is RecordHeader {
    if (header === undefined || header.run !== this.#run) {
      this.#foreign++;
      return false;
    }
    let seen = this.#seen.get(header.producer);
    if (seen === undefined) this.#seen.set(header.producer, (seen = new BitSet()));
    if (!seen.add(header.number)) {
      this.#duplicated++;
      return false;
    }
    this.#checkOrder(header);
    return true;
  }

  /** For the process that adds up. */
  state(): LedgerState {
    return {
      group: this.group,
      seen: [...this.#seen].map(([producer, set]) => ({ producer, pieces: set.encoded() })),
      duplicated: this.#duplicated,
      outOfOrder: this.#outOfOrder,
      foreign: this.#foreign,
    };
  }

  /** A repeated record is no disorder; one that comes after a later one of its key is. */
  #checkOrder({ producer, key, keyNumber }: RecordHeader): void {
    let next = this.#next.get(producer);
    if (next === undefined || key >= next.length) {
      const grown = new Uint32Array(Math.max(1024, 2 ** Math.ceil(Math.log2(key + 1))));
      grown.set(next ?? []);
      this.#next.set(producer, (next = grown));
    }
    if (keyNumber + 1 > (next[key] ?? 0)) next[key] = keyNumber + 1;
    else this.#outOfOrder++;
  }
}
