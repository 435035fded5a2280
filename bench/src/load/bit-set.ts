const CHUNK_BITS = 2 ** 20;
const CHUNK_BYTES = CHUNK_BITS / 8;

/** Which of the numbers from 0 on are in it. It takes a bit for each number, in pieces that are made when they are needed. */
export class BitSet {
  readonly #chunks: (Uint8Array | undefined)[] = [];
  #size = 0;

  /** How many numbers are in it. */
  get size(): number {
    return this.#size;
  }

  /** @returns false when it was there already */
  add(number: number): boolean {
    const index = Math.floor(number / CHUNK_BITS);
    const chunk = (this.#chunks[index] ??= new Uint8Array(CHUNK_BYTES));
    const bit = number % CHUNK_BITS;
    const mask = 1 << (bit & 7);
    const before = chunk[bit >>> 3] ?? 0;
    if ((before & mask) !== 0) return false;
    chunk[bit >>> 3] = before | mask;
    this.#size++;
    return true;
  }

  has(number: number): boolean {
    const bit = number % CHUNK_BITS;
    const byte = this.#chunks[Math.floor(number / CHUNK_BITS)]?.[bit >>> 3] ?? 0;
    return (byte & (1 << (bit & 7))) !== 0;
  }

  /** Adds all numbers of another one. @returns how many were in both */
  addAll(other: BitSet): number {
    let both = 0;
    for (const [index, theirs] of other.#chunks.entries()) {
      if (theirs === undefined) continue;
      const ours = (this.#chunks[index] ??= new Uint8Array(CHUNK_BYTES));
      for (let at = 0; at < CHUNK_BYTES; at++) {
        const [mine = 0, added = 0] = [ours[at], theirs[at]];
        both += bitsIn(mine & added);
        ours[at] = mine | added;
      }
    }
    this.#size += other.#size - both;
    return both;
  }

  /** For another process: the pieces in base64, null for those that are empty. */
  encoded(): (string | null)[] {
    return Array.from(this.#chunks, (chunk) => (chunk === undefined ? null : Buffer.from(chunk).toString("base64")));
  }

  /** What {@link BitSet.encoded} gave. */
  static decode(pieces: readonly (string | null)[]): BitSet {
    const set = new BitSet();
    for (const [index, piece] of pieces.entries()) {
      if (piece === null) continue;
      const chunk = new Uint8Array(Buffer.from(piece, "base64"));
      set.#chunks[index] = chunk;
      for (const byte of chunk) set.#size += bitsIn(byte);
    }
    return set;
  }
}

function bitsIn(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
