const FIRST_BYTES = 256;
const TWO_32 = 2 ** 32;
const LONGEST_STRING = 0x7fff;

/** Writes the basic types of the protocol (big endian) into memory that grows as needed. */
export class ByteWriter {
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** A copy of what was written. */
  toBuffer(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  uint8(value: number): this {
    const offset = this.#reserve(1);
    this.#bytes.writeUInt8(value, offset);
    return this;
  }

  uint16(value: number): this {
    const offset = this.#reserve(2);
    this.#bytes.writeUInt16BE(value, offset);
    return this;
  }

  int16(value: number): this {
    const offset = this.#reserve(2);
    this.#bytes.writeInt16BE(value, offset);
    return this;
  }

  uint32(value: number): this {
    const offset = this.#reserve(4);
    this.#bytes.writeUInt32BE(value, offset);
    return this;
  }

  int32(value: number): this {
    const offset = this.#reserve(4);
    this.#bytes.writeInt32BE(value, offset);
    return this;
  }

  /** A signed integer of up to ±2^53 in eight bytes; for positive ones the same bytes as an unsigned one. */
  int64(value: number): this {
    const high = Math.floor(value / TWO_32);
    return this.int32(high).uint32(value - high * TWO_32);
  }

  bigInt64(value: bigint): this {
    const offset = this.#reserve(8);
    this.#bytes.writeBigInt64BE(value, offset);
    return this;
  }

  double(value: number): this {
    const offset = this.#reserve(8);
    this.#bytes.writeDoubleBE(value, offset);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const offset = this.#reserve(bytes.length);
    this.#bytes.set(bytes, offset);
    return this;
  }

  utf8(text: string, byteLength: number = Buffer.byteLength(text)): this {
    const offset = this.#reserve(byteLength);
    this.#bytes.write(text, offset, byteLength, "utf8");
    return this;
  }

  /** A string with its length in two bytes. @throws RangeError above 32,767 bytes. */
  string(text: string): this {
    const length = Buffer.byteLength(text);
    if (length > LONGEST_STRING) {
      throw new RangeError(
        `"${text.slice(0, 40)}…" takes ${length} bytes where the protocol allows ${LONGEST_STRING}.`,
      );
    }
    return this.uint16(length).utf8(text, length);
  }

  /** Bytes with their number in four bytes before them. */
  longBytes(bytes: Uint8Array): this {
    return this.uint32(bytes.length).raw(bytes);
  }

  /** Pairs of strings with their number in four bytes before them. */
  map(entries: Readonly<Record<string, string>>): this {
    const pairs = Object.entries(entries);
    this.uint32(pairs.length);
    for (const [key, value] of pairs) this.string(key).string(value);
    return this;
  }

  /** Overwrites four bytes that were written before. */
  setUint32(value: number, offset: number): this {
    this.#bytes.writeUInt32BE(value, offset);
    return this;
  }

  #reserve(bytes: number): number {
    const offset = this.#length;
    const needed = offset + bytes;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, offset);
      this.#bytes = larger;
    }
    this.#length = needed;
    return offset;
  }
}
