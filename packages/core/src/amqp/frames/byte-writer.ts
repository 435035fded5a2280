const LONGEST_SHORT_STRING = 255;
/** What a character of a string takes in UTF-8 at most. */
const MAX_BYTES_PER_CHARACTER = 3;

/** Writes AMQP's basic types one after the other into memory that it uses again and again. */
export class ByteWriter {
  readonly #bytes: Buffer;
  #offset = 0;

  /** @param capacity in bytes; writing more throws a RangeError. */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** Starts again at the front. */
  reset(): void {
    this.#offset = 0;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#offset;
  }

  /** Copies what was written into `target`. */
  copyTo(target: Buffer, start = 0): void {
    this.#bytes.copy(target, start, 0, this.#offset);
  }

  /** Leaves room for a number that is known later. Returns its place, for {@link ByteWriter.setUint32}. */
  skipUint32(): number {
    const place = this.#offset;
    this.#offset += 4;
    return place;
  }

  setUint32(value: number, place: number): void {
    this.#bytes.writeUInt32BE(value, place);
  }

  setUint16(value: number, place: number): void {
    this.#bytes.writeUInt16BE(value, place);
  }

  uint8(value: number): void {
    this.#offset = this.#bytes.writeUInt8(value, this.#offset);
  }

  int8(value: number): void {
    this.#offset = this.#bytes.writeInt8(value, this.#offset);
  }

  uint16(value: number): void {
    this.#offset = this.#bytes.writeUInt16BE(value, this.#offset);
  }

  int16(value: number): void {
    this.#offset = this.#bytes.writeInt16BE(value, this.#offset);
  }

  uint32(value: number): void {
    this.#offset = this.#bytes.writeUInt32BE(value, this.#offset);
  }

  int32(value: number): void {
    this.#offset = this.#bytes.writeInt32BE(value, this.#offset);
  }

  /** An unsigned integer below 2^53 in eight bytes. */
  uint64(value: number): void {
    this.uint32(Math.floor(value / 2 ** 32));
    this.uint32(value % 2 ** 32);
  }

  int64(value: bigint): void {
    this.#offset = this.#bytes.writeBigInt64BE(value, this.#offset);
  }

  double(value: number): void {
    this.#offset = this.#bytes.writeDoubleBE(value, this.#offset);
  }

  /** A string with its length in one byte. @throws RangeError when it takes more than 255 bytes. */
  shortString(text: string): void {
    const length = this.#text(text, this.#offset + 1);
    if (length > LONGEST_SHORT_STRING) {
      throw new RangeError(`"${text.slice(0, 40)}…" takes ${length} bytes where AMQP allows ${LONGEST_SHORT_STRING}.`);
    }
    this.uint8(length);
    this.#offset += length;
  }

  /** A string with its length in four bytes. */
  longString(text: string): void {
    const length = this.#text(text, this.#offset + 4);
    this.uint32(length);
    this.#offset += length;
  }

  /** Bytes with their number in four bytes before them. */
  longBytes(bytes: Uint8Array): void {
    this.uint32(bytes.length);
    this.#require(bytes.length, this.#offset);
    this.#bytes.set(bytes, this.#offset);
    this.#offset += bytes.length;
  }

  #text(text: string, offset: number): number {
    // `write` cuts off what does not fit, without a word.
    if (offset + text.length * MAX_BYTES_PER_CHARACTER > this.#bytes.length) {
      this.#require(Buffer.byteLength(text), offset);
    }
    return this.#bytes.write(text, offset);
  }

  #require(bytes: number, offset: number): void {
    if (offset + bytes <= this.#bytes.length) return;
    throw new RangeError(`Properties and headers take more than ${this.#bytes.length} bytes.`);
  }
}
