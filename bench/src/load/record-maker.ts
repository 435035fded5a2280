import type { RecordSource } from "../workload/record-sizes.ts";
import { keyName } from "../workload/record-keys.ts";
import { randomNumbers } from "../workload/random.ts";
import { HEADER_BYTES, TEXT_HEADER_BYTES, writeHeader } from "./record-header.ts";

/** A record on its way to a target. */
export interface LoadRecord {
  readonly key: string;
  readonly body: Buffer;
}

/** How a producer's records are made. */
export interface RecordMakerOptions {
  readonly run: number;
  readonly producer: number;
  readonly source: RecordSource;
  readonly nextKey: () => number;
  readonly keyCount: number;
  /** Where records are text, the header takes more of it. */
  readonly encoding: "binary" | "text";
}

const FILLING_BYTES = 2 ** 20;

/** Makes the records of one producer, each with a header by which it is known again. */
export class RecordMaker {
  readonly #options: RecordMakerOptions;
  readonly #headerBytes: number;
  readonly #keyNames: string[] = [];
  readonly #keyNumbers: Uint32Array;
  /** Printable, and not compressible to nothing. */
  readonly #filling: Buffer;
  #number = 0;
  #fillingAt = 0;

  constructor(options: RecordMakerOptions) {
    this.#options = options;
    this.#headerBytes = options.encoding === "text" ? TEXT_HEADER_BYTES : HEADER_BYTES;
    this.#keyNumbers = new Uint32Array(options.keyCount);
    this.#filling = fillingOf(Math.max(FILLING_BYTES, options.source.maxBytes * 2));
  }

  /** How many records there are so far; the next one has this number. */
  get count(): number {
    return this.#number;
  }

  /** Makes the records of a call that is due at that time of the run. */
  next(records: number, dueMs: number): LoadRecord[] {
    const { source } = this.#options;
    const sizes: number[] = [];
    const samples: number[] = [];
    let bytes = 0;
    for (let index = 0; index < records; index++) {
      // Behind the header there is at least nothing.
      const size = Math.max(source.nextSize() - this.#headerBytes, 0) + HEADER_BYTES;
      sizes.push(size);
      samples.push(source.sample);
      bytes += size;
    }
    const slab = this.#filled(bytes);
    const made: LoadRecord[] = [];
    let at = 0;
    for (const [index, size] of sizes.entries()) {
      const sample = source.content(samples[index] ?? 0);
      if (sample !== undefined) sample.copy(slab, at + HEADER_BYTES, 0, size - HEADER_BYTES);
      made.push(this.#finish(slab, at, size, dueMs));
      at += size;
    }
    return made;
  }

  /** One piece of memory for all records of a call. */
  #filled(bytes: number): Buffer {
    const slab = Buffer.allocUnsafeSlow(bytes);
    for (let at = 0; at < bytes;) {
      if (this.#fillingAt >= this.#filling.length / 2) this.#fillingAt = 0;
      const copied = this.#filling.copy(
        slab,
        at,
        this.#fillingAt,
        Math.min(this.#filling.length, this.#fillingAt + bytes - at),
      );
      this.#fillingAt += copied;
      at += copied;
    }
    return slab;
  }

  #finish(slab: Buffer, at: number, size: number, dueMs: number): LoadRecord {
    const { run, producer, nextKey } = this.#options;
    const key = nextKey();
    const keyNumber = this.#keyNumbers[key] ?? 0;
    this.#keyNumbers[key] = keyNumber + 1;
    writeHeader(slab, at, { run, producer, number: this.#number++, key, keyNumber, dueMs });
    return { key: (this.#keyNames[key] ??= keyName(key)), body: slab.subarray(at, at + size) };
  }
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _";

function fillingOf(bytes: number): Buffer {
  const random = randomNumbers(bytes);
  const filling = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; at++) filling[at] = LETTERS.charCodeAt(Math.floor(random() * LETTERS.length));
  return filling;
}
