/** A record as it is put, and as it lies in a frame. */
export interface FramedRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string | undefined;
}

/*
 * The records of one PutRecords call that go to the same shard travel as one AMQP message, whose body is this frame (all
 * numbers big-endian, docs/decisions/050-kinesis-batch-frames.md):
 *
 *     4  "WMQK"      2  version: 1      2  number of records: 1 to 4096
 *     then each record:   2  bytes of its partition key, 65535 for none      4  bytes of its data      the key, UTF-8      the data
 */
const MAGIC = 0x574d514b;
const VERSION = 1;
const HEAD_BYTES = 8;
const RECORD_HEAD_BYTES = 6;
const NO_KEY = 0xffff;
const MAX_RECORDS = 4096;

/** Writes records into one frame. */
export function encodeFrame(records: readonly FramedRecord[]): Buffer {
  const keyBytes = records.map(({ partitionKey }) =>
    partitionKey === undefined ? 0 : Buffer.byteLength(partitionKey),
  );
  let length = HEAD_BYTES;
  for (const [index, { data }] of records.entries()) length += RECORD_HEAD_BYTES + (keyBytes[index] ?? 0) + data.length;
  const frame = Buffer.allocUnsafe(length);
  frame.writeUInt32BE(MAGIC, 0);
  frame.writeUInt16BE(VERSION, 4);
  frame.writeUInt16BE(records.length, 6);
  let place = HEAD_BYTES;
  for (const [index, { data, partitionKey }] of records.entries()) {
    const key = keyBytes[index] ?? 0;
    frame.writeUInt16BE(partitionKey === undefined ? NO_KEY : key, place);
    frame.writeUInt32BE(data.length, place + 2);
    place += RECORD_HEAD_BYTES;
    if (partitionKey !== undefined) frame.write(partitionKey, place);
    frame.set(data, place + key);
    place += key + data.length;
  }
  return frame;
}

/**
 * Reads a frame; `undefined` for bytes that are not exactly one. The records' data are views of the frame, without a copy. They are
 * no Buffers, whose methods are not those of the Uint8Arrays that the SDK gives.
 */
export function decodeFrame(frame: Buffer): FramedRecord[] | undefined {
  const count = countOf(frame);
  if (count === undefined) return undefined;
  const records: FramedRecord[] = [];
  let place = HEAD_BYTES;
  while (records.length < count) {
    if (place + RECORD_HEAD_BYTES > frame.length) return undefined;
    const key = frame.readUInt16BE(place);
    const keyEnd = place + RECORD_HEAD_BYTES + (key === NO_KEY ? 0 : key);
    const end = keyEnd + frame.readUInt32BE(place + 2);
    if (end > frame.length) return undefined;
    const partitionKey = key === NO_KEY ? undefined : frame.toString("utf8", place + RECORD_HEAD_BYTES, keyEnd);
    records.push({ partitionKey, data: new Uint8Array(frame.buffer, frame.byteOffset + keyEnd, end - keyEnd) });
    place = end;
  }
  return place === frame.length ? records : undefined;
}

/** How many records a frame says that it has; `undefined` for bytes that do not begin as one. */
function countOf(frame: Buffer): number | undefined {
  if (frame.length < HEAD_BYTES || frame.readUInt32BE(0) !== MAGIC || frame.readUInt16BE(4) !== VERSION)
    return undefined;
  const count = frame.readUInt16BE(6);
  return count > 0 && count <= MAX_RECORDS ? count : undefined;
}
