import { crc32 } from "node:zlib";
import { ByteReader } from "../bytes/byte-reader.ts";
import { decompress } from "./compression.ts";
import { ProtocolError } from "../bytes/protocol-error.ts";

/** High nibble: Osiris' magic number; low nibble: version of the format. */
const MAGIC_AND_VERSION = 0x50;
/** What a message takes in a chunk at least: its length. */
const SMALLEST_ENTRY = 4;
const SUB_BATCH_BIT = 0x8000_0000;
/** The first byte of a sub-batch: 1 bit set, 3 bits compression, 4 bits unused. */
const SUB_BATCH_HEAD = 11;

/**
 * A chunk: the unit in which the broker stores, replicates and delivers messages.
 * https://github.com/rabbitmq/osiris/blob/main/src/osiris_log.erl describes the format.
 */
export interface Chunk {
  /** The offset of the first message. Names the chunk. */
  readonly chunkId: number;
  /** When the broker wrote the chunk, in milliseconds since 1970: the same for all its messages. */
  readonly timestampMs: number;
  /** The term of the leader that wrote it. */
  readonly epoch: number;
  /** The messages that the chunk holds, skipped ones included. The next chunk begins at `chunkId` plus this. */
  readonly recordCount: number;
  /** The offset of the first of `records`. */
  readonly firstOffset: number;
  /** The messages as they were published, one after the other by offset. */
  readonly records: readonly Buffer[];
}

/** Where a chunk lies in its stream. */
export type ChunkPlace = Pick<Chunk, "chunkId" | "recordCount" | "timestampMs">;

/** How a chunk is to be parsed. */
export interface ChunkOptions {
  /** Messages before this offset are skipped. */
  readonly fromOffset: number;
  /** The most that a chunk may take when it is uncompressed, in bytes. */
  readonly maxBytes: number;
}

interface ChunkHead {
  readonly entryCount: number;
  readonly recordCount: number;
  readonly timestampMs: number;
  readonly epoch: number;
  readonly chunkId: number;
  readonly crc: number;
  readonly data: Buffer;
}

/**
 * Parses what a Deliver carries. Tracking chunks (the broker's own) have no messages.
 * @throws ProtocolError when it is truncated or contradicts itself or its checksum, or is larger than allowed.
 * @throws UnsupportedCompressionError on a sub-batch in a compression that this Node cannot undo.
 */
export function parseChunk(bytes: Buffer, options: ChunkOptions): Chunk {
  const head = readHead(bytes);
  const { chunkId, timestampMs, epoch, recordCount, data } = head;
  if (crc32(data) !== head.crc) throw new ProtocolError(`Chunk ${chunkId} does not match its checksum.`);
  const firstOffset = Math.max(chunkId, Math.min(options.fromOffset, chunkId + recordCount));
  const skip = firstOffset - chunkId;
  const entries = new EntryReader(data, skip, options.maxBytes);
  for (let entry = 0; entry < head.entryCount; entry++) entries.next();
  entries.end(recordCount);
  return { chunkId, timestampMs, epoch, recordCount, firstOffset, records: entries.records };
}

/** Reads where the chunk lies, and nothing else. @throws ProtocolError */
export function chunkPlace(bytes: Buffer): ChunkPlace {
  const { chunkId, recordCount, timestampMs } = readHead(bytes);
  return { chunkId, recordCount, timestampMs };
}

function readHead(bytes: Buffer): ChunkHead {
  const reader = new ByteReader(bytes);
  const magic = reader.uint8();
  if (magic !== MAGIC_AND_VERSION)
    throw new ProtocolError(`A chunk begins with ${magic} instead of ${MAGIC_AND_VERSION}.`);
  const isUserChunk = reader.int8() === 0;
  const entryCount = reader.uint16();
  const recordCount = reader.uint32();
  const timestampMs = reader.int64();
  const epoch = reader.uint64();
  const chunkId = reader.uint64();
  const crc = reader.uint32();
  const dataLength = reader.uint32();
  reader.take(8); // the lengths of trailer and filter, which stay on the broker's disk
  const data = reader.take(dataLength);
  return {
    entryCount: isUserChunk ? entryCount : 0,
    recordCount: isUserChunk ? recordCount : 0,
    timestampMs,
    epoch,
    chunkId,
    crc,
    data,
  };
}

/** Reads the entries of a chunk: single messages and sub-batches of several. */
class EntryReader {
  readonly records: Buffer[] = [];
  readonly #data: Buffer;
  readonly #skip: number;
  readonly #maxBytes: number;
  #offset = 0;
  #seen = 0;
  #uncompressedBytes = 0;

  constructor(data: Buffer, skip: number, maxBytes: number) {
    this.#data = data;
    this.#skip = skip;
    this.#maxBytes = maxBytes;
  }

  next(): void {
    const start = this.#offset;
    if (start + SMALLEST_ENTRY > this.#data.length) throw new ProtocolError("A chunk ends before its last entry.");
    const head = this.#data.readUInt32BE(start);
    if (head >= SUB_BATCH_BIT) {
      this.#subBatch();
      return;
    }
    const end = start + SMALLEST_ENTRY + head;
    if (end > this.#data.length) throw new ProtocolError(`A message of ${head} bytes does not fit into its chunk.`);
    if (this.#seen++ >= this.#skip) this.records.push(this.#data.subarray(start + SMALLEST_ENTRY, end));
    this.#offset = end;
  }

  /** @throws ProtocolError when there were more or fewer messages than the chunk's head says. */
  end(recordCount: number): void {
    if (this.#seen === recordCount) return;
    throw new ProtocolError(`A chunk of ${recordCount} messages has ${this.#seen}.`);
  }

  #subBatch(): void {
    const reader = new ByteReader(this.#data, this.#offset);
    const compression = (reader.uint8() >> 4) & 0b111;
    const recordCount = reader.uint16();
    const uncompressedBytes = reader.uint32();
    const compressed = reader.take(reader.uint32());
    this.#offset += SUB_BATCH_HEAD + compressed.length;
    this.#uncompressedBytes += uncompressedBytes;
    if (this.#uncompressedBytes > this.#maxBytes) {
      throw new ProtocolError(`The sub-batches of a chunk claim to hold more than ${this.#maxBytes} bytes.`);
    }
    // Skipped as a whole: no need to unpack it.
    if (this.#seen + recordCount <= this.#skip) {
      this.#seen += recordCount;
      return;
    }
    this.#unpack(decompress(compression, compressed, uncompressedBytes), recordCount);
  }

  #unpack(bytes: Buffer, recordCount: number): void {
    const reader = new ByteReader(bytes);
    for (let index = 0; index < recordCount; index++) {
      const record = reader.take(reader.uint32());
      if (this.#seen++ >= this.#skip) this.records.push(record);
    }
    if (reader.remaining > 0) throw new ProtocolError(`A sub-batch has ${reader.remaining} bytes too many.`);
  }
}
