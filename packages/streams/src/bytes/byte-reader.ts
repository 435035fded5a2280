import { ProtocolError } from "./protocol-error.ts";

const TWO_32 = 2 ** 32;
/** The high half of the largest integer that a JavaScript number holds exactly. */
const MAX_SAFE_HIGH = 0x1f_ffff;

/** Reads the basic types of the protocol (big endian) one after the other. Never reads past the end. */
export class ByteReader {
  readonly bytes: Buffer;
  #offset: number;

  constructor(bytes: Buffer, offset = 0) {
    this.bytes = bytes;
    this.#offset = offset;
  }

  /** Where the next read begins. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes that have not been read. */
  get remaining(): number {
    return this.bytes.length - this.#offset;
  }

  uint8(): number {
    return this.bytes.readUInt8(this.#take(1));
  }

  int8(): number {
    return this.bytes.readInt8(this.#take(1));
  }

  uint16(): number {
    return this.bytes.readUInt16BE(this.#take(2));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#take(2));
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.#take(4));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#take(4));
  }

  /** An unsigned 64-bit integer. @throws ProtocolError above 2^53 - 1, which no offset or publishing id reaches. */
  uint64(): number {
    const high = this.uint32();
    if (high > MAX_SAFE_HIGH) throw new ProtocolError(`An unsigned integer is above 2^53 at byte ${this.#offset - 4}.`);
    return high * TWO_32 + this.uint32();
  }

  /** A signed 64-bit integer. @throws ProtocolError beyond ±2^53. */
  int64(): number {
    const high = this.int32();
    if (high > MAX_SAFE_HIGH || high < -MAX_SAFE_HIGH - 1) {
      throw new ProtocolError(`An integer is beyond ±2^53 at byte ${this.#offset - 4}.`);
    }
    return high * TWO_32 + this.uint32();
  }

  /** The next `length` bytes, in the same memory. */
  take(length: number): Buffer {
    const start = this.#take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** A string with its length in two bytes; `undefined` for the protocol's null. */
  nullableString(): string | undefined {
    const length = this.int16();
    if (length === -1) return undefined;
    const start = this.#take(length);
    return this.bytes.toString("utf8", start, start + length);
  }

  /** As {@link ByteReader.nullableString}, with null as the empty string. */
  string(): string {
    return this.nullableString() ?? "";
  }

  /**
   * The number of elements of an array, each of at least `elementBytes`.
   * @throws ProtocolError when that many cannot follow: nobody sizes memory by what a frame merely claims.
   */
  count(elementBytes: number): number {
    const count = this.int32();
    if (count === -1) return 0;
    if (count < 0 || count * elementBytes > this.remaining) {
      throw new ProtocolError(`An array of ${count} elements does not fit into ${this.remaining} bytes.`);
    }
    return count;
  }

  #take(length: number): number {
    const start = this.#offset;
    if (length < 0 || start + length > this.bytes.length) {
      throw new ProtocolError(`${length} bytes are expected at byte ${start} of ${this.bytes.length}.`);
    }
    this.#offset = start + length;
    return start;
  }
}
