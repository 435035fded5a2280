import { crc32, gzipSync } from "node:zlib";

/** A message, or several in a sub-batch. */
export type TestEntry =
  | Uint8Array
  | {
      readonly records: readonly Uint8Array[];
      readonly compression: number;
      readonly pack?: (bytes: Buffer) => Buffer;
    };

/** What a test chunk may have different from the usual. */
export interface TestChunk {
  readonly chunkId: number;
  readonly entries: readonly TestEntry[];
  /** @default how many there are */
  readonly recordCount?: number;
  /** @default a user's chunk */
  readonly type?: number;
}

/** Builds a chunk as RabbitMQ stores it. */
export function buildChunk({ chunkId, entries, recordCount, type = 0 }: TestChunk): Buffer {
  const data = Buffer.concat(entries.map(entryBytes));
  const records = entries.reduce((sum, entry) => sum + (entry instanceof Uint8Array ? 1 : entry.records.length), 0);
  const head = Buffer.alloc(48);
  head.writeUInt8(0x50, 0);
  head.writeInt8(type, 1);
  head.writeUInt16BE(entries.length, 2);
  head.writeUInt32BE(recordCount ?? records, 4);
  head.writeBigInt64BE(1_700_000_000_000n, 8);
  head.writeBigUInt64BE(3n, 16);
  head.writeBigUInt64BE(BigInt(chunkId), 24);
  head.writeUInt32BE(crc32(data), 32);
  head.writeUInt32BE(data.length, 36);
  return Buffer.concat([head, data]);
}

/** A sub-batch as publishers of the Java client make it. */
export function gzipped(records: readonly Uint8Array[]): TestEntry {
  return { records, compression: 1, pack: (bytes) => gzipSync(bytes) };
}

/** Sets the checksum right after bytes of the data were changed. */
export function repairChecksum(chunk: Buffer): Buffer {
  chunk.writeUInt32BE(crc32(chunk.subarray(48, 48 + chunk.readUInt32BE(36))), 32);
  return chunk;
}

function entryBytes(entry: TestEntry): Buffer {
  if (entry instanceof Uint8Array) return sized(entry);
  const plain = Buffer.concat(entry.records.map(sized));
  const packed = (entry.pack ?? ((bytes) => bytes))(plain);
  const head = Buffer.alloc(11);
  head.writeUInt8(0x80 | (entry.compression << 4), 0);
  head.writeUInt16BE(entry.records.length, 1);
  head.writeUInt32BE(plain.length, 3);
  head.writeUInt32BE(packed.length, 7);
  return Buffer.concat([head, packed]);
}

function sized(record: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(record.length, 0);
  return Buffer.concat([size, record]);
}
