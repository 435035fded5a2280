import type { RecordSource } from "../workload/record-sizes.ts";
import { keyName } from "../workload/record-keys.ts";
import { randomNumbers } from "../workload/random.ts";
import { HEADER_BYTES, TEXT_HEADER_BYTES, writeDueTime, writeNumbers, writeProducer } from "./record-header.ts";

/** A record on its way to a target. Its bytes may change once the call is answered. */
export interface LoadRecord {
  key: string;
  readonly body: Buffer;
}

/** The records of a call, in one piece of memory. */
export interface RecordBatch {
  /** The number of the first one among the producer's records. */
  readonly from: number;
  readonly records: readonly LoadRecord[];
  readonly slab: Slab;
}

interface Slab {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** Where the records begin, from the last time on: with a fixed size they can be used again as they are. */
  readonly records: LoadRecord[];
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
  /** Of answered calls: fresh memory for every call would cost more than all the rest. */
  readonly #spare: Slab[] = [];
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

  /** Makes the records of a call. This is what the load costs, so nothing is written that is there already. */
  next(count: number): RecordBatch {
    const slab = this.#options.source.isFixed ? this.#sameAgain(count) : this.#drawn(count);
    const from = this.#number;
    const { nextKey } = this.#options;
    const { records, view } = slab;
    for (let at = 0, index = 0; index < count; index++) {
      const record = records[index];
      if (record === undefined) break;
      const key = nextKey();
      const keyNumber = this.#keyNumbers[key] ?? 0;
      this.#keyNumbers[key] = keyNumber + 1;
      writeNumbers(view, at, this.#number++, key, keyNumber);
      record.key = this.#keyNames[key] ??= keyName(key);
      at += record.body.length;
    }
    return { from, records, slab };
  }

  /** The call has been answered: its memory can be used again. */
  giveBack({ slab }: RecordBatch): void {
    this.#spare.push(slab);
  }

  /** A batch of records of the one size that there is: only headers and keys are new. */
  #sameAgain(count: number): Slab {
    const spare = this.#spare.pop();
    if (spare?.records.length === count) return spare;
    return this.#drawn(count);
  }

  #drawn(count: number): Slab {
    const { source } = this.#options;
    const sizes: number[] = [];
    const samples: number[] = [];
    let bytes = 0;
    for (let index = 0; index < count; index++) {
      // Behind the header there is at least nothing.
      const size = Math.max(source.nextSize() - this.#headerBytes, 0) + HEADER_BYTES;
      sizes.push(size);
      samples.push(source.sample);
      bytes += size;
    }
    const slab = this.#filled(bytes);
    let at = 0;
    for (const [index, size] of sizes.entries()) {
      const sample = source.content(samples[index] ?? 0);
      if (sample !== undefined) sample.copy(slab.bytes, at + HEADER_BYTES, 0, size - HEADER_BYTES);
      writeProducer(slab.view, at, this.#options);
      slab.records.push({ key: "", body: slab.bytes.subarray(at, at + size) });
      at += size;
    }
    return slab;
  }

  #filled(needed: number): Slab {
    const spare = this.#spare.pop();
    const memory = spare !== undefined && spare.bytes.length >= needed ? spare.bytes : Buffer.allocUnsafeSlow(needed);
    for (let at = 0; at < needed;) {
      if (this.#fillingAt >= this.#filling.length / 2) this.#fillingAt = 0;
      const end = Math.min(this.#filling.length, this.#fillingAt + needed - at);
      const copied = this.#filling.copy(memory, at, this.#fillingAt, end);
      this.#fillingAt += copied;
      at += copied;
    }
    return { bytes: memory, view: new DataView(memory.buffer, memory.byteOffset, memory.length), records: [] };
  }
}

/** Says of all records of a batch when they are due. */
export function setDueTime({ records, slab }: RecordBatch, dueMs: number): void {
  let at = 0;
  for (const { body } of records) {
    writeDueTime(slab.view, at, dueMs);
    at += body.length;
  }
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _";

let filling = Buffer.alloc(0);

/** The same for all producers of a process, and made once. */
function fillingOf(bytes: number): Buffer {
  if (filling.length >= bytes) return filling;
  const random = randomNumbers(bytes);
  filling = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; at++) filling[at] = LETTERS.charCodeAt(Math.floor(random() * LETTERS.length));
  return filling;
}
