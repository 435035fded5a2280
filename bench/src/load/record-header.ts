/**
 * What every record begins with, so that it can be accounted for wherever it comes out:
 *
 *     run 4 | producer 2 | 0 2 | number among the producer's records 4 | key 4 | number among those of its key 4 | due time 4
 *
 * All little-endian and unsigned. The due time is in units of 10 µs since the run's start: when the record was to be sent,
 * not when it was.
 */
export interface RecordHeader {
  readonly run: number;
  readonly producer: number;
  readonly number: number;
  readonly key: number;
  readonly keyNumber: number;
  readonly dueMs: number;
}

/** The header's size. */
export const HEADER_BYTES = 24;
/** Its size where records are text: base64. */
export const TEXT_HEADER_BYTES = 32;
/** Units of the due time in a millisecond. */
const DUE_UNITS = 100;

/** Writes what all records of a producer have in common, and no due time. */
export function writeProducer(
  into: DataView,
  at: number,
  { run, producer }: Pick<RecordHeader, "run" | "producer">,
): void {
  into.setUint32(at, run, true);
  into.setUint16(at + 4, producer, true);
  into.setUint16(at + 6, 0, true);
  writeDueTime(into, at, 0);
}

/** Writes what tells the records of a producer apart. */
export function writeNumbers(into: DataView, at: number, number: number, key: number, keyNumber: number): void {
  into.setUint32(at + 8, number, true);
  into.setUint32(at + 12, key, true);
  into.setUint32(at + 16, keyNumber, true);
}

/** Writes the due time of a header that is there. */
export function writeDueTime(into: DataView, at: number, dueMs: number): void {
  into.setUint32(at + 20, Math.round(dueMs * DUE_UNITS), true);
}

/** Reads the header of a record; `undefined` when it is too short to have one. */
export function readHeader(record: Buffer): RecordHeader | undefined {
  if (record.length < HEADER_BYTES) return undefined;
  return {
    run: record.readUInt32LE(0),
    producer: record.readUInt16LE(4),
    number: record.readUInt32LE(8),
    key: record.readUInt32LE(12),
    keyNumber: record.readUInt32LE(16),
    dueMs: record.readUInt32LE(20) / DUE_UNITS,
  };
}

/** A record as text: the header in base64, the rest as it is. */
export function recordText(record: Buffer): string {
  return record.toString("base64", 0, HEADER_BYTES) + record.toString("utf8", HEADER_BYTES);
}

/** The header of a record that is text. */
export function readTextHeader(text: string): RecordHeader | undefined {
  return readHeader(Buffer.from(text.slice(0, TEXT_HEADER_BYTES), "base64"));
}
