import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "../bytes/protocol-error.ts";
import { chunkPlace, parseChunk } from "./chunk.ts";
import type { Chunk } from "./chunk.ts";
import { UnsupportedCompressionError } from "./compression.ts";
import { buildChunk, gzipped, repairChecksum } from "./build-chunk.test.helper.ts";
import type { TestEntry } from "./build-chunk.test.helper.ts";

const MAX_BYTES = 100_000;

function parse(bytes: Buffer, fromOffset = 0): Chunk {
  return parseChunk(bytes, { fromOffset, maxBytes: MAX_BYTES });
}

function texts({ records }: Chunk): string[] {
  return records.map(String);
}

const ENTRIES: readonly TestEntry[] = [
  Buffer.from("a"),
  { records: [Buffer.from("b"), Buffer.from("c")], compression: 0 },
  gzipped([Buffer.from("d"), Buffer.from("e"), Buffer.from("f")]),
  Buffer.from("g"),
];

describe("parseChunk", () => {
  it("reads messages and sub-batches, plain and gzipped, in order", () => {
    const chunk = parse(buildChunk({ chunkId: 40, entries: ENTRIES }));
    expect(texts(chunk)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
    expect(chunk).toMatchObject({
      chunkId: 40,
      firstOffset: 40,
      recordCount: 7,
      timestampMs: 1_700_000_000_000,
      epoch: 3,
    });
  });

  it("reads what was put in, whatever it is", () => {
    const record = fc.uint8Array({ maxLength: 50 });
    const subBatch = fc.array(record, { minLength: 1, maxLength: 5 });
    const entry = fc.oneof(
      record,
      subBatch.map((records) => ({ records, compression: 0 })),
      subBatch.map(gzipped),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 10 }), fc.nat(1_000), (entries, chunkId) => {
        const expected = entries.flatMap((one) => (one instanceof Uint8Array ? [one] : one.records));
        const { records } = parse(buildChunk({ chunkId, entries }));
        expect(records.map((bytes) => [...bytes])).toEqual(expected.map((bytes) => [...bytes]));
      }),
    );
  });

  it("skips what lies before the offset that was asked for, also within a sub-batch", () => {
    for (let offset = 38; offset <= 50; offset++) {
      const chunk = parse(buildChunk({ chunkId: 40, entries: ENTRIES }), offset);
      expect(texts(chunk)).toEqual("abcdefg".split("").slice(Math.max(0, offset - 40)));
      expect(chunk.firstOffset).toBe(Math.min(Math.max(offset, 40), 47));
    }
  });

  it("finds no messages in a chunk of the broker's own", () => {
    expect(parse(buildChunk({ chunkId: 40, entries: ENTRIES, type: 1 })).records).toEqual([]);
  });

  it("tells where a chunk lies without reading its messages", () => {
    expect(chunkPlace(buildChunk({ chunkId: 40, entries: ENTRIES }))).toEqual({
      chunkId: 40,
      recordCount: 7,
      timestampMs: 1_700_000_000_000,
    });
  });

  it("refuses a compression that Node cannot undo, by its name", () => {
    const entries = [{ records: [Buffer.from("a")], compression: 3 }];
    const failure = expect(() => parse(buildChunk({ chunkId: 0, entries })));
    failure.toThrow(UnsupportedCompressionError);
    failure.toThrow(/lz4/);
  });

  it("refuses damaged data", () => {
    const bytes = buildChunk({ chunkId: 0, entries: ENTRIES });
    bytes.writeUInt8(0xff, 52);
    expect(() => parse(bytes)).toThrow(/checksum/);
  });

  it("refuses a chunk that holds another number of messages than it says", () => {
    expect(() => parse(buildChunk({ chunkId: 0, entries: ENTRIES, recordCount: 6 }))).toThrow(ProtocolError);
  });

  it("refuses a chunk that is cut off anywhere", () => {
    const bytes = buildChunk({ chunkId: 0, entries: ENTRIES });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parse(bytes.subarray(0, length))).toThrow(ProtocolError);
    }
  });

  it("refuses a sub-batch that would be larger than allowed, before it unpacks it", () => {
    const bomb = gzipped([Buffer.alloc(MAX_BYTES + 1)]);
    expect(() => parse(buildChunk({ chunkId: 0, entries: [bomb] }))).toThrow(/more than 100000 bytes/);
  });

  it("refuses a sub-batch that unpacks to more than it says", () => {
    const bytes = buildChunk({ chunkId: 0, entries: [gzipped([Buffer.alloc(5_000)])] });
    bytes.writeUInt32BE(10, 51);
    expect(() => parse(repairChecksum(bytes))).toThrow(/cannot be decompressed/);
  });

  it("answers any change of its bytes with a chunk or with its own errors, and nothing else", () => {
    const good = buildChunk({ chunkId: 7, entries: ENTRIES });
    const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(good);
        for (const { at, byte } of changes) bytes.writeUInt8(byte, at);
        if (bytes.readUInt32BE(36) <= bytes.length - 48) repairChecksum(bytes);
        expectOwnErrors(() => parse(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it("answers any bytes with its own errors", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectOwnErrors(() => parse(Buffer.from(bytes)))),
    );
  });
});

function expectOwnErrors(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof UnsupportedCompressionError) return;
    throw error;
  }
}
